"""A source in memory that shapes clones, beside the landscape's own; folders outlive their machines there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from support.domain.errors import SourceError
from support.domain.names import MachineName
from support.domain.shaping import CloneShape, ExtraDisk, StoreFolder
from support.ports.journal import Journal
from support.workflow.ports_in_use import Ports
from tests.workflow.landscape import Landscape


@dataclass
class MemoryShapes:
    """The port ShapesClones; `full` refuses every clone, `otherwise` is how each came out."""

    landscape: Landscape
    full: bool = False
    otherwise: str = ""
    folders: set[StoreFolder] = field(default_factory=set)
    disks: dict[str, tuple[ExtraDisk, ...]] = field(default_factory=dict)
    snapshots: list[tuple[str, str]] = field(default_factory=list)
    shapes: dict[str, CloneShape] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    """Files beside the disks of a machine."""

    def must_fit(self, wanted: Sequence[tuple[MachineName, CloneShape]]) -> None:
        if self.full:
            raise SourceError(f"datastore ds (datastore-1): no room for {len(wanted)} clones")

    def start_shaped_clone(self, source: MachineName, clone: MachineName, notes: str, shape: CloneShape) -> str:
        self.shapes[clone] = shape
        return self.landscape.start_clone(source, clone, notes)

    def must_match(self, machine_id: str, shape: CloneShape) -> None:
        name, _notes = self.landscape.world.machines[machine_id]
        assert self.shapes[name] == shape
        if self.otherwise:
            raise SourceError(f"clone {name}: {self.otherwise}")

    def add_disks(self, machine_id: str, disks: Sequence[ExtraDisk], _seconds: float) -> None:
        known = {folder.name for folder in self.folders}
        assert all(not disk.folder or disk.folder in known for disk in disks)
        self.landscape.trouble.around("add disks", lambda: self.disks.update({machine_id: tuple(disks)}))

    def take_snapshot(self, machine_id: str, name: str, _seconds: float) -> None:
        self.snapshots.append((machine_id, name))

    def strays(self, machine_id: str, _seconds: float) -> Sequence[str]:
        return self.left.get(machine_id, [])

    def remove_strays(self, machine_id: str, _seconds: float) -> None:
        assert machine_id in self.landscape.world.machines, "they are found through their machine"
        self.landscape.trouble.around("remove strays", lambda: self.left.pop(machine_id, None))

    def make_folder(self, folder: StoreFolder) -> None:
        self.landscape.trouble.around("make folder", lambda: self.folders.add(folder))

    def has_folder(self, folder: StoreFolder, _seconds: float) -> bool:
        return folder in self.folders

    def remove_folder(self, folder: StoreFolder, _seconds: float) -> None:
        self.folders.discard(folder)


def shaping(landscape: Landscape, journal: Journal, *, full: bool = False) -> tuple[Ports, MemoryShapes]:
    """Ports onto the landscape with a source that shapes clones."""
    ports, shapes = landscape.ports(journal), MemoryShapes(landscape, full)
    return replace(ports, source=replace(ports.source, shapes=shapes)), shapes
