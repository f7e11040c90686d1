"""What is on the disks of a machine, as its guest sees them: the filesystems, and markers written before a move."""

from dataclasses import dataclass

from support.domain.machine import Bytes

FOLDER = "mtv-acceptance"
"""Where markers lie, on each filesystem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestDisk:
    """One disk in the guest's own order; `filesystems` are where it is mounted, such as "/data1" or "D:"."""

    name: str
    size: Bytes
    filesystems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFile:
    """A small text file in a guest, and what it says."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A file that no other machine has, on one disk; `disk` counts from 0 in the guest's order."""

    disk: int
    filesystem: str
    file: GuestFile


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContents:
    """What was written in a source guest before its move, synced, and how large it saw its disks.

    Attributes:
        unwritten: why nothing was written; then everything else is empty.
        unmarked: why a disk has no marker, by its number.
        last_writes: written while copying was paused, just before the cutover of a warm move.
        last_unwritten: why a warm move has none.
    """

    unwritten: str | None = None
    disks: tuple[GuestDisk, ...] = ()
    markers: tuple[Marker, ...] = ()
    unmarked: tuple[tuple[int, str], ...] = ()
    last_writes: tuple[Marker, ...] = ()
    last_unwritten: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """What must be read on the target."""
        return tuple(marker.file.path for marker in (*self.markers, *self.last_writes))


NOTHING_WRITTEN = SourceContents(unwritten="nobody wrote anything in the source's guest")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetContents:
    """What the guest on the target saw; a file that is not there is absent from `files`."""

    disks: tuple[GuestDisk, ...] = ()
    files: tuple[GuestFile, ...] = ()

    def text_of(self, path: str) -> str | None:
        return next((file.text for file in self.files if file.path == path), None)
