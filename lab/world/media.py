"""Writing to disks: a running guest sees at once what it wrote, on the disk it is after a sync."""

from hashlib import sha256
from typing import Protocol

from lab.world.model import Disk, Files


class Media(Protocol):
    """A source machine's disk or the content of a claim."""

    size: int
    digest: str
    files: Files | None
    unsynced: Files | None


def seen(media: Media) -> Files | None:
    """The filesystem as the running guest sees it; None when there is none."""
    return media.files if media.unsynced is None else media.unsynced


def write(media: Media, files: Files) -> None:
    """Replace the filesystem in the guest's memory."""
    media.unsynced = files


def sync(media: Media) -> None:
    """Bring what the guest wrote to the disk; the digest becomes another when that changes anything.

    A nonpersistent disk keeps nothing: what is written there goes with the power.
    """
    if media.unsynced is None or (isinstance(media, Disk) and media.mode.endswith("nonpersistent")):
        return
    if media.unsynced != media.files:
        media.files, media.digest = media.unsynced, _digest(media.digest, media.unsynced)
    media.unsynced = None


def lose(media: Media) -> None:
    """What was only in the guest's memory is gone."""
    media.unsynced = None


def _digest(before: str, files: Files) -> str:
    return sha256(repr((before, sorted((path, file.content) for path, file in files.items()))).encode()).hexdigest()[
        :32
    ]
