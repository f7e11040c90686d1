"""Files inside a guest, through VMware Tools."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from support.adapters.vsphere import guest_transfers
from support.adapters.vsphere.guest_faults import in_guest
from support.adapters.vsphere.guest_transfers import Trust
from support.adapters.vsphere.sdk import vim
from support.domain.contents import GuestFile
from support.domain.errors import SourceError
from support.domain.machine import OsFamily

_LOG = logging.getLogger(__name__)

_READABLE = 0o644
_OURS = "mtv-acceptance-"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFiles:
    """The file manager for one guest and login. Raises GuestNotOperable, GuestLoginRefused, SourceError."""

    subject: str
    machine: Any
    family: OsFamily
    auth: Any
    manager: Any
    trust: Trust

    def read(self, path: str) -> str:
        """A text file, as far as it is UTF-8."""
        with in_guest(f"{self.subject}: read {path}"):
            found = self.manager.InitiateFileTransferFromGuest(self.machine, self.auth, path)
            return guest_transfers.get(found.url, self.trust).decode(errors="replace")

    def write(self, file: GuestFile) -> None:
        """Send a file, its folder made before; afterwards it is in the guest's memory, not yet on a disk."""
        self._make_folder(str(self._pure(file.path).parent))
        body = file.text.encode()
        with in_guest(f"{self.subject}: write {file.path}"):
            url = self.manager.InitiateFileTransferToGuest(
                self.machine, self.auth, file.path, self._attributes(), len(body), True
            )
            guest_transfers.put(url, body, self.trust)

    @contextmanager
    def scratch(self) -> Iterator[str]:
        """Path of an empty file in the guest's own temporary folder, which goes with the block."""
        with in_guest(f"{self.subject}: make a temporary file"):
            path: str = self.manager.CreateTemporaryFile(self.machine, self.auth, _OURS, ".txt")
        try:
            yield path
        finally:
            self._drop(path)

    def _drop(self, path: str) -> None:
        try:
            with in_guest(f"{self.subject}: delete {path}"):
                self.manager.DeleteFile(self.machine, self.auth, path)
        except SourceError as error:
            # It lies in a clone of the run's own, and what went wrong before matters more.
            _LOG.info("%s", error)

    def _make_folder(self, path: str) -> None:
        with in_guest(f"{self.subject}: make folder {path}"):
            try:
                self.manager.MakeDirectory(self.machine, self.auth, path, True)
            except vim.fault.FileAlreadyExists:
                return

    def _pure(self, path: str) -> PurePosixPath | PureWindowsPath:
        return PureWindowsPath(path) if self.family is OsFamily.WINDOWS else PurePosixPath(path)

    def _attributes(self) -> Any:
        kinds = vim.vm.guest.FileManager
        if self.family is OsFamily.WINDOWS:
            return kinds.WindowsFileAttributes()
        return kinds.PosixFileAttributes(permissions=_READABLE)
