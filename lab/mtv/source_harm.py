"""What a product that is wrong does to a source that has moved: its disks, snapshots or files are others."""

from collections.abc import Callable, Mapping

from lab.defects.catalogue import defect_of
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.world import files, snapshots
from lab.world.disk_order import first_file
from lab.world.model import Machine
from lab.world.world import World


def harm(lab: Lab, source: Machine) -> None:
    """Do what the lab's defect does to a machine of the vCenter; nothing without one, and to no other."""
    if lab.world.machines.get(source.id) is not source:
        return
    for fault in defect_of(lab).faults:
        act = _ACTS.get(fault)
        if act is not None:
            act(lab.world, source)
            lab.world.touch(source)


def _merge_all(world: World, source: Machine) -> None:
    snapshots.remove_all(world, source)


def _merge_first(world: World, source: Machine) -> None:
    if source.snapshots:
        snapshots.remove(world, source, source.snapshots[0])


def _make_dependent(_world: World, source: Machine) -> None:
    for disk in source.disks:
        disk.mode = disk.mode.removeprefix("independent_")


def _unmap(world: World, source: Machine) -> None:
    """The mapping file stays, as it does when somebody takes the disk off without deleting it."""
    for disk in [disk for disk in source.disks if disk.lun]:
        source.disks.remove(disk)
        files.leave(world, disk)


def _leave_mappings(world: World, source: Machine) -> None:
    """What a host maps the volume through while it copies lies beside the disk (vmkfstools-wrapper of 2.12.5)."""
    for number, disk in enumerate(source.disks):
        store, below = files.store_of(world, first_file(disk))
        made = f"{below}-rdmdisk-{2101 + number}"
        store.files |= {made: 0, f"{made}-rdm.vmdk": 0}


_ACTS: Mapping[Fault, Callable[[World, Machine], None]] = {
    Fault.SNAPSHOTS_MERGED: _merge_all,
    Fault.SOURCE_SNAPSHOT_LOST: _merge_first,
    Fault.SOURCE_MODE_LOST: _make_dependent,
    Fault.SOURCE_UNMAPPED: _unmap,
    Fault.MAPPINGS_STAY: _leave_mappings,
}
