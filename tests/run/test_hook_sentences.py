"""What the sentences about hooks collect before anything is touched, and what they refuse."""

from dataclasses import replace
from typing import Any, cast
from unittest.mock import MagicMock

import parse
import pytest

from support.checks.staying import stayed
from support.domain.errors import EndedOtherwise, MachineDiffers, SuiteError
from support.domain.finding import Report
from support.domain.machine import Power
from support.domain.migration import Condition, MachineProgress, PlanState, Step, StepPhase
from support.domain.names import ObjectRef
from support.domain.request import HookRequest, HookStep
from support.domain.staying import Stay
from support.run import facade, moving, vocabulary
from support.run.facade import ScenarioRun
from support.run.moving import Moving
from support.run.playbooks import KNOWN
from support.workflow.cutover import CutoverRule
from support.workflow.move import Move
from support.workflow.prepare import prepare
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, Landscape
from tests.workflow.world import MemoryJournal


class Told:
    """A scenario's facade over ports in memory, with the reports that it told of."""

    def __init__(self) -> None:
        landscape = Landscape()
        self.ports = landscape.ports(MemoryJournal())
        session = open_session(self.ports, REQUEST)
        hooks = (HookRequest(step=HookStep.PRE, playbook="a"),)
        self.move = prepare(self.ports, session, replace(ORDER, hooks=hooks))
        self.run = ScenarioRun(self.ports, session, MagicMock(), "hooks.feature:5")

    @property
    def reports(self) -> list[Report]:
        return [call.args[0] for call in cast("Any", self.ports.tells).compared.call_args_list]

    def ended(self, step: str, standing: str = "Failed") -> "Told":
        """As if every machine had come to this step."""
        error = ("Job has reached the specified backoff limit",) if standing == "Failed" else ()
        pipeline = (Step(name=step, phase=StepPhase.RUNNING if error else StepPhase.COMPLETED, error=error),)
        its = (Condition(type=standing, status=True),)
        machines = tuple(
            MachineProgress(
                id=each.inventory_id,
                name=each.name,
                target_name=each.name,
                phase="Completed",
                steps=pipeline,
                conditions=its,
            )
            for each in self.move.machines
        )
        ref = ObjectRef("Plan", "p", "n")
        state = PlanState(ref=ref, uid="u", observed=True, conditions=its, machines=machines)
        moved: Move = replace(self.move, ended=state)
        self.run._moving = Moving(self.ports, self.run.session, CutoverRule())
        self.run._moving.moves = [moved]
        return self


def test_a_second_playbook_of_the_same_step_is_refused() -> None:
    run = Told().run
    run.plan_hook(HookStep.PRE, KNOWN["succeeds"])
    run.plan_hook(HookStep.POST, KNOWN["succeeds"])
    with pytest.raises(SuiteError, match="two playbooks for its pre-migration hook, expected one"):
        run.plan_hook(HookStep.PRE, KNOWN["fails"])


def test_a_bad_playbook_is_refused_where_it_is_named() -> None:
    with pytest.raises(SuiteError, match="bad playbook: expected a list of plays"):
        Told().run.plan_hook(HookStep.PRE, "hosts: localhost")


def test_hooks_are_part_of_the_order_that_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[Any] = []

    def stop(_ports: object, _session: object, order: object) -> None:
        orders.append(order)
        raise SuiteError("far enough")

    monkeypatch.setattr(moving, "prepare", stop)
    run = Told().run
    run.ask_for_machine(ORDER.machines[0].request.role)
    run.plan_hook(HookStep.POST, KNOWN["fails"])
    with pytest.raises(SuiteError, match="far enough"):
        run.migrate()
    assert orders[0].hooks == (HookRequest(step=HookStep.POST, playbook=KNOWN["fails"]),)


def test_the_wanted_failure_is_told_machine_by_machine() -> None:
    told = Told().ended("PostHook")
    told.run.migration_must_fail_in(HookStep.POST)
    assert [report.subject for report in told.reports] == [machine.name for machine in told.move.machines]
    assert all(result.confirmed.startswith("PostHook: Job") for each in told.reports for result in each.results)


def test_a_failure_elsewhere_is_the_products_and_is_told_as_well() -> None:
    told = Told().ended("DiskTransferV2v")
    with pytest.raises(EndedOtherwise, match="failed step: expected PostHook, got DiskTransferV2v: Job"):
        told.run.migration_must_fail_in(HookStep.POST)
    assert len(told.reports) == 2


def test_a_migration_that_succeeded_did_not_fail_in_its_hook() -> None:
    with pytest.raises(EndedOtherwise, match="ending of the plan: expected Failed, got Succeeded"):
        Told().ended("PostHook", "Succeeded").run.migration_must_fail_in(HookStep.POST)


def test_hooks_that_did_not_run_are_the_products_failure() -> None:
    told = Told().ended("PreHook", "Succeeded")
    told.run.hooks_must_have_run()
    with pytest.raises(EndedOtherwise, match="step PreHook: expected Completed, got Job"):
        told.ended("PreHook").run.hooks_must_have_run()


def test_nothing_is_compared_after_a_failed_pre_migration_hook() -> None:
    told = Told().ended("PreHook")
    with pytest.raises(SuiteError, match="failed in its pre-migration hook, so nothing is compared"):
        told.run.machines_must_match()
    assert told.reports == []


def test_a_machine_found_on_the_target_did_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    there = (ObjectRef("VirtualMachine", "web", "n"),)
    stay = Stay(machine="web", power_before=Power.ON, power_now=Power.ON, on_target=there, where="namespace n")
    monkeypatch.setattr(facade, "look_at_home", lambda _ports, _move: (stay,))
    told = Told().ended("PreHook")
    with pytest.raises(MachineDiffers, match=r"expected nothing, got VirtualMachine n/web \(see namespace n\)"):
        told.run.machines_must_have_stayed()
    assert told.reports == [stayed(stay)]


def test_the_words_of_the_features_are_steps_and_playbooks() -> None:
    vocabulary.register()
    types = {"HookStep": vocabulary._hook_step, "Playbook": vocabulary._playbook}
    sentence = parse.compile("the plan runs a {step:HookStep} that {playbook:Playbook}", types)
    found = sentence.parse("the plan runs a post-migration hook that fails")
    assert found.named == {"step": HookStep.POST, "playbook": KNOWN["fails"]}
    assert sentence.parse("the plan runs a mid-migration hook that fails") is None
    assert sentence.parse("the plan runs a post-migration hook that hangs") is None
