"""What only a running guest tells: its addresses, asked of every machine that is to keep them, whatever its power."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from support.domain.machine import Power
from support.domain.source import SourceMachine
from support.ports.source import PowersMachines
from support.workflow.clone import about
from support.workflow.inside import Visited
from support.workflow.move import Standin
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports

Told = Mapping[str, SourceMachine]
"""Machines as they were while they ran, by platform id."""


def run_and_record(ports: Ports, machines: Sequence[Visited]) -> Told:
    """Start the run's own machines that are off, record them when their guests report, wait until MTV knows.

    They stay on until `switch_off_again`. MTV keeps what it saw of a guest when that goes down. Nothing is told of
    machines that are not the run's, or cannot be switched. Raises SourceError, WaitTimeout.
    """
    powers = ports.source.powers
    if powers is None or ports.source.clones is None:
        return {}
    off = [standin for standin, machine in machines if _needs_a_start(standin, machine)]
    side_by_side(partial(_started, ports, powers), off)
    told = side_by_side(partial(_recorded, ports, powers), off)
    return {standin.platform_id: machine for standin, machine in zip(off, told, strict=True)}


def _started(ports: Ports, powers: PowersMachines, standin: Standin) -> None:
    with ports.tells.step(f"start {standin.name} so that its guest tells its addresses"), about(standin):
        powers.power_on(standin.platform_id, ports.budgets.source_task)


def switch_off_again(ports: Ports, standins: Sequence[Standin], told: Told) -> None:
    """What `run_and_record` started goes off, unless that is done already. Raises SourceError, WaitTimeout."""
    powers = ports.source.powers
    if powers is not None:
        side_by_side(partial(_switched_off, ports, powers), [each for each in standins if each.platform_id in told])


def _switched_off(ports: Ports, powers: PowersMachines, standin: Standin) -> None:
    with ports.tells.step(f"switch {standin.name} off again"), about(standin):
        powers.power_off(standin.platform_id, ports.budgets.source_task)


def await_known(ports: Ports, machine: SourceMachine, inventory_id: str) -> None:
    """Wait until MTV's inventory has the static addresses that the machine's guest told. Raises WaitTimeout."""
    addresses = [address.address for nic in machine.nics for address in nic.static_addresses]
    if addresses:
        with ports.tells.step(f"MTV's inventory knows the addresses of {machine.name}"):
            ports.inventory.await_addresses(inventory_id, addresses, ports.budgets.inventory)


def with_what_it_told(machine: SourceMachine, running: SourceMachine) -> SourceMachine:
    """The machine as it is now, with guest and addresses as they were told while it ran."""
    addresses = {nic.mac: nic.addresses for nic in running.nics}
    nics = tuple(replace(nic, addresses=addresses.get(nic.mac, ())) for nic in machine.nics)
    return replace(machine, nics=nics, guest=running.guest)


def _needs_a_start(standin: Standin, machine: SourceMachine) -> bool:
    """One that is to run for its move is recorded when it does."""
    return machine.power is not Power.ON and standin.order.request.power is not Power.ON


def _recorded(ports: Ports, powers: PowersMachines, standin: Standin) -> SourceMachine:
    with ports.tells.step(f"guest of {standin.name} reports its network"), about(standin):
        machine = powers.await_guest(standin.platform_id, ports.budgets.guest_info)
    await_known(ports, machine, ports.inventory.await_machine(standin.name, ports.budgets.inventory))
    return machine
