"""What lies on a datastore: machines' own files, and folders and left-overs that belong to nobody."""

from lab.world.capacity import occupied
from lab.world.disk_order import first_file
from lab.world.model import Datastore, Disk, Machine
from lab.world.world import World


class NoSuchDatastore(Exception):
    """A datastore path names no datastore of the estate, or is none at all."""


def split(path: str) -> tuple[str, str]:
    """`[ds] a/b.vmdk` -> `ds`, `a/b.vmdk`; raises NoSuchDatastore when there are no brackets."""
    if not path.startswith("[") or "]" not in path:
        raise NoSuchDatastore(path)
    name, _, rest = path[1:].partition("]")
    return name, rest.strip()


def store_of(world: World, path: str) -> tuple[Datastore, str]:
    """Datastore and the path below it; raises NoSuchDatastore."""
    name, below = split(path)
    store = next((store for store in world.datastores.values() if store.name == name), None)
    if store is None:
        raise NoSuchDatastore(path)
    return store, below


def of_machine(machine: Machine) -> dict[str, int]:
    """Datastore paths of all files of a machine -> bytes; those that only describe take next to nothing."""
    base = machine.home.partition("] ")[2]
    found = {f"{machine.home}/{base}.{suffix}": 0 for suffix in ("vmx", "nvram", "vmsd")}
    found |= {f"{machine.home}/{base}-Snapshot{snapshot.id}.vmsn": 0 for snapshot in machine.snapshots}
    frozen = (layer for snapshot in machine.snapshots for layer in snapshot.layers.values())
    found |= {file: 0 for layer in frozen for file in (*layer.parents, layer.file)}
    for disk in machine.disks:
        found |= of_disk(disk)
    return found


def of_disk(disk: Disk) -> dict[str, int]:
    """Descriptor and extent of each layer of a disk -> bytes; what a layer above the first took is not known."""
    found: dict[str, int] = {}
    for depth, file in enumerate((*disk.parents, disk.file)):
        found |= {file: 0, extent(disk, file): 0 if depth else occupied(disk)}
    return found


def extent(disk: Disk, file: str) -> str:
    """The file beside the descriptor of a layer."""
    kind = "-delta" if file != first_file(disk) else "-rdm" if disk.lun else "-flat"
    return f"{file.removesuffix('.vmdk')}{kind}.vmdk"


def leave(world: World, disk: Disk) -> None:
    """The files of a disk that was taken from its machine belong to nobody from now on."""
    for path, size in of_disk(disk).items():
        store, below = store_of(world, path)
        store.files[below] = size


def on(world: World, store: Datastore) -> dict[str, int]:
    """Paths below a datastore -> bytes; folders end in a slash, parents of files included."""
    found = dict(store.files)
    for machine in world.machines.values():
        for path, size in of_machine(machine).items():
            name, below = split(path)
            found |= {below: size} if name == store.name else {}
    for path in tuple(found):
        parts = path.rstrip("/").split("/")[:-1]
        found |= {"/".join(parts[: depth + 1]) + "/": 0 for depth in range(len(parts))}
    return found


def exists(world: World, path: str) -> bool:
    """Whether a file or folder is there; the root of a datastore always is."""
    store, below = store_of(world, path)
    plain = below.rstrip("/")
    return not plain or bool({plain, f"{plain}/"} & on(world, store).keys())


def belongs_to(world: World, path: str) -> Machine | None:
    """The machine that has this file, or files below this folder."""
    store, below = store_of(world, path)
    folder = f"{below.rstrip('/')}/"
    for machine in world.machines.values():
        for name, file in map(split, of_machine(machine)):
            if name == store.name and (file == below or file.startswith(folder)):
                return machine
    return None


def free_folder(world: World, datastore: str, name: str) -> str:
    """The folder for a new machine: its name, or the name with a number when that folder exists."""
    folder, number = name, 0
    while exists(world, f"[{datastore}] {folder}"):
        number += 1
        folder = f"{name}_{number}"
    return folder


def remove(world: World, path: str) -> None:
    """Remove a file that belongs to nobody, or a folder with all that is below it."""
    store, below = store_of(world, path)
    plain = below.rstrip("/")
    gone = {file for file in store.files if file.rstrip("/") == plain or file.startswith(f"{plain}/")}
    store.files = {file: size for file, size in store.files.items() if file not in gone}
    world.touch()
