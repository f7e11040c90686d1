"""Disks of a machine that was a server: one per claim, on the bus that its image or its boot volume names."""

from collections.abc import Mapping

from lab.cluster.store import Object
from lab.mtv.openstack.workload import Workload
from lab.virtualization.anatomy import name_of

_BUSES = {"ide": "sata", "scsi": "scsi"}
"""Those that KubeVirt has in its own way; any other becomes virtio."""


def disks_and_volumes(known: Workload, claims: Mapping[str, Object]) -> tuple[list[Object], list[Object]]:
    """Named after what each claim is a copy of; the volume that can be booted from is the first to be tried.

    A server that booted from an image starts from that, unless one of its volumes can be booted from.
    """
    bus = _BUSES.get(known.booted("hw_disk_bus"), "virtio")
    booting = [source for source in claims if known.boots_from(source)] or [known.image]
    disks, volumes = [], []
    for source, claim in claims.items():
        name = f"vol-{source}"
        order = {"bootOrder": 1} if source in booting else {}
        disks.append({"name": name, "disk": {"bus": bus}} | order)
        volumes.append({"name": name, "persistentVolumeClaim": {"claimName": name_of(claim)}})
    return disks, volumes
