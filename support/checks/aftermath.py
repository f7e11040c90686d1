"""What a move must leave behind on the source: a machine that is off, with the snapshots it had and no others."""

from collections.abc import Iterator

from support.checks.comparison import Comparison, NotRun
from support.domain.finding import Finding
from support.domain.machine import Power
from support.domain.source import ProviderKind, SourceMachine

_WITH_SNAPSHOTS = (ProviderKind.VSPHERE, ProviderKind.OVIRT, ProviderKind.OPENSTACK)


def source_power(comparison: Comparison) -> Iterator[Finding]:
    """MTV switches the source off, a warm one at the cutover, and leaves it off (forklift.md 2.3, 2.6)."""
    if comparison.source_gone is not None:
        gone, where = comparison.source_gone, _where(comparison)
        yield Finding(what="the source machine", expected="still there, and off", actual=gone, where=where)
        return
    if comparison.source.kind is ProviderKind.OVA:
        raise NotRun("an OVA is a file that nobody can switch off")
    actual = _after(comparison).power
    if actual is not Power.OFF:
        yield Finding(what="power of the source", expected="off", actual=actual.value, where=_where(comparison))


def snapshots(comparison: Comparison) -> Iterator[Finding]:
    """Those of the source are what they were: MTV removes its own to the last (forklift.md 2.3)."""
    if comparison.source.kind not in _WITH_SNAPSHOTS:
        raise NotRun(f"MTV takes no snapshots of machines from {comparison.source.kind.value}")
    after = _names(_after(comparison))
    before = _names(comparison.source)
    for name in sorted(after.keys() - before.keys()):
        yield Finding(what="extra snapshot", expected="none", actual=after[name], where=_where(comparison))
    for name in sorted(before.keys() - after.keys()):
        yield Finding(what="missing snapshot", expected=before[name], actual="none", where=_where(comparison))
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield Finding(what="changed snapshot", expected=before[name], actual=after[name], where=_where(comparison))


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
