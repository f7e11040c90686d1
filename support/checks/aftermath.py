"""What a move must leave behind on the source: a machine that is off, with the snapshots and disks that it had."""

from collections.abc import Iterator

from support.checks.comparison import Comparison, NotRun
from support.domain.finding import Finding
from support.domain.machine import Power, size_text
from support.domain.source import ProviderKind, SourceDisk, SourceMachine

_WITH_SNAPSHOTS = (ProviderKind.VSPHERE, ProviderKind.OVIRT, ProviderKind.OPENSTACK)


def source_power(comparison: Comparison) -> Iterator[Finding]:
    """MTV switches the source off, a warm one at the cutover, and leaves it off (forklift.md 2.3, 2.6)."""
    if comparison.source_gone is not None:
        gone, where = comparison.source_gone, _where(comparison)
        yield Finding(what="the source machine", expected="still there, and off", actual=gone, where=where)
        return
    if comparison.source.kind is ProviderKind.OVA:
        raise NotRun("an OVA is a file and has no power state")
    actual = _after(comparison).power
    if actual is not Power.OFF:
        yield Finding(what="power of the source", expected="off", actual=actual.value, where=_where(comparison))


def snapshots(comparison: Comparison) -> Iterator[Finding]:
    """Those of the source are what they were: MTV removes its own to the last (forklift.md 2.3)."""
    if comparison.source.kind not in _WITH_SNAPSHOTS:
        raise NotRun(f"MTV takes no snapshots of machines from {comparison.source.kind.spoken}")
    after = _names(_after(comparison))
    before = _names(comparison.source)
    for name in sorted(after.keys() - before.keys()):
        yield Finding(what="extra snapshot", expected="none", actual=after[name], where=_where(comparison))
    for name in sorted(before.keys() - after.keys()):
        yield Finding(what="missing snapshot", expected=before[name], actual="none", where=_where(comparison))
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield Finding(what="changed snapshot", expected=before[name], actual=after[name], where=_where(comparison))


def source_disks(comparison: Comparison) -> Iterator[Finding]:
    """A move reads the source's disks and changes none: the same ones lie where they lay, as they were kept.

    On an engine MTV takes a direct LUN off the source, since the target has it then (forklift.md 3.7).
    """
    after = {disk.identity: disk for disk in _after(comparison).disks}
    before = {disk.identity: disk for disk in comparison.source.disks if not _handed_over(comparison, disk)}
    if not before and not after:
        raise NotRun("the source has no disk that stays with it")
    where = _where(comparison)
    for identity, disk in before.items():
        if identity not in after:
            yield Finding(what="missing disk of the source", expected=_disk(disk), actual="none", where=where)
        else:
            yield from _changed(disk, after[identity], where)
    known = {disk.identity for disk in comparison.source.disks}
    for identity in after.keys() - known:
        yield Finding(what="extra disk of the source", expected="none", actual=_disk(after[identity]), where=where)


def _handed_over(comparison: Comparison, disk: SourceDisk) -> bool:
    """A direct LUN is the only disk of an engine that is in no storage domain."""
    return comparison.source.kind is ProviderKind.OVIRT and not disk.store.key


def _disk(disk: SourceDisk) -> str:
    return f"{disk.label} ({disk.identity})"


def _changed(before: SourceDisk, after: SourceDisk, where: str) -> Iterator[Finding]:
    for what, expected, actual in (
        ("size", size_text(before.size), size_text(after.size)),
        ("store", before.store.name, after.store.name),
        ("provisioning", before.provisioning.value, after.provisioning.value),
        ("mode", before.mode, after.mode),
        ("LUN", before.lun, after.lun),
        ("serial", before.serial, after.serial),
    ):
        if expected != actual:
            yield Finding(
                what=f"{what} of {before.label} of the source",
                expected=expected or "none",
                actual=actual or "none",
                where=where,
            )


def _after(comparison: Comparison) -> SourceMachine:
    if comparison.source_gone is not None:
        raise NotRun("the source machine is gone")
    if comparison.source_after is None:
        raise NotRun("nobody looked at the source after the move")
    return comparison.source_after


def _where(comparison: Comparison) -> str:
    return f"source machine {comparison.source.name} ({comparison.source.id})"


def _names(machine: SourceMachine) -> dict[str, str]:
    """Name and parent by id: a platform gives each snapshot of a machine an id of its own (sources.md 1.10)."""
    return {
        each.id: f"{each.name} (id {each.id}{f', below {each.parent}' if each.parent else ''})"
        for each in machine.snapshots
    }
