"""Disks arrive as they should look from outside, and something else is on them."""

from collections.abc import Sequence

from lab.defects.model import Defect, Fault
from lab.world.model import File, Volume

_MIB = 1024**2


def _swap(volumes: Sequence[Volume]) -> None:
    """The last two disks; the system stays where it is, or nothing would start."""
    first, second = volumes[-2:]
    first.files, second.files = second.files, first.files
    first.digest, second.digest = second.digest, first.digest


def _blank(volumes: Sequence[Volume]) -> None:
    volumes[-1].files, volumes[-1].digest = None, "blank"


def _shrink(volumes: Sequence[Volume]) -> None:
    volumes[-1].size -= _MIB


def _empty(volumes: Sequence[Volume]) -> None:
    for volume in volumes:
        volume.files = dict.fromkeys(volume.files or {}, File())


ENTRIES = (
    Defect(name="disk-content-swapped", tells="two disks arrive with each other's files", contents=_swap),
    Defect(name="disk-content-lost", tells="the last disk arrives blank", contents=_blank),
    Defect(name="disk-smaller-in-guest", tells="the guest sees its last disk a MiB smaller", contents=_shrink),
    Defect(name="files-emptied", tells="files arrive with their names only", contents=_empty),
    Defect(
        name="last-delta-missing",
        tells="what was written between the last precopy and the cutover is lost",
        faults=frozenset({Fault.LAST_DELTA}),
    ),
)
