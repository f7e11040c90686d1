"""An NFS export with appliances: machines that descriptors tell of and that never run, in OVA files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab.world.model import Disk, Machine, Network


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A disk's file in an archive, which is what MTV maps for want of datastores (facts/forklift.md 5.7)."""

    id: str
    name: str


@dataclass(slots=True, kw_only=True)
class Appliance:
    """One OVA file. Disks of its machine lie on the file of their name, NICs on a network of the descriptor."""

    path: str
    """Below the export."""
    machine: Machine
    origin: str = "VMware"
    """What exported it, as its descriptor gives away."""
    unit: int = 2**30
    """Bytes in which the descriptor counts what a disk holds; 1 where it names no unit."""

    def capacity(self, disk: Disk) -> int:
        """As written in the descriptor."""
        return disk.size // self.unit


@dataclass(slots=True, kw_only=True)
class Export:
    """What lies on the NFS server; nobody but MTV's provider server and conversion pods ever mounts it."""

    server: str = ""
    path: str = ""
    appliances: dict[str, Appliance] = field(default_factory=dict)
    """By id of their machine."""
    networks: "dict[str, Network]" = field(default_factory=dict)
    """All that descriptors name, by id."""

    @property
    def url(self) -> str:
        return f"{self.server}:{self.path}"

    def machines(self) -> "Mapping[str, Machine]":
        return {id_: appliance.machine for id_, appliance in self.appliances.items()}

    def task_total(self, disk: Disk) -> int:
        """What MTV takes for MiB: what the descriptor counts, as if that were bytes (facts/forklift.md 2.4)."""
        holds = (appliance.capacity(disk) for appliance in self.appliances.values() if disk in appliance.machine.disks)
        return next(holds, 0) // 1024**2

    def files(self) -> Mapping[str, DiskFile]:
        """By id."""
        return {file.id: file for file in self._files()}

    def _files(self) -> Iterator[DiskFile]:
        for appliance in self.appliances.values():
            for disk in appliance.machine.disks:
                yield DiskFile(id=disk.uuid, name=disk.datastore)
