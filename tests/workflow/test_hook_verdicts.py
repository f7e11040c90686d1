"""A failure that was wanted is one in the named hook, of the plan and of every machine, and nowhere else."""

from dataclasses import replace

import pytest

from support.domain.errors import SuiteError
from support.domain.finding import Report
from support.domain.migration import Condition, MachineProgress, PlanState, Step, StepPhase
from support.domain.names import ObjectRef
from support.domain.request import HookRequest, HookStep
from support.workflow.hook_verdicts import failed_in, moved_nothing, ran
from support.workflow.move import MachineMove, Move
from support.workflow.prepare import prepare
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, Landscape
from tests.workflow.world import MemoryJournal

PRE, POST = HookStep.PRE, HookStep.POST
BACKOFF = "Job has reached the specified backoff limit"


@pytest.fixture(scope="module")
def prepared() -> Move:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    hooks = (HookRequest(step=PRE, playbook="a"), HookRequest(step=POST, playbook="b"))
    return prepare(ports, open_session(ports, REQUEST), replace(ORDER, hooks=hooks))


def _step(name: str, error: str = "", phase: StepPhase | None = None) -> Step:
    wanted = phase or (StepPhase.RUNNING if error else StepPhase.COMPLETED)
    return Step(name=name, phase=wanted, error=(error,) if error else (), completed="then")


def _progress(machine: MachineMove, *steps: Step, standing: str = "Failed") -> MachineProgress:
    return MachineProgress(
        id=machine.inventory_id,
        name=machine.name,
        target_name=machine.name,
        phase="Completed",
        steps=steps,
        conditions=(Condition(type=standing, status=True),),
    )


def _ended(move: Move, *machines: MachineProgress, ending: str = "Failed") -> Move:
    conditions = (Condition(type=ending, status=True),) if ending else ()
    ref = ObjectRef("Plan", "p", "n")
    return replace(move, ended=PlanState(ref=ref, uid="u", observed=True, conditions=conditions, machines=machines))


def _all(move: Move, *steps: Step, standing: str = "Failed") -> Move:
    return _ended(move, *(_progress(machine, *steps, standing=standing) for machine in move.machines))


def _said(reports: list[Report]) -> list[str]:
    return [str(finding) for report in reports for finding in report.findings]


def test_a_plan_whose_machines_all_failed_in_the_named_hook_is_what_was_wanted(prepared: Move) -> None:
    reports = failed_in(_all(prepared, _step("PreHook"), _step("PostHook", BACKOFF)), POST)
    assert [report.clean for report in reports] == [True, True]
    assert [result.confirmed for report in reports for result in report.results] == [f"PostHook: {BACKOFF}"] * 2


def test_a_plan_that_succeeded_is_not(prepared: Move) -> None:
    machines = [_progress(machine, _step("PostHook"), standing="Succeeded") for machine in prepared.machines]
    move = _ended(prepared, *machines, ending="Succeeded")
    said = _said(failed_in(move, POST))
    assert said[0].startswith("ending of the plan: expected Failed, got Succeeded (see status of Plan n/p")
    assert said[1].startswith("state of the machine: expected Failed, got Succeeded")
    assert said[2].startswith("failed step: expected PostHook, got none")


def test_a_failure_elsewhere_names_where_and_why(prepared: Move) -> None:
    (said, *_more) = _said(failed_in(_all(prepared, _step("DiskTransferV2v", "no space left")), POST))
    assert said.startswith("failed step: expected PostHook, got DiskTransferV2v: no space left (see")


def test_a_second_failure_beside_the_hook_is_told(prepared: Move) -> None:
    steps = (_step("ImageConversion", "no root"), _step("PostHook", BACKOFF))
    assert "ImageConversion: no root; PostHook" in _said(failed_in(_all(prepared, *steps), POST))[0]


def test_all_machines_must_fail_in_the_same_step(prepared: Move) -> None:
    first, second = prepared.machines
    move = _ended(prepared, _progress(first, _step("PreHook", BACKOFF)), _progress(second, _step("PostHook", BACKOFF)))
    reports = failed_in(move, PRE)
    assert [report.clean for report in reports] == [True, False]
    assert reports[1].subject == second.name


def test_a_machine_that_was_never_taken_up_or_canceled_is_no_failed_one(prepared: Move) -> None:
    canceled = _progress(prepared.machines[0], _step("PreHook", BACKOFF), standing="Canceled")
    said = _said(failed_in(_ended(prepared, canceled), PRE))
    assert "expected Failed, got Canceled" in said[0]
    assert "expected Failed, got the plan never took it up" in said[1]


def test_a_plan_without_verdict_has_not_failed(prepared: Move) -> None:
    assert "got no verdict" in _said(failed_in(_ended(prepared, ending=""), PRE))[0]


def test_a_migration_that_was_not_followed_has_no_verdict(prepared: Move) -> None:
    with pytest.raises(SuiteError, match="not followed to its end"):
        failed_in(prepared, PRE)
    with pytest.raises(SuiteError, match="not followed to its end"):
        ran(prepared)


def test_hooks_that_came_to_their_end_ran(prepared: Move) -> None:
    reports = ran(_all(prepared, _step("PreHook"), _step("PostHook")))
    assert [report.clean for report in reports] == [True, True]
    assert [result.check for result in reports[0].results] == ["pre-migration hook", "post-migration hook"]


@pytest.mark.parametrize(
    ("steps", "actual"),
    [
        ((_step("PreHook"),), "no such step"),
        ((_step("PreHook"), _step("PostHook", BACKOFF)), BACKOFF),
        ((_step("PreHook"), _step("PostHook", phase=StepPhase.PENDING)), "Pending"),
        ((_step("PreHook"), Step(name="PostHook", phase=None)), "not begun"),
    ],
)
def test_a_hook_that_did_not_come_to_its_end_is_told(prepared: Move, steps: tuple[Step, ...], actual: str) -> None:
    said = _said(ran(_all(prepared, *steps)))
    assert [each.split(" (see")[0] for each in said] == [f"step PostHook: expected Completed, got {actual}"] * 2


def test_hooks_of_a_machine_that_was_never_taken_up_did_not_run(prepared: Move) -> None:
    assert len(_said(ran(_ended(prepared)))) == 4


def test_a_plan_without_hooks_cannot_say_that_they_ran(prepared: Move) -> None:
    bare = replace(_all(prepared), order=replace(prepared.order, hooks=()))
    with pytest.raises(SuiteError, match="the plan runs no hook"):
        ran(bare)


def test_only_a_failed_pre_migration_hook_means_that_nothing_was_moved(prepared: Move) -> None:
    assert moved_nothing(_all(prepared, _step("PreHook", BACKOFF)))
    assert not moved_nothing(_all(prepared, _step("PreHook"), _step("PostHook", BACKOFF)))
    assert not moved_nothing(prepared)
