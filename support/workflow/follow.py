"""Following a migration to its end, and the verdict over it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from support.domain.errors import MigrationFailed, SuiteError
from support.domain.migration import Ending, MachineProgress, PlanState
from support.domain.names import ObjectRef
from support.workflow.move import Move, reached
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.refusals import overhearing, with_refusals
from support.workflow.seen import short
from support.workflow.waiting import Standing


def follow(ports: Ports, move: Move, also: Callable[[PlanState], None] | None = None) -> Move:
    """Wait until the Plan says Succeeded, Failed or Canceled and keep what it said; no verdict yet.

    Args:
        also: somebody else who wants to see the state, whenever it changes and at least every second.

    Raises WaitTimeout with the last state seen, SuiteError when the Migration was deleted meanwhile.
    """
    ref = reached(move.plan, "plan").ref
    told, lost = Told(ports), Lost(ports, reached(move.migration, "migration").ref)

    def look(state: PlanState) -> PlanState | None:
        told.tell(state.machines)
        if also is not None:
            also(state)
        return state if state.ending is not None else None

    with overhearing(ports, [move]) as (heard,), ports.tells.step(f"follow {ref} to its end"):
        feed = ports.cluster.plans.follow_plan(ref)
        ended = Wait(ports, str(ref), "at its end").within("migration", feed, look, lost.must_go_on)
        return with_refusals(ports, replace(move, ended=ended), heard)


class Told:
    """Tells progress when it changes."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._told: tuple[MachineProgress, ...] = ()

    def tell(self, machines: tuple[MachineProgress, ...]) -> None:
        if machines != self._told:
            self._told = machines
            self._ports.tells.progress(machines)


class Lost:
    """Notices a run whose Migration was deleted: Executing is off the Plan then, with no verdict (forklift.md 2.8)."""

    def __init__(self, ports: Ports, migration: ObjectRef) -> None:
        self._ports = ports
        self._migration = migration
        self._has_run = False
        self._idle = Standing(ports.clock)

    def must_go_on(self, state: PlanState) -> None:
        """To be asked about every state that is not the last."""
        self._has_run = self._has_run or state.executing
        idle = self._has_run and not state.executing
        stood = self._idle.longest(["idle"] if idle else [])
        if stood is not None and stood >= self._ports.budgets.plan_blocked:
            raise SuiteError(
                f"{state.ref}: stopped executing {stood:.0f} s ago without a verdict, expected one of "
                f"{', '.join(Ending)}; was {self._migration} deleted? Last seen {short(state)}"
            )


def must_succeed(move: Move) -> None:
    """Raise MigrationFailed unless the Plan and each of its machines succeeded; names machine, step, message, refusals.

    A Plan calls itself Succeeded when one machine arrived and another was canceled (forklift.md 2.1).
    """
    if move.ended is None:
        raise SuiteError("the migration was not followed to its end, nothing can be said about it")
    complaints = [line for machine in move.machines for line in _complaints(machine.name, move.progress_of(machine))]
    if complaints or move.ended.ending is not Ending.SUCCEEDED:
        raise MigrationFailed(failure(move.ended, [*complaints, *move.refusals], move.target_namespace))


def failure(ended: PlanState, complaints: list[str], target_namespace: str) -> str:
    """What a person reads about a migration that did not succeed."""
    verdict = ended.find(ended.ending.value) if ended.ending is not None else None
    told = str(verdict).rstrip(".") if verdict is not None else "no verdict"
    lines = "".join(f"\n  - {line}" for line in complaints or ["no machine says why"])
    where = (
        f"where to look: status and events of {ended.ref}, logs of its pods in namespace {target_namespace}; "
        f"with skip_teardown=true they stay"
    )
    return f"{ended.ref} ended with {told}; expected every machine to succeed:{lines}\n  {where}"


def _complaints(name: str, progress: MachineProgress | None) -> Iterator[str]:
    if progress is None:
        yield f"{name}: the plan never took it up"
        return
    step = progress.failed_step
    if step is not None:
        yield f"{name}: failed in step {step.name}: {'; '.join(step.error)}"
    elif progress.error:
        yield f"{name}: failed in phase {progress.phase or 'unknown'}: {'; '.join(progress.error)}"
    elif not any(c.type == Ending.SUCCEEDED.value and c.status for c in progress.conditions):
        standing = ", ".join(str(c) for c in progress.conditions if c.status) or "no condition"
        yield f"{name}: not succeeded: {standing}"
