"""Hooks exist, accepted, before the plan that names them; machines that had to stay are looked at on both sides."""

from dataclasses import replace
from typing import Any, cast

import pytest

from support.checks.staying import stayed
from support.domain.errors import PlanRejected, SuiteError, WaitTimeout
from support.domain.journal import Act
from support.domain.machine import Power
from support.domain.names import ObjectRef
from support.domain.request import HookRequest, HookStep
from support.workflow.follow import follow
from support.workflow.move import Move
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.removal.teardown import end_run
from support.workflow.session import Session, open_session
from support.workflow.settle import Promises, settle
from support.workflow.staying import look_at_home
from tests.workflow.landscape import ORDER, REQUEST, RUN, Landscape, condition
from tests.workflow.world import MemoryJournal

BOTH = (HookRequest(step=HookStep.PRE, playbook="- before"), HookRequest(step=HookStep.POST, playbook="- after"))


def _prepared(landscape: Landscape, journal: MemoryJournal | None = None) -> tuple[Ports, Session, Move]:
    ports = landscape.ports(journal or MemoryJournal())
    plans = cast("Any", ports.cluster.plans)
    plans.create_hook = landscape.create
    plans.follow_hook = lambda ref: landscape.feed(lambda: landscape.conditioned(ref))
    session = open_session(ports, REQUEST)
    return ports, session, prepare(ports, session, replace(ORDER, hooks=BOTH))


def _ended(landscape: Landscape) -> tuple[Ports, Session, Move]:
    ports, session, move = _prepared(landscape)
    return ports, session, follow(ports, start(ports, session, plan(ports, session, move)))


def test_a_plan_names_its_hooks_by_step_and_they_are_made_before_it() -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    plan(ports, session, move)
    made = [each for each in landscape.trouble.requests if each in ("create Hook", "create Plan")]
    assert made == ["create Hook", "create Hook", "create Plan"]
    assert landscape.parts is not None
    assert [step for step, _ref in landscape.parts.hooks] == [HookStep.PRE, HookStep.POST]
    assert {ref.kind for _step, ref in landscape.parts.hooks} == {"Hook"}
    assert {ref.namespace for _step, ref in landscape.parts.hooks} == {session.namespace}
    assert [ref.name[-4:].strip("-") for _step, ref in landscape.parts.hooks] == ["pre", "post"]


def test_the_playbooks_are_attached_to_the_report() -> None:
    ports, session, move = _prepared(Landscape())
    plan(ports, session, move)
    attached = [call.args for call in cast("Any", ports.tells).attach.call_args_list]
    assert attached == [
        ("playbook of the pre-migration hook", "- before"),
        ("playbook of the post-migration hook", "- after"),
    ]


def test_a_hook_is_written_down_before_it_exists_and_goes_with_the_run() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports, session, move = _prepared(landscape, journal)
    plan(ports, session, move)
    keys = [r.key for r in journal.kept if r.thing is not None and r.thing.kind == "Hook"]
    assert [[r.act for r in journal.kept if r.key == key] for key in keys] == [[Act.INTENT, Act.CREATED]] * 2
    assert end_run(ports, RUN) == []
    assert not [ref for ref in landscape.world.objects if ref.kind == "Hook"]


def test_a_hook_whose_answer_was_lost_is_removed_all_the_same() -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    landscape.trouble.lost = True
    landscape.trouble.at = len(landscape.trouble.requests) + 4  # NAD, two maps, then the first hook
    with pytest.raises(SuiteError, match="create Hook: no answer"):
        plan(ports, session, move)
    assert end_run(ports, RUN) == []
    assert not landscape.world.objects


def test_a_hook_that_mtv_refuses_stops_before_the_plan() -> None:
    landscape = Landscape(states={"Hook": (condition("InvalidImage", "Critical", "not a reference"),)})
    ports, session, move = _prepared(landscape)
    with pytest.raises(PlanRejected, match=r"(?s)MTV refused Hook .*InvalidImage: not a reference"):
        plan(ports, session, move)
    assert "create Plan" not in landscape.trouble.requests


def test_a_hook_that_never_becomes_ready_names_its_budget() -> None:
    ports, session, move = _prepared(Landscape(states={"Hook": ()}))
    with pytest.raises(WaitTimeout, match="wait_hook"):
        plan(ports, session, move)


def test_what_a_failed_plan_keeps_is_not_waited_for() -> None:
    landscape = Landscape(outcome="Failed")
    ports, session, move = _ended(landscape)
    follow_made = cast("Any", ports.cluster.targets).follow_made
    settled = settle(ports, session, move, Promises())
    assert settled.left_behind == ()
    follow_made.assert_not_called()


def test_machines_found_on_the_target_had_not_stayed() -> None:
    ports, _session, move = _ended(Landscape(outcome="Failed"))
    said = [str(finding) for stay in look_at_home(ports, move) for finding in stayed(stay).findings]
    assert len(said) == 8, "a machine and a claim of each of the two, told for both"
    assert said[0].startswith("on the target: expected nothing, got VirtualMachine")


def test_machines_that_are_nowhere_on_the_target_and_powered_as_before_have_stayed() -> None:
    landscape = Landscape(outcome="Failed")
    ports, _session, move = _ended(landscape)
    landscape.world.objects = {
        ref: kept
        for ref, kept in landscape.world.objects.items()
        if ref.kind not in ("VirtualMachine", "PersistentVolumeClaim")
    }
    # A hook's own leavings carry the same label and are no machine.
    assert move.migration is not None
    landscape.world.put(ObjectRef("Pod", "hook", move.target_namespace), migration=move.migration.uid)
    reports = [stayed(stay) for stay in look_at_home(ports, move)]
    assert [report.clean for report in reports] == [True, True]
    assert [report.results[1].confirmed for report in reports] == ["still on", "still off"]


def test_a_machine_of_the_name_without_mtv_s_label_is_noticed_once() -> None:
    landscape = Landscape(outcome="Failed")
    ports, _session, move = _ended(landscape)
    for ref in [each for each in landscape.world.objects if each.kind == "PersistentVolumeClaim"]:
        del landscape.world.objects[ref]
    for ref in [each for each in landscape.world.objects if each.kind == "VirtualMachine"]:
        landscape.world.put(ref)
    assert [len(stayed(stay).findings) for stay in look_at_home(ports, move)] == [1, 1]


def test_a_source_that_was_switched_is_noticed() -> None:
    landscape = Landscape(outcome="Failed")
    ports, _session, move = _ended(landscape)
    landscape.powers.update(dict.fromkeys(landscape.powers, Power.OFF))
    said = [str(f) for stay in look_at_home(ports, move) for f in stayed(stay).findings if "power" in f.what]
    assert said == [f"power of the source: expected on, got off (see {move.machines[0].name} on the source platform)"]
