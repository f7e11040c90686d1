"""Tables for people, as CSV that a report shows as such: what was asked for, and the two sides of a machine."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import zip_longest

from support.domain.machine import Address, Cpu, size_text
from support.domain.offload import StorageArray
from support.domain.request import Arrangements, HookRequest, PlanOptions
from support.domain.source import SourceMachine
from support.domain.target import TargetMachine

Row = Sequence[object]
_LEFT = "as MTV has it by default"


def plan_options(
    options: PlanOptions,
    arrangements: Arrangements,
    hooks: Iterable[HookRequest],
    array: StorageArray | None = None,
) -> str:
    """What the scenario asks of its plan; what it leaves to MTV is said, too."""
    rows: list[Row] = [
        ("migration", "warm" if options.warm else "cold"),
        ("disks are copied by", f"the storage array ({array.vendor})" if array is not None else "MTV"),
        ("power on the target", options.target_power.value if options.target_power else "as on the source"),
        ("addresses are kept", _yes(options.preserve_static_ips)),
        ("namespace of the machines", options.target_namespace or "the run's own"),
        ("networks in namespace", arrangements.networks_in or "that of the machines"),
        ("worker", "a chosen one" if arrangements.chosen_worker else "any"),
        ("labels", _pairs(options.target_labels)),
        ("affinity", json.dumps(options.target_affinity, sort_keys=True) if options.target_affinity else "none"),
        ("names of disks", options.pvc_name_template or _LEFT),
        ("names get a generated suffix", _yes(options.pvc_name_generated_suffix)),
        ("hooks", ", ".join(hook.step.spoken for hook in hooks) or "none"),
    ]
    return _csv(("option", "asked for"), rows)


def source_and_target(source: SourceMachine, target: TargetMachine) -> str:
    """One line per property; NICs and disks stand in the order of each side, so a missing one shows."""
    return _csv(("", "source", "target"), _sides(source, target))


def _sides(source: SourceMachine, target: TargetMachine) -> Iterator[Row]:
    yield "name", source.name, f"{target.namespace}/{target.name}"
    yield "power", source.power.value, target.power.value
    yield "cpu", _cpu(source.cpu), _cpu(target.cpu)
    yield "memory", size_text(source.memory), size_text(target.memory)
    yield "firmware", source.firmware.value if source.firmware else "unknown", target.firmware.value
    yield "secure boot", _yes(source.secure_boot), _yes(target.secure_boot)
    yield "serial", source.serial or source.uuid or "", target.serial or ""
    for number, (nic, other) in enumerate(zip_longest(source.nics, target.nics), start=1):
        before = "" if nic is None else f"{nic.mac} on {nic.network.name}{_addresses(nic.addresses)}"
        after = "" if other is None else f"{other.mac} on {other.network}{_listed(other.addresses)}"
        yield f"NIC {number}", before, after
    for number, (disk, arrived) in enumerate(zip_longest(source.disks, target.disks), start=1):
        before = "" if disk is None else f"{size_text(disk.size)} on {disk.store.name}: {disk.identity}"
        after = (
            ""
            if arrived is None
            else f"{size_text(arrived.size)} in {arrived.storage_class}: {arrived.claim}, from {arrived.identity}"
        )
        yield f"disk {number}", before, after
    yield "guest", source.guest.os_name or "did not tell", target.guest.os_name or "did not tell"
    yield "host name", source.guest.hostname or "", target.guest.hostname or ""
    yield "runs on", source.host or "", target.node or ""
    yield "snapshots", ", ".join(each.name for each in source.snapshots) or "none", ""


def _cpu(cpu: Cpu) -> str:
    return f"{cpu.sockets} sockets x {cpu.cores} cores x {cpu.threads} threads"


def _addresses(addresses: Sequence[Address]) -> str:
    return _listed([f"{each.address} ({each.origin.value})" for each in addresses])


def _listed(texts: Sequence[str]) -> str:
    return f", {', '.join(texts)}" if texts else ""


def _pairs(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in labels.items()) or "none"


def _yes(value: bool | None) -> str:
    return _LEFT if value is None else "yes" if value else "no"


def _csv(heading: Row, rows: Iterable[Row]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()
