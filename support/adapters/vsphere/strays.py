"""Files of disks in a machine's own folders that no disk of it has: what somebody left there.

Whoever copies a disk through a mapping makes its file beside the disk, and takes it away at the end (kubev2v/forklift
2.12.5, vmkfstools-wrapper). Logs, swap and the like come and go, and are nobody's leavings.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from support.adapters.vsphere.disks import file_of, in_order
from support.adapters.vsphere.faults import GONE, translated
from support.adapters.vsphere.reading import Row, read, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.store_files import delete
from support.adapters.vsphere.tasks import await_tasks

_LOG = logging.getLogger(__name__)

_PATHS = ("config.files.vmPathName", "config.hardware.device", "layoutEx", "datastore")
_PATTERN = "*.vmdk*"
_PARTS = re.compile(r"(-(flat|delta|sesparse|rdmp?|ctk|digest(-[a-z]+)?))?\.vmdk$")
"""What stands after a disk's own name in the names of its descriptor, its data and its record of changed blocks."""
_ABSENT = vim.fault.FileNotFound


def find(session: Session, machine: Any, seconds: float) -> list[str]:
    """`[datastore] folder/file` of each, in one search per folder; none of a machine that is gone."""
    with translated(f"machine {machine._moId}: looking at its folders"):
        return [path for _store, path in _strays(session, machine, seconds)]


def remove(session: Session, machine: Any, seconds: float) -> None:
    """Delete them; those already gone are success."""
    subject = f"machine {machine._moId}: removing what was left beside its disks"
    with translated(subject):
        # A descriptor comes before its data, which may go along with it.
        for store, path in reversed(_strays(session, machine, seconds)):
            _LOG.info("%s: %s", subject, path)
            delete(session, subject, store, path, seconds)


def _strays(session: Session, machine: Any, seconds: float) -> list[tuple[Any, str]]:
    """Datastore and path of each, sorted by path."""
    try:
        row = read_one(session, machine, _PATHS)
    except GONE:
        return []
    files = tuple(_files(row))
    stores = {store.get("name"): store for store in _stores(session, row)}
    folders = [folder for folder in _own_folders(row, files) if _store_name(folder) in stores]
    spec = vim.host.DatastoreBrowser.SearchSpec(matchPattern=[_PATTERN])
    tasks = [
        stores[_store_name(folder)].get("browser").SearchDatastore_Task(datastorePath=folder, searchSpec=spec)
        for folder in folders
    ]
    subject = f"machine {row.id}: looking into {', '.join(folders)}"
    found = await_tasks(session, subject, tasks, seconds, accepted=_ABSENT) if tasks else []
    known = {_PARTS.sub("", file) for file in files}
    return [
        (stores[_store_name(folder)].ref, path)
        for folder, result in zip(folders, found, strict=True)
        for path in _paths(folder, result)
        if _PARTS.sub("", path) not in known
    ]


def _files(row: Row) -> Iterator[str]:
    """Of every layer of every disk; vCenter tells those that only a snapshot has in the layout alone."""
    for disk in in_order(tuple(row.get("config.hardware.device") or ())):
        backing = disk.backing
        while backing is not None:
            yield file_of(backing)
            backing = getattr(backing, "parent", None)
    layout = row.get("layoutEx")
    yield from (each.name for each in (layout.file if layout is not None else None) or ())


def _own_folders(row: Row, files: Iterable[str]) -> list[str]:
    """The home and, on other datastores, those called after it: nothing else there is sure to be the machine's."""
    home = _folder(row.get("config.files.vmPathName") or "")
    name = home.partition("] ")[2]
    folders = {_folder(file) for file in files} | {home}
    return sorted(each for each in folders if name and each.partition("] ")[2].startswith(name))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _store_name(path: str) -> str:
    return path.partition("]")[0].removeprefix("[")


def _stores(session: Session, row: Row) -> Iterable[Row]:
    return read(session, row.get("datastore") or (), {vim.Datastore: ("name", "browser")}).values()


def _paths(folder: str, result: Any) -> Sequence[str]:
    return sorted(f"{folder}/{each.path}" for each in (result.file if result is not None else None) or ())
