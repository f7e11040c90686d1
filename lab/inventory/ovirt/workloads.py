"""A machine with everything it refers to in place of the ids (facts/forklift.md 5.5)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lab.inventory.ovirt import estate
from lab.inventory.ovirt.disks import disks
from lab.inventory.ovirt.machines import machines
from lab.inventory.ovirt.records import link
from lab.inventory.questions import ALL
from lab.inventory.record import Record
from lab.inventory.views import by_id
from lab.kernel.service import Lab

_EMPTY = {"id": "", "revision": 0, "name": "", "selfLink": ""}
"""What stands where there is no profile."""
Show = Callable[[Iterable[Record], str], dict[str, Any]]


def workload(lab: Lab, root: str, id_: str) -> dict[str, Any] | None:
    """None for a machine that nobody knows. Only the machine's own link leads here; inner objects have no path."""
    machine = by_id(machines(lab), id_)
    if machine is None:
        return None
    shown = machine.shown(ALL, f"{root}/workloads/{id_}")
    shown.pop("path")

    def inner(records: Iterable[Record], wanted: str) -> dict[str, Any]:
        found = by_id(records, wanted)
        return _without_path(found.shown(ALL, link(root, found))) if found is not None else dict(_EMPTY)

    attachments = [each | {"disk": _disk(lab, inner, each["disk"])} for each in shown["diskAttachments"]]
    nics = [each | {"profile": inner(estate.nic_profiles(lab), each["profile"])} for each in shown["nics"]]
    return shown | {
        "diskAttachments": attachments,
        "nics": nics,
        "host": inner(estate.hosts(lab), shown["host"]) if shown["host"] else None,
        "cluster": inner(estate.clusters(lab), shown["cluster"]),
        "dataCenter": inner(estate.datacenters(lab), next(estate.datacenters(lab)).id),
        "serverCpu": inner(estate.server_cpus(lab), estate.RELEASE),
    }


def _disk(lab: Lab, inner: Show, id_: str) -> dict[str, Any]:
    disk = inner(disks(lab), id_)
    return disk | {"profile": inner(estate.disk_profiles(lab), disk["profile"])}


def _without_path(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key != "path"}
