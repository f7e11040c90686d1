"""How Linux and Windows guests are asked for their disks and files, and what their answers mean.

Commands are whole lines for the shell that runs them: sh on Linux, cmd.exe on Windows, where OpenSSH starts it unless
told otherwise (openshift.md 6.2). They hold no secret and no `$`, so that a shell around the shell changes nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from support.domain.contents import GuestDisk
from support.domain.errors import SuiteError
from support.domain.machine import Bytes, OsFamily

_POWERSHELL = "powershell.exe -NoProfile -NonInteractive -Command"
_MEMORY = ("zram", "ram")
"""Disks of a Linux guest that are none of the machine's."""


class OddAnswer(SuiteError):
    """A guest said something else than what was asked for."""


class Dialect(Protocol):
    """One family of guests."""

    @property
    def questions(self) -> tuple[str, ...]:
        """Commands whose outputs together tell the disks."""
        ...

    def disks(self, answers: Sequence[str]) -> tuple[GuestDisk, ...]:
        """Disks from the outputs. Raises OddAnswer for outputs that are not what the commands print."""
        ...

    def show(self, path: str) -> str:
        """Command that prints a text file, and fails when there is none."""
        ...

    def write(self, path: str, text: str) -> tuple[str, ...]:
        """Commands that write a line of text into a file, its folder included."""
        ...

    def sync(self, paths: Sequence[str]) -> str:
        """Command after which these files lie on their disks."""
        ...


@dataclass(frozen=True, slots=True)
class Linux:
    """Any distribution with util-linux 2.27 or newer."""

    @property
    def questions(self) -> tuple[str, ...]:
        return ("lsblk -J -b -o NAME,TYPE,SIZE,HCTL,MOUNTPOINT",)

    def disks(self, answers: Sequence[str]) -> tuple[GuestDisk, ...]:
        """Ordered by SCSI address where there is one: names follow the order in which the kernel found the disks."""
        devices = _read(answers[0], "lsblk").get("blockdevices") or []
        disks = [each for each in devices if each["type"] == "disk" and not each["name"].startswith(_MEMORY)]
        return tuple(
            GuestDisk(
                name=f"/dev/{each['name']}",
                size=Bytes(int(each["size"])),
                filesystems=tuple(dict.fromkeys(path for path in _mounts(each) if path.startswith("/"))),
            )
            for each in sorted(disks, key=_place)
        )

    def show(self, path: str) -> str:
        return f"cat '{_plain(path)}'"

    def write(self, path: str, text: str) -> tuple[str, ...]:
        return (
            f"mkdir -p '{_plain(path).rpartition('/')[0]}'",
            f"echo '{_plain(text.strip())}' | tee '{path}'",
        )

    def sync(self, paths: Sequence[str]) -> str:  # noqa: ARG002 - one command brings all of them to their disks
        return "sync"


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows Server 2012 or newer, whose PowerShell has the Storage module."""

    @property
    def questions(self) -> tuple[str, ...]:
        return (
            f'{_POWERSHELL} "Get-Disk | Select-Object Number,Size | ConvertTo-Json -Compress"',
            f'{_POWERSHELL} "Get-Partition | Select-Object DiskNumber,DriveLetter | ConvertTo-Json -Compress"',
        )

    def disks(self, answers: Sequence[str]) -> tuple[GuestDisk, ...]:
        disks, partitions = (_listed(_read(answer, "PowerShell")) for answer in answers)
        return tuple(
            GuestDisk(
                name=f"disk {each['Number']}",
                size=Bytes(int(each["Size"])),
                filesystems=tuple(_drives(each["Number"], partitions)),
            )
            for each in sorted(disks, key=lambda each: int(each["Number"]))
        )

    def show(self, path: str) -> str:
        return f'type "{_plain(path)}"'

    def write(self, path: str, text: str) -> tuple[str, ...]:
        folder = _plain(path).rpartition("\\")[0]
        return (f'if not exist "{folder}" mkdir "{folder}"', f'echo {_plain(text.strip())}> "{path}"')

    def sync(self, paths: Sequence[str]) -> str:
        letters = ",".join(dict.fromkeys(path[0] for path in paths))
        return f'{_POWERSHELL} "Write-VolumeCache -DriveLetter {letters}"'


_DIALECTS: Mapping[OsFamily, Dialect] = {OsFamily.LINUX: Linux(), OsFamily.WINDOWS: Windows()}


def dialect_of(family: OsFamily) -> Dialect:
    """An unknown family is spoken to as Linux, as its login is the one for Linux."""
    return _DIALECTS.get(family, _DIALECTS[OsFamily.LINUX])


def _read(answer: str, who: str) -> Any:
    try:
        return json.loads(answer.lstrip("\ufeff"))
    except ValueError as error:
        shown = answer.strip()[:200] or "nothing"
        raise OddAnswer(f"expected JSON from {who} about the guest's disks, got: {shown}") from error


def _mounts(device: Mapping[str, Any]) -> Iterator[str]:
    """Of a disk and whatever lies on it: partitions, volumes, encryption."""
    if device.get("mountpoint"):
        yield device["mountpoint"]
    for child in device.get("children") or []:
        yield from _mounts(child)


def _place(device: Mapping[str, Any]) -> tuple[tuple[int, ...], int, str]:
    address = tuple(int(part) for part in re.findall(r"\d+", device.get("hctl") or ""))
    # By length first: sdaa comes after sdz.
    return address, len(device["name"]), device["name"]


def _listed(answer: Any) -> list[Any]:
    """PowerShell prints a single thing without a list around it."""
    return answer if isinstance(answer, list) else [answer]


def _drives(number: int, partitions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in partitions:
        # A partition without a letter has a NUL there.
        letter = str(each.get("DriveLetter") or "").strip("\0 ")
        if each["DiskNumber"] == number and letter:
            yield f"{letter}:"


def _plain(path: str) -> str:
    if re.search(r"['\"$`%\n]", path):
        raise SuiteError(f"path {path!r} in a guest: expected no quotes, dollars or percent signs")
    return path
