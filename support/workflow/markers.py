"""Files that only this machine of this run has, one per disk, written in the source guest and known by heart."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from support.domain.contents import FOLDER, GuestDisk, GuestFile, Marker, SourceContents
from support.domain.errors import (
    GuestLoginRefused,
    GuestNotOperable,
    SourceError,
    SourceUnreachable,
    SuiteError,
    WaitTimeout,
)
from support.domain.machine import OsFamily
from support.domain.source import SourceMachine
from support.ports.guest import Login
from support.ports.source import OperatesGuests
from support.workflow.guest_logins import login_for, no_login
from support.workflow.ports_in_use import Ports

BEFORE, LAST = "before", "last"
"""When a marker was written: before the move, or last before the cutover."""

_SYSTEM_DRIVE, _PUBLIC = "C:", r"C:\Users\Public"
_BOOT = ("/boot", "/efi")
_DROPS = "nonpersistent"
"""Part of a disk mode's name on vSphere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A machine of the run's own on the source, by id; `machine` is what was last read of it."""

    run: str
    platform_id: str
    machine: SourceMachine

    @property
    def name(self) -> str:
        return self.machine.name

    @property
    def family(self) -> OsFamily:
        return self.machine.guest.family


def why_not(ports: Ports, family: OsFamily) -> str | None:
    """Why nothing can be written in a guest, as far as it is known without asking anybody."""
    if ports.source.guests is None:
        return "nothing can be written in guests of this source platform"
    return None if login_for(family, ports.guest_access) is not None else no_login(family)


def mark(ports: Ports, subject: Subject) -> SourceContents:
    """Write a marker on every disk that has a filesystem, synced.

    A guest that takes no orders, or whose host nobody here can reach for files, is left as it is, with that reason.
    Raises GuestLoginRefused, SourceError, WaitTimeout with machine and reason.
    """
    operator, login = _means(ports, subject)
    seconds = ports.budgets.guest_info
    try:
        with _about(subject), _host_out_of_reach():
            operator.await_operable(subject.platform_id, seconds)
            disks = operator.disks_seen(subject.platform_id, login, seconds)
            homes = _homes(disks, subject.machine)
            markers = tuple(
                _marker(subject, number, home.filesystem, BEFORE)
                for number, home in enumerate(homes)
                if home.filesystem
            )
            _write(operator, subject, login, markers, seconds)
    except GuestNotOperable as reason:
        return SourceContents(unwritten=str(reason))
    unmarked = tuple((number, home.why_not) for number, home in enumerate(homes) if not home.filesystem)
    ports.tells.attach(f"markers in {subject.name}", _told(markers, unmarked))
    return SourceContents(disks=disks, markers=markers, unmarked=unmarked)


def mark_last(ports: Ports, subject: Subject, contents: SourceContents) -> SourceContents:
    """Write the last word on every marked disk, synced. Raises as `mark`, GuestNotOperable too."""
    if contents.unwritten is not None or not contents.markers:
        return contents
    operator, login = _means(ports, subject)
    last = tuple(_marker(subject, each.disk, each.filesystem, LAST) for each in contents.markers)
    with _about(subject):
        _write(operator, subject, login, last, ports.budgets.guest_info)
    ports.tells.attach(f"last write in {subject.name}", _told(last, ()))
    return replace(contents, last_writes=last, last_unwritten=None)


def _means(ports: Ports, subject: Subject) -> tuple[OperatesGuests, Login]:
    login = login_for(subject.family, ports.guest_access)
    if ports.source.guests is None or login is None:
        raise SuiteError(f"{subject.name}: {why_not(ports, subject.family)}, so its guest must not be asked")
    return ports.source.guests, login


@contextmanager
def _about(subject: Subject) -> Iterator[None]:
    """Errors name the machine, where the platform only knows ids, and end no run as one that created nothing."""
    try:
        yield
    except WaitTimeout as late:
        raise replace(late, subject=f"{subject.name} ({late.subject})") from late
    except (GuestNotOperable, GuestLoginRefused) as error:
        raise type(error)(f"{subject.name}: {error}") from error
    except SourceError as error:
        raise SourceError(f"{subject.name}: {error}") from error


@contextmanager
def _host_out_of_reach() -> Iterator[None]:
    """Files go to the machine's host itself, which the vCenter's users need not be able to reach (sources 1.17)."""
    try:
        yield
    except SourceUnreachable as error:
        raise GuestNotOperable(str(error)) from error


def _write(operator: OperatesGuests, subject: Subject, login: Login, markers: Sequence[Marker], seconds: float) -> None:
    if markers:
        operator.write(subject.platform_id, login, [marker.file for marker in markers], seconds)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where on a disk its marker goes, empty with the reason."""

    filesystem: str = ""
    why_not: str = ""


def _homes(disks: Sequence[GuestDisk], machine: SourceMachine) -> list[_Home]:
    """One for each disk: a filesystem that spans disks proves nothing about the second."""
    forgetful = _forgetful(disks, machine)
    homes: list[_Home] = []
    for number, disk in enumerate(disks):
        taken = {home.filesystem for home in homes}
        own = sorted((each for each in disk.filesystems if each not in taken), key=_last_resort)
        if number in forgetful:
            homes.append(_Home(why_not=forgetful[number]))
        elif own:
            homes.append(_Home(filesystem=own[0]))
        else:
            shared = ", ".join(disk.filesystems)
            told = f"it only shares {shared} with another disk" if shared else "it has no filesystem"
            homes.append(_Home(why_not=told))
    return homes


def _last_resort(filesystem: str) -> tuple[bool, int, str]:
    """The system's boot folders last: they are small, and not what people keep their data on."""
    return filesystem.startswith(_BOOT), len(filesystem), filesystem


def _forgetful(disks: Sequence[GuestDisk], machine: SourceMachine) -> Mapping[int, str]:
    """Disks, by number, on which nothing outlives the power-off that every move comes with (sources 1.17)."""
    modes = [disk.mode or "" for disk in sorted(machine.disks, key=lambda each: each.index)]
    if not any(_DROPS in mode for mode in modes):
        return {}
    if len(modes) != len(disks):
        return dict.fromkeys(range(len(disks)), "a disk of the machine is non-persistent, and nobody can tell which")
    return {number: f"it is {mode}" for number, mode in enumerate(modes) if _DROPS in mode}


def _marker(subject: Subject, disk: int, filesystem: str, when: str) -> Marker:
    path = _path(filesystem, f"{subject.run}-{when}.txt")
    text = f"{subject.name} disk {disk + 1} {when} {secrets.token_hex(8)}\n"
    return Marker(disk=disk, filesystem=filesystem, file=GuestFile(path=path, text=text))


def _path(filesystem: str, name: str) -> str:
    if filesystem.startswith("/"):
        return f"{filesystem.rstrip('/')}/{FOLDER}/{name}"
    # Only administrators with all their rights may write to the root of the system drive.
    root = _PUBLIC if filesystem == _SYSTEM_DRIVE else filesystem
    return rf"{root}\{FOLDER}\{name}"


def _told(markers: Sequence[Marker], unmarked: Sequence[tuple[int, str]]) -> str:
    lines = [f"disk {each.disk + 1}: {each.file.path}: {each.file.text.strip()}" for each in markers]
    return "\n".join([*lines, *(f"disk {number + 1}: none, {reason}" for number, reason in unmarked)])
