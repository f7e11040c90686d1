"""What is on a source disk, as a copy of it will have it."""

from lab.world.model import Disk, Layer, Machine, Volume
from lab.world.physics import copy_guest


def content_of(machine: Machine, disk: Disk, frozen: Layer | None = None) -> Volume:
    """The disk as it is now, or as a snapshot froze it; the guest is on the first disk of its machine."""
    found = disk if frozen is None else frozen
    guest = copy_guest(machine.guest) if disk is machine.disks[0] else None
    return Volume(size=disk.size, digest=found.digest, files=found.files, guest=guest, source_machine=machine.id)
