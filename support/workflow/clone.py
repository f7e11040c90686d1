"""Machines of the run's own on the source: cloned, switched as asked, recorded."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from support.domain.errors import MachineNotFound, SourceError, SuiteError, WaitTimeout
from support.domain.journal import Realm, Thing
from support.domain.machine import Power
from support.domain.names import MachineName, dns_label, random_part
from support.domain.source import SourceMachine
from support.ports.source import ClonesMachines, PowersMachines, TracksChanges
from support.workflow.move import MachineOrder, MoveOrder, Standin
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session
from support.workflow.shaping import complete, may_leave, must_fit, shapes_of

MACHINE = "Machine"
"""Kind of a source machine in the journal."""
TASK = "task"
"""What a clone's task id is noted as."""
LEAVES = "leaves"
"""Noted of one beside whose disks files may be left."""


def clone_all(ports: Ports, session: Session, order: MoveOrder) -> list[Standin]:
    """Clone all machines side by side, shaped as asked; on a platform that cannot clone, find the originals.

    Raises SourceError, before anything is made where it has no room or place for them, and WaitTimeout.
    """
    orders = order.machines
    must_fit(ports, orders)
    clones = ports.source.clones
    if clones is None:
        _must_differ(orders)
        return [_original(ports, each) for each in orders]
    begun = [_begin(ports, clones, each, _Owner(session.run, order)) for each in orders]
    standins = [_finish(ports, clones, clone) for clone in begun]
    for standin in standins:
        with about(standin):
            complete(ports, standin, order.scope)
    return standins


def _must_differ(orders: Sequence[MachineOrder]) -> None:
    """A plan takes each machine once."""
    for number, order in enumerate(orders):
        twin = next((each for each in orders[:number] if each.origin == order.origin), None)
        if twin is not None:
            raise SuiteError(
                f"{twin.request.role} and {order.request.role} both stand for {order.origin}, expected a machine for "
                f"each, as this source clones none; the profile's machines block says which machine a role stands for"
            )


def _original(ports: Ports, order: MachineOrder) -> Standin:
    with _about(order, order.origin):
        platform_id = ports.source.platform.find(order.origin)
    return Standin(order=order, name=order.origin, platform_id=platform_id)


@contextmanager
def _about(order: MachineOrder, name: MachineName) -> Iterator[None]:
    """Errors of the source say which machine of the scenario they are about, where the platform only knows ids."""
    told = f"{order.request.role} machine {name}"
    try:
        yield
    except MachineNotFound as missing:
        advice = "the profile's machines block says which machine a role stands for"
        raise MachineNotFound(f"{order.request.role} machine: {missing}; {advice}") from missing
    except WaitTimeout as late:
        raise replace(late, subject=f"{told} ({late.subject})") from late
    except SourceError as error:
        raise SourceError(f"{told}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Owner:
    run: str
    move: MoveOrder

    def thing(self, order: MachineOrder, name: MachineName) -> Thing:
        details = {"origin": order.origin} | ({LEAVES: "yes"} if may_leave(self.move, order) else {})
        return Thing(realm=Realm.SOURCE, kind=MACHINE, name=name, scope=self.move.scope, details=details)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    order: MachineOrder
    name: MachineName
    key: str
    task: str


def _begin(ports: Ports, clones: ClonesMachines, order: MachineOrder, owner: _Owner) -> _Begun:
    name = _name(owner.run, order)
    key = ports.journal.intent(owner.thing(order, name))
    with _about(order, name):
        task = _start(ports, clones, order, name, f"{owner.run} clone of {order.origin}, made by mtv-acceptance")
    ports.journal.noted(key, {TASK: task})
    return _Begun(order=order, name=name, key=key, task=task)


def _name(run: str, order: MachineOrder) -> MachineName:
    """A name that is asked for stays as it is, however little Kubernetes would make of it."""
    wanted = order.request.shape.name
    return MachineName(f"{run}-{wanted}-{random_part()}" if wanted else dns_label(run, order.origin, random_part()))


def _start(ports: Ports, clones: ClonesMachines, order: MachineOrder, name: MachineName, notes: str) -> str:
    shape = order.request.shape
    if shape.as_source:
        return clones.start_clone(order.origin, name, notes)
    return shapes_of(ports).start_shaped_clone(order.origin, name, notes, shape)


def _finish(ports: Ports, clones: ClonesMachines, begun: _Begun) -> Standin:
    with ports.tells.step(f"clone {begun.order.origin} as {begun.name}"), _about(begun.order, begun.name):
        platform_id = clones.finish_clone(begun.task, ports.budgets.source_task)
    ports.journal.created(begun.key, platform_id)
    return Standin(order=begun.order, name=begun.name, platform_id=platform_id)


def must_have_nic(machine: SourceMachine) -> None:
    """Raise SuiteError for a machine that no NetworkMap could be made for."""
    if not machine.nics:
        raise SuiteError(
            f"{machine.name} on the source has no NIC, expected at least one: a plan needs a network to map; "
            f"give the machine or template a NIC, or map the role to another machine in the profile"
        )


def about(standin: Standin) -> AbstractContextManager[None]:
    """Errors of the source say which machine of the scenario they are about."""
    return _about(standin.order, standin.name)


def track(ports: Ports, standins: Sequence[Standin]) -> None:
    """Let machines keep a record of changed blocks, where the platform wants that for a warm copy.

    Raises SourceError, WaitTimeout.
    """
    tracks = ports.source.tracks
    if tracks is None:
        return
    side_by_side(partial(_track, ports, tracks), standins)


def _track(ports: Ports, tracks: TracksChanges, standin: Standin) -> None:
    with ports.tells.step(f"track changed blocks of {standin.name}"):
        tracks.track_changes(standin.platform_id, ports.budgets.source_task)


def switch(ports: Ports, standins: Sequence[Standin]) -> None:
    """Bring all machines into the power state asked for; a started guest has reported its network afterwards.

    Raises SourceError, WaitTimeout, and SuiteError where the platform cannot switch machines.
    """
    side_by_side(partial(_switch, ports), standins)
    powers = ports.source.powers
    if powers is not None:
        running = [standin for standin in standins if standin.order.request.power is Power.ON]
        side_by_side(partial(_await_guest, ports, powers), running)


def _await_guest(ports: Ports, powers: PowersMachines, standin: Standin) -> None:
    with ports.tells.step(f"guest of {standin.name} reports its network"), about(standin):
        powers.await_guest(standin.platform_id, ports.budgets.guest_info)


def _switch(ports: Ports, standin: Standin) -> None:
    wanted = standin.order.request.power
    if wanted is None:
        return
    powers = ports.source.powers
    if powers is None and ports.source.at_rest:
        _tell_of_rest(ports, standin, wanted)
        return
    if powers is None:
        raise SuiteError(
            f"{standin.order.request.role} machine {standin.name}: asked to be {wanted.value}, "
            f"but this source cannot switch machines; expected a scenario that leaves its power as it is"
        )
    turn = powers.power_on if wanted is Power.ON else powers.power_off
    with ports.tells.step(f"switch {standin.name} {wanted.value}"), about(standin):
        turn(standin.platform_id, ports.budgets.source_task)


def _tell_of_rest(ports: Ports, standin: Standin, wanted: Power) -> None:
    if wanted is not Power.OFF:
        with ports.tells.step(f"{standin.name} lies in a file, where nothing can be {wanted.value}: it moves as it is"):
            return
