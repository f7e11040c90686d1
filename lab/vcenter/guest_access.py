"""The door to a guest behind VMware Tools: who may enter, and what goes wrong there in vCenter's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lab.guests.accounts import knows
from lab.guests.shells import Shell, shell_of
from lab.guests.system import System, on_source
from lab.vcenter.calls import Call
from lab.vcenter.faults import (
    Refused,
    file_exists,
    file_not_found,
    guest_operations_unavailable,
    invalid_guest_login,
    invalid_power_state,
    not_supported,
)
from lab.vcenter.machine_view import CREATED
from lab.vcenter.sdk import vim
from lab.world.model import File, Guest, Machine
from lab.world.trees import IsDirectory, NoSuchPath, NotEmpty, PathError, PathExists


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An account that was let into a guest."""

    machine: Machine
    user: str

    @property
    def system(self) -> System:
        """As it is now: disks may be others by the time that a program runs."""
        return on_source(self.machine)

    @property
    def shell(self) -> Shell:
        return shell_of(self.system, self.user)


def enter(call: Call) -> Visit:
    """Raises InvalidPowerState, GuestOperationsUnavailable, InvalidGuestLogin (facts/sources.md 1.17)."""
    machine = call.inventory.machine(call.argument("vm"))
    if machine.power != "on":
        raise invalid_power_state("poweredOn", "poweredOff")
    if not machine.guest_up:
        raise guest_operations_unavailable()
    account = call.argument("auth")
    if not isinstance(account, vim.vm.guest.NamePasswordAuthentication):
        call.vcenter.lab.requests.refused["vcenter guest logins without name and password"] += 1
        raise not_supported("The embedded lab's guests know only names and passwords.")
    # Nobody sits at the console of a guest in the lab.
    if account.interactiveSession or not knows(machine.guest, account.username, account.password or ""):
        raise invalid_guest_login()
    return Visit(machine=machine, user=account.username)


@contextmanager
def paths() -> Iterator[None]:
    """Turns what is wrong with a path into its fault."""
    try:
        yield
    except NoSuchPath as wrong:
        raise file_not_found(wrong.path) from wrong
    except PathExists as wrong:
        raise file_exists(wrong.path) from wrong
    except IsDirectory as wrong:
        raise Refused(vim.fault.NotAFile(file=wrong.path), f"{wrong.path} is not a file") from wrong
    except NotEmpty as wrong:
        raise Refused(vim.fault.DirectoryNotEmpty(file=wrong.path), f"{wrong.path} is not empty") from wrong
    except PathError as wrong:
        raise Refused(vim.fault.CannotAccessFile(file=wrong.path), f"Unable to access file {wrong.path}") from wrong


def attributes(guest: Guest, file: File | None) -> Any:
    """Of a file that an administrator made, or of what was there before; permissions are a plain number."""
    manager, written = vim.vm.guest.FileManager, CREATED if file is None else file.written
    times = {"modificationTime": written, "accessTime": written}
    if guest.family == "windows":
        return manager.WindowsFileAttributes(**times, createTime=written, hidden=False, readOnly=False)
    return manager.PosixFileAttributes(**times, ownerId=0, groupId=0, permissions=0o755 if file is None else 0o644)
