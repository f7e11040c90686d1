"""Guests of a source in memory: what was written in them, and what they refuse."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from support.domain.access import GuestAccess
from support.domain.contents import GuestDisk, GuestFile
from support.domain.machine import GIB, Bytes
from support.domain.secret import Secret
from support.ports.guest import Login

ACCESS = GuestAccess(linux_user="root", linux_password=Secret("tops3cret"))
DISKS = (
    GuestDisk(name="/dev/sda", size=Bytes(GIB), filesystems=("/boot", "/")),
    GuestDisk(name="/dev/sdb", size=Bytes(GIB), filesystems=("/data1",)),
)


@dataclass
class Guests:
    """`support.ports.source.OperatesGuests`; `done` is the order of what was asked, by machine id."""

    disks: tuple[GuestDisk, ...] = DISKS
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)
    """What is raised by the method of that name."""

    def await_operable(self, machine_id: str, seconds: float) -> None:
        self._asked("await_operable", machine_id)

    def disks_seen(self, machine_id: str, login: Login, seconds: float) -> tuple[GuestDisk, ...]:
        self._asked("disks_seen", machine_id)
        return self.disks

    def write(self, machine_id: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        self._asked("write", machine_id)
        self.files.setdefault(machine_id, {}).update({file.path: file.text for file in files})

    def _asked(self, what: str, machine_id: str) -> None:
        self.done.append(f"{what} {machine_id}")
        if what in self.trouble:
            raise self.trouble[what]
