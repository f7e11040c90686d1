"""What can be asked for below `providers/vsphere/<uid>`."""

from collections.abc import Callable, Iterable
from typing import Any

from lab.inventory.record import Record
from lab.inventory.vsphere import estate
from lab.inventory.vsphere.machines import machines
from lab.kernel.service import Lab
from lab.vcenter.furniture import CLUSTER

COLLECTIONS: dict[str, Callable[[Lab], Iterable[Record]]] = {
    "vms": machines,
    "networks": estate.networks,
    "datastores": estate.datastores,
    "hosts": estate.hosts,
    "clusters": estate.clusters,
    "datacenters": estate.datacenters,
    "folders": estate.folders,
}
_COLLECTION_OF = {
    "VM": "vms",
    "Network": "networks",
    "Datastore": "datastores",
    "Host": "hosts",
    "Cluster": "clusters",
    "Datacenter": "datacenters",
    "Folder": "folders",
}


def link(root: str, record: Record) -> str:
    """`selfLink`: relative to the service's root, without a leading slash (facts/forklift.md 5.3)."""
    return f"{root}/{_COLLECTION_OF[record.kind]}/{record.id}"


def find(lab: Lab, collection: str, id_: str) -> Record | None:
    """A record by its id, listed or not."""
    return next((record for record in COLLECTIONS[collection](lab) if record.id == id_), None)


def workload(lab: Lab, root: str, id_: str) -> dict[str, Any] | None:
    """A machine whose host is an object holding its cluster; the datacentre in it is never filled (5.4)."""
    machine = find(lab, "vms", id_)
    if machine is None:
        return None
    host, cluster = find(lab, "hosts", str(machine.body["host"])), find(lab, "clusters", CLUSTER)
    shown = machine.shown(1, f"{root}/workloads/{id_}")
    if host is None or cluster is None:
        return shown | {"host": None}
    inner = cluster.shown(1, link(root, cluster)) | {"datacenter": None}
    return shown | {"host": host.shown(1, link(root, host)) | {"cluster": inner}}


COUNTS = {
    "datacenterCount": "datacenters",
    "clusterCount": "clusters",
    "hostCount": "hosts",
    "vmCount": "vms",
    "networkCount": "networks",
    "datastoreCount": "datastores",
}
"""Numbers of the Provider object (5.3) and the collections they count."""


def about(lab: Lab) -> dict[str, str]:
    return {
        "apiVersion": "8.0.3.0",
        "product": "VMware vCenter Server",
        "instanceUuid": lab.world.vcenter_instance,
    }
