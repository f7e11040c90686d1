"""The oVirt part of the inventory service."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from lab.cluster.store import Object
from lab.inventory.ovirt import estate
from lab.inventory.ovirt.disks import disks
from lab.inventory.ovirt.machines import machines
from lab.inventory.ovirt.records import link
from lab.inventory.ovirt.workloads import workload
from lab.inventory.providers import root_of
from lab.inventory.questions import Question
from lab.inventory.record import Record
from lab.inventory.views import View, ask, counts, found
from lab.kernel.service import Lab

COLLECTIONS: dict[str, Callable[[Lab], Iterable[Record]]] = {
    "vms": machines,
    "networks": estate.networks,
    "nicprofiles": estate.nic_profiles,
    "storagedomains": estate.storage_domains,
    "diskprofiles": estate.disk_profiles,
    "disks": disks,
    "clusters": estate.clusters,
    "servercpus": estate.server_cpus,
    "hosts": estate.hosts,
    "datacenters": estate.datacenters,
}
_COUNTED = {
    "datacenterCount": "datacenters",
    "clusterCount": "clusters",
    "hostCount": "hosts",
    "vmCount": "vms",
    "networkCount": "networks",
    "storageDomainCount": "storagedomains",
}
"""Numbers of the Provider object (facts/forklift.md 5.3) and the collections they count."""


def _answer(lab: Lab, asked: Question, provider: Object) -> Any:
    root = root_of(provider)
    match asked.parts[2:]:
        case ("tree", "cluster"):
            return _tree(lab, root, asked.detail)
        case ("workloads", id_):
            return found(workload(lab, root, id_))
    return ask(lab, asked, COLLECTIONS, partial(link, root))


def _tree(lab: Lab, root: str, detail: int) -> Any:
    """Data centre, cluster, and below it hosts and machines side by side; only machines are shown with detail."""

    def node(record: Record, children: list[Any] | None, level: int = 0) -> Any:
        return {"kind": record.kind, "object": record.shown(level, link(root, record)), "children": children}

    (datacenter,), (cluster,) = estate.datacenters(lab), estate.clusters(lab)
    leaves = [node(host, None) for host in estate.hosts(lab)]
    leaves += [node(machine, None, detail) for machine in machines(lab)]
    return {"kind": "", "object": None, "children": [node(datacenter, [node(cluster, leaves)])]}


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    return counts(lab, provider, COLLECTIONS, _COUNTED)


OVIRT = View(answer=_answer, facts=_facts)
