"""The shape that all records of an oVirt inventory have in common."""

from collections.abc import Mapping
from typing import Any

from lab.inventory.record import Record

COLLECTION_OF = {
    "VM": "vms",
    "Network": "networks",
    "NICProfile": "nicprofiles",
    "StorageDomain": "storagedomains",
    "DiskProfile": "diskprofiles",
    "Disk": "disks",
    "Cluster": "clusters",
    "ServerCpu": "servercpus",
    "Host": "hosts",
    "DataCenter": "datacenters",
}


def record(kind: str, id_: str, path: str, body: Mapping[str, Any], *, name: str = "") -> Record:
    """A record that never changes while a lab runs; its name is the end of its path, or it has none and a name."""
    resource: dict[str, Any] = {"id": id_, "revision": 1} | ({"path": path} if path else {})
    shown = name or path.rpartition("/")[2]
    return Record(kind=kind, id=id_, name=shown, path=path, resource=resource | {"name": shown}, body=body)


def link(root: str, record: Record) -> str:
    """`selfLink`: relative to the service's root, without a leading slash (facts/forklift.md 5.3)."""
    return f"{root}/{COLLECTION_OF[record.kind]}/{record.id}"
