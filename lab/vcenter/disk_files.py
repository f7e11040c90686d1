"""Where a new disk lies: the file that was asked for, or one of the machine's own."""

from typing import Any

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.vcenter.calls import Call
from lab.vcenter.faults import cannot_access, file_exists, file_not_found, invalid_argument, invalid_datastore_path
from lab.vcenter.sdk import moid
from lab.world import files
from lab.world.model import Disk, Machine
from lab.world.mounts import mounts, named
from lab.world.world import World


def place(call: Call, draft: Machine, disk: Disk, backing: Any) -> None:
    """Give a disk its datastore and file; the brackets of the file's name decide, then the datastore, then the home."""
    world, path = call.world, backing.fileName or ""
    if backing.datastore is not None:
        store = world.datastores[moid(call.exists(backing.datastore))]
        path = path or f"[{store.name}]"
    path = path or draft.home.partition(" ")[0]
    try:
        store, below = files.store_of(world, path)
    except files.NoSuchDatastore as unknown:
        raise invalid_datastore_path(path) from unknown
    if backing.datastore is not None and store.id != moid(backing.datastore):
        raise invalid_argument("deviceChange.device.backing.datastore")
    if not mounts(store, draft.host):
        raise cannot_access(path)
    if not below and chosen(call.vcenter.lab, Fault.ADDED_DISK_AT_HOME):
        store = named(world, files.split(draft.home)[0])
    disk.datastore = store.name
    disk.file = _given_file(world, draft, store.name, below) if below else _own_file(world, draft, store.name)


def _given_file(world: World, draft: Machine, datastore: str, below: str) -> str:
    path = f"[{datastore}] {below}"
    folder = f"[{datastore}] {below.rpartition('/')[0]}"
    if folder != draft.home and not files.exists(world, folder):
        raise file_not_found(folder)
    if files.exists(world, path) or path in _files(draft):
        raise file_exists(path)
    return path


def _own_file(world: World, draft: Machine, datastore: str) -> str:
    """In a folder called like the machine's home, on whichever datastore."""
    folder, taken = draft.home.partition("] ")[2], _files(draft)
    names = (f"{folder}{suffix}" for suffix in ("", *(f"_{number}" for number in range(1, 1000))))
    paths = (f"[{datastore}] {folder}/{name}.vmdk" for name in names)
    return next(path for path in paths if path not in taken and not files.exists(world, path))


def _files(draft: Machine) -> set[str]:
    return {file for disk in draft.disks for file in (*disk.parents, disk.file)}
