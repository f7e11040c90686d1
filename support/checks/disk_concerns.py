"""Raw and independent disks, which MTV cannot read over the network: it says so, and of no other disks."""

from collections.abc import Callable, Iterator

from support.checks.comparison import Comparison, NotPromised, NotRun, NotTold
from support.domain.disk_concerns import CONDITIONS, IDS_SINCE, WARN, WARNINGS_SINCE, DiskConcern, severity
from support.domain.finding import Finding, Gap
from support.domain.release import Release, release_of
from support.domain.source import ProviderKind

_NONE = "none"
_CALLED = {DiskConcern.RAW: "raw disk", DiskConcern.INDEPENDENT: "independent disk"}

Seen = Iterator[Finding | Gap]


def disk_concerns(comparison: Comparison) -> Seen:
    """The inventory's concern is there for such a machine alone, with the severity of that release.

    Since 2.12 the Plan warns, too, where no array copies; it never says a word where one does (forklift.md 1.6, 3.9).
    """
    if comparison.source.kind is not ProviderKind.VSPHERE:
        raise NotPromised("only vSphere has disks of the kind")
    release = release_of(comparison.mtv)
    if release is not None and release < IDS_SINCE:
        raise NotTold(f"MTV {comparison.mtv} gives its concerns no ids")
    if comparison.warnings.unread is not None:
        raise NotRun(comparison.warnings.unread)
    for concern in DiskConcern:
        yield from _in_inventory(comparison, concern)
        yield from _in_plan(comparison, concern)


def asked(concern: DiskConcern) -> Callable[[Comparison], Seen]:
    """The same where a sentence names disks of a kind, of which the machine must have one."""

    def check(comparison: Comparison) -> Seen:
        if not _has(comparison, concern):
            raise NotRun(f"{comparison.source.name} has no {_CALLED[concern]}")
        yield from disk_concerns(comparison)

    return check


def _has(comparison: Comparison, concern: DiskConcern) -> bool:
    if concern is DiskConcern.RAW:
        return any(disk.lun is not None for disk in comparison.source.disks)
    return any((disk.mode or "").startswith("independent") for disk in comparison.source.disks)


def _in_inventory(comparison: Comparison, concern: DiskConcern) -> Seen:
    release, found = release_of(comparison.mtv), comparison.warnings.concerns.get(concern, _NONE)
    wanted = _wanted(release) if _has(comparison, concern) else {_NONE}
    if found not in wanted:
        where = f"concerns of {comparison.source.name} in MTV's inventory"
        yield Finding(what=f"severity of {concern}", expected=" or ".join(sorted(wanted)), actual=found, where=where)


def _wanted(release: Release | None) -> set[str]:
    """Of a release that nobody knows either is right."""
    return {severity(each) for each in ((IDS_SINCE, WARNINGS_SINCE) if release is None else (release,))}


def _in_plan(comparison: Comparison, concern: DiskConcern) -> Seen:
    release, found = release_of(comparison.mtv), comparison.warnings.conditions.get(CONDITIONS[concern], _NONE)
    plain = comparison.array is None and _has(comparison, concern)
    if plain and release is None:
        yield Gap(what=CONDITIONS[concern], reason="MTV's version cannot be told")
        return
    if plain and comparison.options.warm and concern is DiskConcern.RAW:
        yield Gap(what=CONDITIONS[concern], reason="a warm plan warns of those raw disks alone that have no snapshots")
        return
    wanted = WARN if plain and release is not None and release >= WARNINGS_SINCE else _NONE
    if wanted != found:
        where = f"status of Plan {comparison.plan}"
        yield Finding(what=CONDITIONS[concern], expected=wanted, actual=found, where=where)


ASKED: dict[str, Callable[[Comparison], Seen]] = {
    "raw disk warned": asked(DiskConcern.RAW),
    "independent disk warned": asked(DiskConcern.INDEPENDENT),
}
"""What sentences name."""
