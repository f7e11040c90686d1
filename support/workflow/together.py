"""Several migrations at once; each state that is seen is one of all of their Plans."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from support.domain.errors import SuiteError
from support.domain.migration import MachineProgress, PlanState, Step, StepPhase
from support.domain.names import ObjectRef
from support.domain.together import Copying, Together
from support.workflow.follow import Lost, Told
from support.workflow.move import Move, reached
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.refusals import overhearing, with_refusals
from support.workflow.seen import machine_line

_TRANSFERS = frozenset({"DiskTransfer", "DiskTransferV2v"})
_UNTIL_2_12_0 = "DiskAllocation"
"""Where old releases book what an array copies to MTV's own cluster (forklift.md 2.4)."""

_States = tuple[PlanState | None, ...]


def await_copying(ports: Ports, moves: Sequence[Move]) -> None:
    """Wait until all of them copy disks, or one is at its end already.

    An array is done before the copy by network has begun, where both are started in one moment.

    Raises WaitTimeout, and SuiteError when a Plan was deleted meanwhile.
    """
    refs = [reached(move.plan, "plan").ref for move in moves]

    def copying(states: _States) -> bool | None:
        lines = [_copying(state, move) for state, move in zip(states, moves, strict=True)]
        return all(lines) or any(state is not None and state.ending is not None for state in states) or None

    if refs:
        with ports.tells.step(f"{' and '.join(map(str, refs))} copies disks"):
            wait = Wait(ports, " and ".join(map(str, refs)), "copying disks")
            wait.within("migration", ports.cluster.plans.follow_plans(refs), copying, partial(_must_be_there, refs))


def follow_together(ports: Ports, moves: Sequence[Move]) -> tuple[list[Move], Together]:
    """Wait until every Plan has its verdict; no verdict of the suite's yet.

    Raises WaitTimeout with the last states seen, SuiteError when a Plan or its Migration was deleted meanwhile.
    """
    refs = [reached(move.plan, "plan").ref for move in moves]
    sight = _Sight(ports, moves)
    step = ports.tells.step(f"follow {' and '.join(map(str, refs))} to their ends")
    with overhearing(ports, moves) as heard, step:
        ended = Wait(ports, " and ".join(map(str, refs)), "at their ends").within(
            "migration", ports.cluster.plans.follow_plans(refs), sight.look, sight.must_go_on
        )
        followed = [replace(move, ended=state) for move, state in zip(moves, ended, strict=True)]
        told = [with_refusals(ports, move, each) for move, each in zip(followed, heard, strict=True)]
    return told, sight.told()


class _Sight:
    """Looks at all Plans in one state of them, and remembers when each copied."""

    def __init__(self, ports: Ports, moves: Sequence[Move]) -> None:
        self._moves = moves
        self._refs = [reached(move.plan, "plan").ref for move in moves]
        self._told, self._lost = Told(ports), [Lost(ports, reached(move.migration, "migration").ref) for move in moves]
        self._clock, self._started = ports.clock, ports.clock()
        self._copying = [Copying(plan=str(ref)) for ref in self._refs]
        self._sight: tuple[str, ...] = ()

    def look(self, states: _States) -> list[PlanState] | None:
        seen = [state for state in states if state is not None]
        self._told.tell(tuple(machine for state in seen for machine in state.machines))
        self._remember(states)
        ended = len(seen) == len(states) and all(state.ending is not None for state in seen)
        return seen if ended else None

    def must_go_on(self, states: _States) -> None:
        _must_be_there(self._refs, states)
        for lost, state in zip(self._lost, states, strict=True):
            if state is not None and state.ending is None:
                lost.must_go_on(state)

    def told(self) -> Together:
        return Together(plans=tuple(self._copying), sight=self._sight)

    def _remember(self, states: _States) -> None:
        lines = [_copying(state, move) for state, move in zip(states, self._moves, strict=True)]
        now = self._clock() - self._started
        for number, line in enumerate(lines):
            known = self._copying[number]
            if line is not None:
                self._copying[number] = replace(known, first=now if known.first is None else known.first, last=now)
        if not self._sight and all(lines):
            self._sight = tuple(line for line in lines if line is not None)


def _must_be_there(refs: Sequence[ObjectRef], states: _States) -> None:
    for ref, state in zip(refs, states, strict=True):
        if state is None:
            raise SuiteError(f"{ref}: deleted by somebody before it was at its end")


def _copying(state: PlanState | None, move: Move) -> str | None:
    """A line about one machine of a plan whose disks are being copied; None when none is."""
    offloaded = move.order.offload is not None
    machines = state.machines if state is not None else ()
    busy = next((machine for machine in machines if _transfer(machine, offloaded=offloaded)), None)
    return None if busy is None or state is None else f"{state.ref.name}: {machine_line(busy)}"


def _transfer(machine: MachineProgress, *, offloaded: bool) -> Step | None:
    names = {*_TRANSFERS, _UNTIL_2_12_0} if offloaded else _TRANSFERS
    return next((step for step in machine.steps if step.name in names and _under_way(step)), None)


def _under_way(step: Step) -> bool:
    """Running, with something done and a disk to go: a disk may wait for its turn, and a step is closed a look late."""
    done = [task.phase is StepPhase.COMPLETED for task in step.tasks]
    return step.phase is StepPhase.RUNNING and step.done > 0 and not (done and all(done))
