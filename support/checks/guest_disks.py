"""Which disk of the target's guest should be which of the source's, since guests know neither claims nor files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from support.domain.contents import GuestDisk
from support.domain.source import SourceDisk, SourceMachine
from support.domain.target import TargetDisk, TargetMachine


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A disk as the source's guest saw it, and which one of the machine it was, where that is known."""

    seen: GuestDisk
    number: int
    disk: SourceDisk | None

    @property
    def label(self) -> str:
        """As the source platform calls the disk, else as its guest did."""
        return self.disk.label if self.disk is not None else f"disk {self.number + 1} ({self.seen.name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """A disk as the target's guest sees it, and which one of the machine it is, where that is known."""

    seen: GuestDisk
    disk: TargetDisk | None


def before_of(seen: Sequence[GuestDisk], machine: SourceMachine) -> list[Before]:
    """A guest sees disks in the order they are attached in; if their number differs, nobody can tell which is which."""
    disks = sorted(machine.disks, key=lambda each: each.index)
    known: Sequence[SourceDisk | None] = disks if len(disks) == len(seen) else [None] * len(seen)
    return [
        Before(seen=each, number=number, disk=disk) for number, (each, disk) in enumerate(zip(seen, known, strict=True))
    ]


def after_of(seen: Sequence[GuestDisk], machine: TargetMachine) -> list[After]:
    """As `before_of`."""
    disks = sorted(machine.disks, key=lambda each: each.index)
    known: Sequence[TargetDisk | None] = disks if len(disks) == len(seen) else [None] * len(seen)
    return [After(seen=each, disk=disk) for each, disk in zip(seen, known, strict=True)]


def arrival_of(before: Before, arrived: Sequence[After]) -> After | None:
    """The disk that was made from this one, by what MTV recorded, else by its number; None when there is none."""
    if before.disk is not None and all(after.disk is not None and after.disk.identity for after in arrived):
        return next(_made_from(before.disk, arrived), None)
    return arrived[before.number] if before.number < len(arrived) else None


def _made_from(disk: SourceDisk, arrived: Sequence[After]) -> Iterator[After]:
    yield from (after for after in arrived if after.disk is not None and after.disk.identity == disk.identity)
