"""Who copied each disk: what the plan promised, against what MTV made and what it tells of each copy."""

from collections.abc import Callable, Iterator, Sequence

from support.checks.comparison import Comparison, NotPromised, NotRun, NotTold
from support.domain.finding import Finding, Gap
from support.domain.offload import POPULATOR, TOLD_SINCE, CopiedBy
from support.domain.release import patch_of
from support.domain.source import SourceDisk
from support.domain.target import TargetDisk

Seen = Iterator[Finding | Gap]


def copy_offload(comparison: Comparison) -> Seen:
    """With copy-offload each claim is filled by MTV's populator, and copied by whoever its datastore promises.

    Without it no claim is. Who copied is told by MTV 2.12.5 and later (forklift.md 4.2); RDM disks are left out, whose
    copy MTV always tells as the host's (forklift.md 4.3).
    """
    claims = {disk.identity: disk for disk in comparison.target.disks}
    pairs = [(disk, claims[disk.identity]) for disk in comparison.source.disks if disk.identity in claims]
    if comparison.array is None and not any(claim.filled_by == POPULATOR for _disk, claim in pairs):
        raise NotPromised("the plan asks for no copy-offload")
    if not pairs:
        raise NotRun("no claim of the target holds a disk of the source")
    for disk, claim in pairs:
        yield from _filled(comparison, disk, claim)
    if comparison.array is not None:
        yield from _copied(comparison, [disk for disk, _claim in pairs])


def by_array(comparison: Comparison) -> Seen:
    """The disks on the array, of which there is one at least, were copied by it."""
    yield from _asked(comparison, CopiedBy.ARRAY)


def by_host(comparison: Comparison) -> Seen:
    """The disks elsewhere, of which there is one at least, were copied by the host."""
    yield from _asked(comparison, CopiedBy.HOST)


def _asked(comparison: Comparison, by: CopiedBy) -> Seen:
    disks = [disk for disk in comparison.source.disks if promised(comparison, disk) is by]
    if not disks:
        raise NotRun(f"no disk lies where {by.value} would have to copy it")
    if not _tells(comparison):
        raise NotTold(f"MTV {comparison.mtv or '(version unknown)'} does not tell who copied a disk")
    yield from _copied(comparison, disks)


def promised(comparison: Comparison, disk: SourceDisk) -> CopiedBy | None:
    """By its datastore; None for a raw disk, and for any where no array was asked."""
    if comparison.array is None or disk.lun is not None:
        return None
    return CopiedBy.ARRAY if disk.store.key in comparison.array else CopiedBy.HOST


def _filled(comparison: Comparison, disk: SourceDisk, claim: TargetDisk) -> Iterator[Finding]:
    wanted = comparison.array is not None
    if wanted == (claim.filled_by == POPULATOR):
        return
    yield Finding(
        what=f"what filled the claim of {disk.label}",
        expected=POPULATOR if wanted else f"no {POPULATOR}",
        actual=claim.filled_by or "nothing that it names",
        where=f"PersistentVolumeClaim {comparison.target.namespace}/{claim.claim}",
    )


def _copied(comparison: Comparison, disks: Sequence[SourceDisk]) -> Seen:
    if not _tells(comparison):
        version = comparison.mtv or "(version unknown)"
        yield Gap(what="who copied", reason=f"MTV {version} does not tell")
        return
    for disk in disks:
        wanted, told = promised(comparison, disk), comparison.copied_by.get(disk.identity)
        if wanted is None:
            yield Gap(what=f"who copied {disk.label}", reason="MTV does not tell it of raw disks")
        elif told is not wanted:
            actual = told.value if told is not None else "nothing said of it"
            where = f"status of Plan {comparison.plan}"
            yield Finding(what=f"who copied {disk.label}", expected=wanted.value, actual=actual, where=where)


def _tells(comparison: Comparison) -> bool:
    """A release that has to tell and does not is a finding; one whose version nobody knows may be an old one."""
    patch = patch_of(comparison.mtv)
    return bool(comparison.copied_by) or (patch is not None and patch >= TOLD_SINCE)


ASKED: dict[str, Callable[[Comparison], Seen]] = {"copied by the array": by_array, "copied by the host": by_host}
"""What sentences name; the bundle has both in one."""
