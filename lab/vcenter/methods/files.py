"""FileManager, datastore browser and datastore refresh."""

import fnmatch
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.devices import datastore_ref
from lab.vcenter.faults import Refused, file_exists, file_not_found, invalid_datastore_path
from lab.vcenter.machine_view import CREATED
from lab.vcenter.sdk import moid, vim
from lab.vcenter.tasks import Job
from lab.world import files
from lab.world.model import Datastore


@contextmanager
def _paths() -> Iterator[None]:
    try:
        yield
    except files.NoSuchDatastore as unknown:
        raise invalid_datastore_path(str(unknown)) from unknown


@answers(vim.FileManager, "MakeDirectory")
def _make_directory(call: Call) -> None:
    """An existing folder is an error unless parents are to be made too (facts/sources.md 1.10)."""
    call.exists(call.argument("datacenter"))
    path, parents = call.argument("name", ""), bool(call.argument("createParentDirectories", False))
    with _paths():
        store, below = files.store_of(call.world, path)
        if files.exists(call.world, path):
            if parents:
                return
            raise file_exists(path)
        parent = below.rstrip("/").rpartition("/")[0]
        if not parents and not files.exists(call.world, f"[{store.name}] {parent}"):
            raise file_not_found(f"[{store.name}] {parent}")
        parts = below.rstrip("/").split("/")
        store.files |= {"/".join(parts[: depth + 1]) + "/": 0 for depth in range(len(parts))}
    call.world.touch()


@answers(vim.VirtualDiskManager, "DeleteVirtualDisk_Task")
def _delete_disk(call: Call) -> Any:
    """Removes descriptor and extent."""
    path = call.argument("name", "")
    return _deleting(call, [path, f"{path.removesuffix('.vmdk')}-flat.vmdk"], "VirtualDiskManager.deleteVirtualDisk")


@answers(vim.FileManager, "DeleteDatastoreFile_Task")
def _delete(call: Call) -> Any:
    return _deleting(call, [call.argument("name", "")], "FileManager.deleteFile")


def _deleting(call: Call, paths: list[str], description: str) -> Any:
    call.exists(call.argument("datacenter"))

    async def body(job: Job) -> None:
        path = paths[0]
        with _paths():
            if not files.exists(call.world, path):
                raise file_not_found(path)
            if files.belongs_to(call.world, path) is not None:
                raise Refused(vim.fault.FileLocked(file=path), f"Unable to access file {path} since it is locked")
            await job.work(0.5, "delete file", steps=1)
            for gone in paths:
                files.remove(call.world, gone)

    return call.task(description, body, alone=False)


@answers(vim.Datastore, "RefreshDatastore")
def _refresh(call: Call) -> None:
    call.inventory.view(call.this)


@answers(vim.Datastore, "RefreshDatastoreStorageInfo")
def _refresh_storage(call: Call) -> None:
    call.inventory.view(call.this)


@answers(vim.host.DatastoreBrowser, "SearchDatastore_Task")
def _search(call: Call) -> Any:
    return _searching(call, deep=False)


@answers(vim.host.DatastoreBrowser, "SearchDatastoreSubFolders_Task")
def _search_below(call: Call) -> Any:
    return _searching(call, deep=True)


def _searching(call: Call, *, deep: bool) -> Any:
    path, spec = call.argument("datastorePath", ""), call.argument("searchSpec")

    async def body(job: Job) -> Any:
        with _paths():
            store, below = files.store_of(call.world, path)
            if store.id not in {moid(seen) for seen in call.inventory.view(call.this).root("datastore")}:
                raise invalid_datastore_path(path)
            if not files.exists(call.world, path):
                raise file_not_found(path)
        await job.work(0.5, "search", steps=1)
        plain = below.rstrip("/")
        folders = [plain, *_folders_below(call, store, plain)] if deep else [plain]
        results = [_results(call, store, folder, spec) for folder in folders]
        return vim.host.DatastoreBrowser.SearchResults.Array(results) if deep else results[0]

    return call.task("host.DatastoreBrowser.search", body, alone=False)


def _folders_below(call: Call, store: Datastore, folder: str) -> list[str]:
    prefix = f"{folder}/" if folder else ""
    found = files.on(call.world, store)
    return sorted(
        path.rstrip("/") for path in found if path.endswith("/") and path.startswith(prefix) and path != prefix
    )


def _results(call: Call, store: Datastore, folder: str, spec: Any) -> Any:
    prefix, patterns = f"{folder}/" if folder else "", list(spec.matchPattern or []) if spec else []
    inside = {
        path[len(prefix) :]: size
        for path, size in files.on(call.world, store).items()
        if path.startswith(prefix) and path != prefix and "/" not in path[len(prefix) :].rstrip("/")
    }
    shown = [name for name in sorted(inside) if not patterns or _matches(name, patterns)]
    return vim.host.DatastoreBrowser.SearchResults(
        datastore=datastore_ref(call.world, store.name),
        folderPath=f"[{store.name}] {folder}/" if folder else f"[{store.name}] ",
        file=[_file(name, inside[name], spec.details if spec else None) for name in shown],
    )


def _matches(name: str, patterns: list[str]) -> bool:
    """A folder is matched by its name, whose end in our list is a slash."""
    return any(fnmatch.fnmatch(name.rstrip("/"), pattern) for pattern in patterns)


def _file(name: str, size: int, details: Any) -> Any:
    """A path alone unless more was asked for."""
    browser = vim.host.DatastoreBrowser
    kinds = {"vmx": browser.VmConfigInfo, "vmdk": browser.VmDiskInfo}
    kind = browser.FolderInfo if name.endswith("/") else kinds.get(name.rpartition(".")[2], browser.FileInfo)
    return kind(
        path=name.rstrip("/"),
        fileSize=size if details and details.fileSize else None,
        modification=CREATED if details and details.modification else None,
    )
