"""The verdict over a migration by its hooks: failed in one and nowhere else, or all of them ran."""

from collections.abc import Iterator

from support.domain.errors import SuiteError
from support.domain.finding import CheckResult, Finding, Report
from support.domain.migration import Ending, MachineProgress, PlanState, StepPhase
from support.domain.request import HookStep
from support.workflow.move import MachineMove, Move


def failed_in(move: Move, step: HookStep) -> list[Report]:
    """Whether the Plan failed, and each of its machines in this hook and in nothing else; a report per machine.

    Raises SuiteError for a migration that was not followed to its end.
    """
    ended = _ended(move)
    return [_failure_report(ended, machine, move.progress_of(machine), step) for machine in move.machines]


def ran(move: Move) -> list[Report]:
    """Whether each hook of the plan ran to its end for each machine; a report per machine.

    Raises SuiteError for a plan without hooks, or a migration that was not followed to its end.
    """
    ended = _ended(move)
    if not move.order.hooks:
        raise SuiteError("the plan runs no hook, expected a Given that names one before a sentence about hooks")
    return [
        Report(
            subject=machine.name,
            results=tuple(_run_result(ended, move.progress_of(machine), hook.step) for hook in move.order.hooks),
        )
        for machine in move.machines
    ]


def moved_nothing(move: Move) -> bool:
    """Whether a machine failed in its pre-migration hook, before which MTV makes nothing (forklift.md 2.7)."""
    reported = (move.progress_of(machine) for machine in move.machines)
    return any(each is not None and HookStep.PRE.value in _failed_steps(each) for each in reported)


def _failure_report(ended: PlanState, machine: MachineMove, its: MachineProgress | None, step: HookStep) -> Report:
    where = f"status of {ended.ref}, and the Job of the hook in namespace {ended.ref.namespace}"
    found = [
        Finding(what=what, expected=expected, actual=actual, where=where)
        for what, expected, actual in (*_other_ending(ended), *_other_failure(its, step))
    ]
    reasons = _failed_steps(its).get(step.value, "") if its is not None else ""
    result = CheckResult(check="failed step", findings=tuple(found), confirmed=f"{step.value}: {reasons}")
    return Report(subject=machine.name, results=(result,))


def _other_ending(ended: PlanState) -> Iterator[tuple[str, str, str]]:
    if ended.ending is not Ending.FAILED:
        yield "ending of the plan", Ending.FAILED.value, _ending(ended)


def _other_failure(its: MachineProgress | None, step: HookStep) -> Iterator[tuple[str, str, str]]:
    if its is None:
        yield "state of the machine", Ending.FAILED.value, "the plan never took it up"
        return
    standing = [condition.type for condition in its.conditions if condition.status]
    if Ending.FAILED.value not in standing:
        yield "state of the machine", Ending.FAILED.value, ", ".join(standing) or "no condition"
    failed = _failed_steps(its)
    if list(failed) != [step.value]:
        told = "; ".join(f"{name}: {why}" for name, why in failed.items())
        yield "failed step", step.value, told or "none"


def _run_result(ended: PlanState, its: MachineProgress | None, step: HookStep) -> CheckResult:
    found = next((each for each in (its.steps if its is not None else ()) if each.name == step.value), None)
    if found is not None and found.phase is StepPhase.COMPLETED and not found.error:
        return CheckResult(check=step.spoken, confirmed=f"completed at {found.completed or 'an unknown time'}")
    actual = "no such step" if found is None else "; ".join(found.error) or str(found.phase or "not begun")
    where = f"status of {ended.ref}, and the Job of the hook in namespace {ended.ref.namespace}"
    finding = Finding(what=f"step {step.value}", expected=StepPhase.COMPLETED.value, actual=actual, where=where)
    return CheckResult(check=step.spoken, findings=(finding,))


def _failed_steps(its: MachineProgress) -> dict[str, str]:
    return {each.name: "; ".join(each.error) for each in its.steps if each.error}


def _ending(ended: PlanState) -> str:
    return ended.ending.value if ended.ending is not None else "no verdict"


def _ended(move: Move) -> PlanState:
    if move.ended is None:
        raise SuiteError("the migration was not followed to its end, nothing can be said about it")
    return move.ended
