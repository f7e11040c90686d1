"""What is on disks of the engine's machines, by the ids that whoever copies them is told."""

from lab.ovirt.ids import disk_id, disk_snapshot_id
from lab.world.contents import content_of
from lab.world.model import Disk, Estate, Machine, Volume


def disk_named(estate: Estate, id_: str) -> tuple[Machine, Disk] | None:
    """A disk and the machine that it belongs to; a template's cannot be copied."""
    machines = (machine for machine in estate.machines.values() if not machine.template)
    return next(((machine, disk) for machine in machines for disk in machine.disks if disk_id(disk) == id_), None)


def engine_content(estate: Estate, id_: str, checkpoint: str = "") -> Volume | None:
    """What is on a disk, or was when its snapshot `checkpoint` froze it; None when there is no such thing."""
    found = disk_named(estate, id_)
    if found is None or not checkpoint:
        return content_of(*found) if found is not None else None
    machine, disk = found
    for snapshot in machine.snapshots:
        if disk_snapshot_id(snapshot, disk) == checkpoint and disk.key in snapshot.layers:
            return content_of(machine, disk, snapshot.layers[disk.key])
    return None
