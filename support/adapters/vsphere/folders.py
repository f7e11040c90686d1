"""Folders at the top of a datastore, for disks beside their machine's own folder (facts, sources 1.10)."""

from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.placing import Store, datacenter_of, datastore
from support.adapters.vsphere.reading import read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.store_files import delete
from support.adapters.vsphere.tasks import await_task
from support.domain.shaping import StoreFolder


def make(session: Session, folder: StoreFolder) -> None:
    """Make a folder that was not there before; FileAlreadyExists comes out as SourceError."""
    with translated(f"{_told(folder)}: make it"):
        store = datastore(session, folder.datastore_id)
        session.content.fileManager.MakeDirectory(
            name=_path(store, folder),
            datacenter=datacenter_of(session, store.ref),
            createParentDirectories=False,
        )


def exists(session: Session, folder: StoreFolder, seconds: float) -> bool:
    """Ask the datastore's browser for it."""
    subject = f"{_told(folder)}: look for it"
    with translated(subject):
        store = datastore(session, folder.datastore_id)
        browser = read_one(session, store.ref, ("browser",)).get("browser")
        spec = vim.host.DatastoreBrowser.SearchSpec(matchPattern=[folder.name])
        task = browser.SearchDatastore_Task(datastorePath=f"[{store.name}]", searchSpec=spec)
        found = await_task(session, subject, task, seconds)
    return any(each.path.rstrip("/") == folder.name for each in (found.file if found else None) or ())


def remove(session: Session, folder: StoreFolder, seconds: float) -> None:
    """Delete it with all that is in it; one already gone is success."""
    subject = f"{_told(folder)}: delete it"
    with translated(subject):
        store = datastore(session, folder.datastore_id)
        delete(session, subject, store.ref, _path(store, folder), seconds)


def _told(folder: StoreFolder) -> str:
    return f"folder {folder.name} on {folder.datastore_id}"


def _path(store: Store, folder: StoreFolder) -> str:
    return f"[{store.name}] {folder.name}"
