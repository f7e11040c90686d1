"""A visit to source guests while they run: what must be done inside before a machine is brought to its wanted power."""

from collections.abc import Sequence
from dataclasses import dataclass

from support.domain.contents import SourceContents
from support.domain.machine import Power
from support.domain.source import SourceGuest, SourceMachine
from support.workflow.markers import Subject, mark, why_not
from support.workflow.move import MoveOrder, Standin
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports

Visited = tuple[Standin, SourceMachine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a visit left on the disks, and what the guest of a machine that is off again said of itself."""

    contents: SourceContents
    guest: SourceGuest | None = None


def write_in_guests(ports: Ports, run: str, order: MoveOrder, machines: Sequence[Visited]) -> list[Inside]:
    """Start the machines whose disks are to carry markers, write them, and switch off who was off.

    A machine that is to be off when it moves is started for this alone, so that its guest brings what was written to
    the disks when it shuts down. Raises GuestLoginRefused, SourceError, WaitTimeout.
    """
    reasons = [_why_not(ports, order, standin, machine) for standin, machine in machines]
    fit = [each for each, reason in zip(machines, reasons, strict=True) if reason is None]
    side_by_side(lambda each: _start(ports, *each), fit)
    marked = iter(side_by_side(lambda each: _marked(ports, run, *each), fit))
    return [next(marked) if reason is None else Inside(contents=SourceContents(unwritten=reason)) for reason in reasons]


def _why_not(ports: Ports, order: MoveOrder, standin: Standin, machine: SourceMachine) -> str | None:
    if ports.source.clones is None:
        return "the machine is not a clone of this run, so nothing is written in its guest"
    if machine.power is not Power.ON and ports.source.powers is None:
        return "it is off, and this source cannot switch machines"
    if _wanted_on_target(order, standin, machine) is not Power.ON:
        return "the target stays powered off, so its disks could not be read"
    return why_not(ports, machine.guest.family)


def _wanted_on_target(order: MoveOrder, standin: Standin, machine: SourceMachine) -> Power:
    """As `settle.wanted_power`, before the machine was switched."""
    return order.options.target_power or standin.order.request.power or machine.power


def _start(ports: Ports, standin: Standin, machine: SourceMachine) -> None:
    if machine.power is not Power.ON and ports.source.powers is not None:
        with ports.tells.step(f"start {standin.name}"):
            ports.source.powers.power_on(standin.platform_id, ports.budgets.source_task)


def _marked(ports: Ports, run: str, standin: Standin, machine: SourceMachine) -> Inside:
    subject = Subject(run=run, platform_id=standin.platform_id, machine=machine)
    with ports.tells.step(f"write a marker on every disk of {standin.name}"):
        contents = mark(ports, subject)
    started_for_this = machine.power is not Power.ON and standin.order.request.power is not Power.ON
    guest = ports.source.platform.describe(standin.platform_id).guest if started_for_this else None
    if started_for_this and ports.source.powers is not None:
        with ports.tells.step(f"switch {standin.name} off again"):
            ports.source.powers.power_off(standin.platform_id, ports.budgets.source_task)
    return Inside(contents=contents, guest=guest)
