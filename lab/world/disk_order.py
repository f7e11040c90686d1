"""Names, sizes and order of disks as the platforms have them."""

from collections.abc import Sequence
from math import ceil
from uuid import UUID

from lab.world.model import Disk

_MIB = 1024**2
_BUSES = {15000: 0, 200: 1, 1000: 2, 31000: 3}
"""First controller key of SATA, IDE, SCSI and NVMe -> rank in the boot order."""


def first_file(disk: Disk) -> str:
    """The disk's file without the suffix of a snapshot layer."""
    return (*disk.parents, disk.file)[0]


def whole_mib(disk: Disk) -> int:
    """Its size rounded up to MiB."""
    return ceil(disk.size / _MIB)


def by_controller(disks: Sequence[Disk]) -> list[Disk]:
    """Disks as VMware's firmware would try them, which is how MTV numbers them (facts/forklift.md 3.5)."""
    return sorted(disks, key=lambda disk: (_rank(disk.controller_key), disk.controller_key, disk.unit, disk.key))


def _rank(controller_key: int) -> int:
    first = max((key for key in _BUSES if key <= controller_key), default=1000)
    return _BUSES[first]


def disk_uuid(disk: Disk) -> str:
    """What an engine calls a disk, and a cloud the volume or the image that it was made of."""
    return str(UUID(disk.uuid))
