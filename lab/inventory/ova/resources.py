"""The keys that all resources of the OVA inventory share, and the Go-cased ones of what lies inside another."""

from collections.abc import Mapping
from typing import Any

from lab.inventory.record import Record
from lab.kernel.service import Lab
from lab.world.appliances import Appliance
from lab.world.model import Disk, Network

Keys = dict[str, Any]


def record(  # noqa: PLR0913 - one resource in one place
    lab: Lab, kind: str, id_: str, name: str, *, body: Mapping[str, Any], path: bool = True, revision: int = 1
) -> Record:
    """A resource; its path is its id where it has one, and up to 2.10 it has a revision."""
    resource: Keys = {"id": id_, "name": name}
    if path:
        resource["path"] = id_
    if not lab.options.since("2.11"):
        resource["revision"] = revision
    return Record(kind=kind, id=id_, name=name, path=id_, resource=resource, body=body)


def nested(id_: str, name: str) -> Keys:
    """The head of a disk or a network inside a machine, as the model is stored."""
    return {"ID": id_, "Variant": "", "Name": name, "Revision": 0}


def network_keys(network: Network) -> Keys:
    return {"Description": f"The {network.name} network"}


def disk_keys(appliance: Appliance, disk: Disk, number: int) -> Keys:
    """`Capacity` counts the descriptor's own units, whatever they are."""
    archive = disk.file.partition("::")[0]
    return {
        "FilePath": archive,
        "Capacity": appliance.capacity(disk),
        "CapacityAllocationUnits": "" if appliance.unit == 1 else "byte * 2^30",
        "DiskId": f"vmdisk{number}",
        "FileRef": f"file{number}",
        "Format": "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized",
        "PopulatedSize": disk.size // 4,
    }
