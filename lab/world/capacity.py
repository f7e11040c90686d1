"""How much of a datastore is taken."""

from typing import Protocol

from lab.world.model import Datastore, Disk, Machine

_THIN_SHARE = 4
"""A thin disk occupies a quarter of its size; nobody writes bytes in a lab."""


class Stores(Protocol):
    """A platform's datastores and what lies on them."""

    datastores: dict[str, Datastore]
    machines: dict[str, Machine]


class DatastoreFull(Exception):
    """A datastore has not the bytes that were asked of it."""

    def __init__(self, datastore: str, wanted: int, free: int) -> None:
        super().__init__(f"Insufficient disk space on datastore '{datastore}': {wanted} bytes wanted, {free} free.")
        self.datastore = datastore


def occupied(disk: Disk) -> int:
    """Bytes that a disk takes on its datastore; one that maps a LUN takes none there."""
    if disk.lun:
        return 0
    return disk.size // _THIN_SHARE if disk.provisioning == "thin" else disk.size


def used(world: Stores, datastore: str) -> int:
    """Bytes taken on the datastore of this name, left-over files included; a raw mapping takes none."""
    disks = (disk for machine in world.machines.values() for disk in machine.disks if disk.datastore == datastore)
    left_over = sum(sum(store.files.values()) for store in world.datastores.values() if store.name == datastore)
    return left_over + sum(occupied(disk) for disk in disks)


def free(world: Stores, datastore: str) -> int:
    """Bytes left on the datastore of this name."""
    capacity = next(store.capacity for store in world.datastores.values() if store.name == datastore)
    return capacity - used(world, datastore)


def uncommitted(world: Stores, datastore: str) -> int:
    """Bytes that thin disks may still grow by."""
    disks = (disk for machine in world.machines.values() for disk in machine.disks if disk.datastore == datastore)
    return sum(disk.size - occupied(disk) for disk in disks if not disk.lun)


def require(world: Stores, disks: list[Disk]) -> None:
    """Raise DatastoreFull unless all of these new disks fit together."""
    wanted: dict[str, int] = {}
    for disk in disks:
        wanted[disk.datastore] = wanted.get(disk.datastore, 0) + occupied(disk)
    for datastore, size in wanted.items():
        left = free(world, datastore)
        if size > left:
            raise DatastoreFull(datastore, size, left)
