"""GuestFileManager and GuestAuthManager (facts/sources.md 1.17)."""

import re
from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import file_exists, invalid_argument
from lab.vcenter.guest_access import Visit, attributes, enter, paths
from lab.vcenter.sdk import vim
from lab.vcenter.transfers import Transfer
from lab.world.model import File
from lab.world.trees import IsDirectory, NoSuchPath

_FILES = vim.vm.guest.FileManager
_PAGE = 50
_TEMPORARY = {"linux": "/tmp", "windows": "C:\\Windows\\Temp"}  # noqa: S108 - inside the guest


@answers(vim.vm.guest.AuthManager, "ValidateCredentialsInGuest")
def _validate(call: Call) -> None:
    enter(call)


@answers(_FILES, "InitiateFileTransferToGuest")
def _to_guest(call: Call) -> str:
    """What is uploaded is in the guest's memory; a sync brings it to the disk."""
    visit, path = enter(call), call.argument("guestFilePath", "")
    tree = visit.system.tree
    with paths():
        if tree.is_directory(path):
            raise IsDirectory(path)
        if not tree.is_directory(tree.parent(path)):
            raise NoSuchPath(path)
    if tree.is_file(path) and not call.argument("overwrite", False):
        raise file_exists(path)
    size = int(call.argument("fileSize", 0))
    store = _storing(call, visit, path)
    return call.vcenter.transfers.offer(Transfer(machine=visit.machine.id, size=size, write=store))


def _storing(call: Call, visit: Visit, path: str) -> Any:
    def store(content: bytes) -> None:
        visit.system.tree.write(path, content)
        call.world.touch(visit.machine)

    return store


@answers(_FILES, "InitiateFileTransferFromGuest")
def _from_guest(call: Call) -> Any:
    visit, path = enter(call), call.argument("guestFilePath", "")
    with paths():
        size = len(visit.shell.read(path))
    file = visit.system.tree.file(path) if visit.system.tree.is_file(path) else None
    offer = Transfer(machine=visit.machine.id, size=size, read=lambda: visit.shell.read(path))
    url = call.vcenter.transfers.offer(offer)
    return _FILES.FileTransferInformation(attributes=attributes(visit.system.guest, file), size=size, url=url)


@answers(_FILES, "MakeDirectoryInGuest")
def _make_directory(call: Call) -> None:
    visit, parents = enter(call), bool(call.argument("createParentDirectories", False))
    with paths():
        visit.system.tree.make_directory(call.argument("directoryPath", ""), parents=parents)


@answers(_FILES, "DeleteFileInGuest")
def _delete_file(call: Call) -> None:
    visit = enter(call)
    with paths():
        visit.system.tree.remove(call.argument("filePath", ""))


@answers(_FILES, "DeleteDirectoryInGuest")
def _delete_directory(call: Call) -> None:
    visit, recursive = enter(call), bool(call.argument("recursive", False))
    with paths():
        visit.system.tree.remove_directory(call.argument("directoryPath", ""), recursive=recursive)


@answers(_FILES, "CreateTemporaryFileInGuest")
def _temporary_file(call: Call) -> str:
    visit = enter(call)
    path = _temporary(call, visit)
    with paths():
        visit.system.tree.write(path, b"")
    return path


@answers(_FILES, "CreateTemporaryDirectoryInGuest")
def _temporary_directory(call: Call) -> str:
    visit = enter(call)
    path = _temporary(call, visit)
    with paths():
        visit.system.tree.make_directory(path)
    return path


def _temporary(call: Call, visit: Visit) -> str:
    """A name that is free, in the directory that was asked for or the guest's own."""
    family = visit.system.guest.family
    slash = "\\" if family == "windows" else "/"
    folder = (call.argument("directoryPath", "") or _TEMPORARY[family]).rstrip(slash)
    number = call.world.next_serial()
    return f"{folder}{slash}{call.argument('prefix', '')}vmware{number}{call.argument('suffix', '')}"


@answers(_FILES, "ListFilesInGuest")
def _list(call: Call) -> Any:
    """A file itself, or what is in a directory; `matchPattern` is a regular expression on names."""
    visit, path = enter(call), call.argument("filePath", "")
    tree = visit.system.tree
    with paths():
        found = list(tree.names(path).items()) if tree.is_directory(path) else [(path, tree.file(path))]
    try:
        pattern = re.compile(call.argument("matchPattern", "") or ".*")
    except re.error as broken:
        raise invalid_argument("matchPattern") from broken
    found = [entry for entry in found if pattern.fullmatch(entry[0])]
    first, page = int(call.argument("index", 0)), int(call.argument("maxResults", 0)) or _PAGE
    shown = [_entry(visit, *entry) for entry in found[first : first + page]]
    return _FILES.ListFileInfo(files=shown, remaining=max(0, len(found) - first - page))


def _entry(visit: Visit, name: str, file: File | None) -> Any:
    kind, size = ("directory", 0) if file is None else ("file", len(file.content))
    return _FILES.FileInfo(path=name, type=kind, size=size, attributes=attributes(visit.system.guest, file))
