"""NICs and disks: the same set both ways, in order, each where its map sends it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from support.checks.comparison import Comparison, NotRun, differs
from support.domain.finding import Finding, Gap
from support.domain.machine import mac, size_text
from support.domain.source import ProviderKind, SourceDisk
from support.domain.target import TargetDisk

_UNORDERED = frozenset({ProviderKind.OPENSTACK})
"""Kinds whose NICs and disks MTV attaches as they come: by a map of networks, and by claims without a number.

kubev2v/forklift 2.12.5: pkg/controller/plan/adapter/openstack/builder.go (mapNetworks), pkg/controller/plan/kubevirt.go
(getPVCs)
"""


def nics(comparison: Comparison) -> Iterator[Finding | Gap]:
    """Same MACs whatever their case, none extra, same order, each on the network its map names."""
    if any(not nic.mac for nic in comparison.source.nics):
        yield from _nics_by_number(comparison)
        return
    before = {mac(nic.mac): nic for nic in comparison.source.nics}
    after = {mac(nic.mac): nic for nic in comparison.target.nics}
    if not before and not after:
        raise NotRun("neither source nor target has a NIC")
    order, arrived = [mac(n.mac) for n in comparison.source.nics], [mac(n.mac) for n in comparison.target.nics]
    names: dict[str, str] = {address: f"{nic.label} on {nic.network.name}" for address, nic in before.items()}
    names |= {address: f"on {nic.network}" for address, nic in after.items() if address not in before}
    yield from _same_set(comparison, "NIC", (order, arrived), names)
    if Counter(order) == Counter(arrived) and comparison.source.kind not in _UNORDERED:
        yield from differs(comparison, "order of NICs", ", ".join(order), ", ".join(arrived))
    wanted = dict(zip(order, _networks(comparison), strict=True))
    for address, nic in before.items():
        if address in after:
            found = str(after[address].network)
            yield from differs(comparison, f"network of {nic.label} ({address})", wanted[address], found)


def _nics_by_number(comparison: Comparison) -> Iterator[Finding | Gap]:
    """An exported file need not say any MAC: then a NIC is known by its number alone."""
    before, after = comparison.source.nics, comparison.target.nics
    yield from differs(comparison, "number of NICs", len(before), len(after))
    if len(before) == len(after):
        for number, wanted in enumerate(_networks(comparison)):
            yield from differs(comparison, f"network of {before[number].label}", wanted, str(after[number].network))
    silent = [nic.label for nic in before if not nic.mac]
    yield Gap(what="MACs", reason=f"the source tells none of {', '.join(silent)}, so NICs are compared by number")


def _networks(comparison: Comparison) -> list[str]:
    """Where each NIC goes: those of a network that is mapped several times take its targets in turn (forklift.md 8)."""
    targets: dict[str, list[str]] = {}
    for entry in comparison.maps.networks:
        targets.setdefault(entry.source.key, []).append(str(entry.target))
    wanted: list[str] = []
    for nic in comparison.source.nics:
        left = targets.get(nic.network.key) or [f"no NIC, {nic.network.name} is not mapped"]
        wanted.append(left.pop(0) if len(left) > 1 else left[0])
    return wanted


def disks(comparison: Comparison) -> Iterator[Finding]:
    """Same disks by what MTV recorded, none extra, same order, no smaller, each as its store's map entry says."""
    before, after = comparison.source.disks, comparison.target.disks
    if not before and not after:
        raise NotRun("neither source nor target has a disk")
    for arrival in after:
        if arrival.identity is None:
            claim = f"PersistentVolumeClaim {comparison.target.namespace}/{arrival.claim}"
            yield Finding(what="source of a disk", expected="annotation disk-source", actual="none", where=claim)
    # MTV attaches in its own order, by controller and unit (forklift.md 3.5), which is what `index` holds.
    order = [disk.identity for disk in sorted(before, key=lambda each: each.index)]
    arrived = [disk.identity for disk in sorted(after, key=lambda each: each.index) if disk.identity is not None]
    names = {disk.identity: f"{disk.label}, {size_text(disk.size)}" for disk in before}
    names |= {disk.identity: f"claim {disk.claim}" for disk in after if disk.identity and disk.identity not in names}
    yield from _same_set(comparison, "disk", (order, arrived), names)
    if Counter(order) == Counter(arrived):
        yield from _order(comparison, order, arrived)
    pairs = {disk.identity: disk for disk in after}
    for disk in before:
        if disk.identity in pairs:
            yield from _disk(comparison, disk, pairs[disk.identity])


def _order(comparison: Comparison, order: Sequence[str], arrived: Sequence[str]) -> Iterator[Finding]:
    """Where MTV keeps none, the disk that the source booted from is the one that the target tries first."""
    if comparison.source.kind not in _UNORDERED:
        yield from differs(comparison, "order of disks", ", ".join(order), ", ".join(arrived))
        return
    booting = [str(disk.identity) for disk in comparison.target.disks if disk.bootable]
    yield from differs(comparison, "disk to boot from", order[0], ", ".join(booting) or "none")


def _disk(comparison: Comparison, before: SourceDisk, after: TargetDisk) -> Iterator[Finding]:
    # A claim may grow: sizes are rounded up and file systems need room (forklift.md 3.6).
    if after.size < before.size:
        yield Finding(
            what=f"size of {before.label}",
            expected=f"at least {size_text(before.size)}",
            actual=size_text(after.size),
            where=f"PersistentVolumeClaim {comparison.target.namespace}/{after.claim}",
        )
    entry = next((each for each in comparison.maps.storage if each.source.key == before.store.key), None)
    if entry is None:
        yield from differs(comparison, f"map entry of {before.label}", f"one for store {before.store.name}", "none")
        return
    yield from differs(comparison, f"storage class of {before.label}", entry.storage_class, after.storage_class)
    if entry.access_mode is not None:
        modes = ", ".join(after.access_modes)
        yield from differs(comparison, f"access mode of {before.label}", entry.access_mode, modes)
    if entry.volume_mode is not None:
        yield from differs(comparison, f"volume mode of {before.label}", entry.volume_mode, after.volume_mode)


def _same_set(
    comparison: Comparison, what: str, sets: tuple[Sequence[str], Sequence[str]], names: Mapping[str, str]
) -> Iterator[Finding]:
    """Missing and extra ones, counted: two of a kind are not one. `names` is what people call them."""
    wanted, found = map(Counter, sets)
    for key in (wanted - found).elements():
        yield Finding(what=f"missing {what}", expected=f"{key} ({names[key]})", actual="none", where=comparison.where)
    for key in (found - wanted).elements():
        yield Finding(what=f"extra {what}", expected="none", actual=f"{key} ({names[key]})", where=comparison.where)
