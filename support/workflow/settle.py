"""Waiting until target machines have come to rest, then reading each of them once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from support.domain.errors import MachineDiffers, WaitTimeout
from support.domain.machine import Mac, Power
from support.domain.migration import Ending
from support.domain.names import ObjectRef
from support.domain.release import release_of
from support.ports.cluster import Arrival, Feed
from support.workflow.move import MachineMove, Move, reached
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.session import Session

_SECRETS_GO_SINCE = (2, 12)
"""Before that, a migration's Secrets and populator pods stay until its plan is archived (forklift.md 0.2, 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What must be there before a target machine is read; both only count for a running one."""

    agent: bool = False
    addresses: bool = False


def settle(ports: Ports, session: Session, move: Move, promises: Promises) -> Move:
    """Wait for power, agent and addresses of every machine and for the migration's leavings, then describe.

    The end of a budget is no error: what was not reached is kept in `unsettled` and judged by the checks.
    Raises MachineDiffers for a machine that is not there at all.
    """
    watched = _await_rest(ports, move, promises)
    left = _await_leavings(ports, session, move) if succeeded(move) else ()
    read = side_by_side(lambda machine: _read(ports, move, machine), watched)
    return replace(move.with_machines(tuple(read)), left_behind=left)


def succeeded(move: Move) -> bool:
    """A failed plan keeps DataVolumes, Secrets and pods until it is archived (forklift.md 2.2)."""
    return move.ended is not None and move.ended.ending is Ending.SUCCEEDED


def target_name(move: Move, machine: MachineMove) -> str:
    """Name on the target: MTV's own word where it rewrote the name."""
    progress = move.progress_of(machine)
    return (progress.target_name if progress is not None else "") or machine.name


def wanted_power(move: Move, machine: MachineMove) -> Power:
    """As the plan asks, else as the source was when it was recorded (forklift.md 3.4)."""
    asked = move.order.options.target_power
    return asked or (Power.ON if machine.source.power is Power.ON else Power.OFF)


@dataclass(frozen=True, slots=True)
class _Resting:
    """A machine that is to come to rest on the target, and what is seen of it."""

    machine: MachineMove
    name: str
    power: Power
    wait: Wait
    feed: Feed[Arrival]


def _await_rest(ports: Ports, move: Move, promises: Promises) -> tuple[MachineMove, ...]:
    """All have their time together: many that never come to rest cost no more of it than one."""
    machines = [_resting(ports, move, machine) for machine in move.machines]
    since = ports.clock()
    powered = [_powered(ports, each, since) for each in machines]
    since = ports.clock()
    return tuple(_reported(ports, each, promises, since) for each in powered)


def _resting(ports: Ports, move: Move, machine: MachineMove) -> _Resting:
    name, power = target_name(move, machine), wanted_power(move, machine)
    wait = Wait(ports, f"VirtualMachine {move.target_namespace}/{name}", f"at rest with power {power.value}")
    return _Resting(
        machine, name, power, wait, ports.at(move.target).cluster.targets.follow(move.target_namespace, name)
    )


def _powered(ports: Ports, resting: _Resting, since: float) -> _Resting:
    try:
        with ports.tells.step(f"{resting.name} settles on the target"):
            replace(resting.wait, since=since).within("settled", resting.feed, _at(resting.power))
    except WaitTimeout as late:
        return replace(resting, machine=replace(resting.machine, unsettled=str(late)))
    return resting


def _reported(ports: Ports, resting: _Resting, promises: Promises, since: float) -> MachineMove:
    machine = resting.machine
    awaited = resting.power is Power.ON and (promises.agent or promises.addresses)
    if not awaited or machine.unsettled is not None:
        return machine
    try:
        with ports.tells.step(f"guest of {resting.name} is there"):
            replace(resting.wait, since=since).within("guest_agent", resting.feed, _reports(machine, promises))
    except WaitTimeout as late:
        return replace(machine, unsettled=str(late))
    return machine


def _at(power: Power) -> Callable[[Arrival], bool | None]:
    status = "Running" if power is Power.ON else "Stopped"

    def reached_power(state: Arrival) -> bool | None:
        wants = state.wants_to_run is (power is Power.ON)
        return (state.exists and wants and state.printable_status == status) or None

    return reached_power


def _reports(machine: MachineMove, promises: Promises) -> Callable[[Arrival], bool | None]:
    macs: set[Mac] = {nic.mac for nic in machine.source.nics if nic.connected} if promises.addresses else set()

    def reports(state: Arrival) -> bool | None:
        return ((state.agent_connected or not promises.agent) and macs <= state.addressed_macs) or None

    return reports


def _await_leavings(ports: Ports, session: Session, move: Move) -> tuple[ObjectRef, ...]:
    migration = reached(move.migration, "migration")
    kinds = _leavings(session.mtv_version)
    feed = ports.at(move.target).cluster.targets.follow_made(move.target_namespace, migration.uid)

    def none_left(there: frozenset[ObjectRef]) -> bool | None:
        return not any(ref.kind in kinds for ref in there) or None

    try:
        Wait(ports, f"what {migration.ref} needed on its way", "gone").within("settled", feed, none_left)
    except WaitTimeout:
        return tuple(sorted((ref for ref in feed.latest() or () if ref.kind in kinds), key=str))
    return ()


def _leavings(version: str | None) -> tuple[str, ...]:
    release = release_of(version)
    secrets_go = release is not None and release >= _SECRETS_GO_SINCE
    return ("DataVolume", "PersistentVolumeClaim", *(("Secret", "Pod") if secrets_go else ()))


def _instead(ports: Ports, move: Move) -> str:
    """The machines that the migration did make, for whoever has to find the one that is missing."""
    migration = reached(move.migration, "migration")
    made = ports.cluster.targets.made_by(migration.uid, [move.target_namespace])
    there = sorted(str(ref) for ref, _uid in made if ref.kind == "VirtualMachine")
    return f"{', '.join(there) or 'no machine'} of {migration.ref} (see status of {reached(move.plan, 'plan').ref})"


def _read(ports: Ports, move: Move, machine: MachineMove) -> MachineMove:
    name = target_name(move, machine)
    ref = ObjectRef("VirtualMachine", name, move.target_namespace, move.target)
    if ports.cluster.objects.uid_of(ref) is None:
        raise MachineDiffers(f"{machine.name}: expected {ref} after the migration, got {_instead(ports, move)}")
    return replace(machine, target=ports.at(move.target).cluster.targets.describe(move.target_namespace, name))
