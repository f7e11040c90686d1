"""What the sentences about copy-offload, and about plans at the same time, ask for before anything is touched."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import MagicMock

import parse
import pytest

from support.domain.errors import EndedOtherwise, SuiteError
from support.domain.machine import Power
from support.domain.shaping import CloneShape
from support.domain.together import Copying, Together
from support.run import vocabulary
from support.run.facade import ScenarioRun
from support.run.moving import Moving
from support.run.plan_options import NAMINGS
from support.run.roles import COPY_OFFLOAD
from support.workflow.cutover import CutoverRule
from support.workflow.move import MoveOrder
from support.workflow.session import open_session
from tests.workflow.landscape import REQUEST, Landscape
from tests.workflow.test_offload import ARRAY
from tests.workflow.world import MemoryJournal

NAMED = NAMINGS["the machine and their number"]


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[MoveOrder]:
    """What would have been run."""
    taken: list[MoveOrder] = []
    monkeypatch.setattr(Moving, "alone", lambda _self, order: taken.append(order))
    monkeypatch.setattr(Moving, "at_once", lambda _self, several: taken.extend(several))
    return taken


def scenario(array: Any = ARRAY) -> ScenarioRun:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    comparing = MagicMock()
    comparing.array = array
    comparing.shaping.first.return_value = CloneShape()
    return ScenarioRun(ports, open_session(ports, REQUEST), comparing, "offload.feature:5")


def test_a_plan_with_copy_offload_names_the_array_and_calls_its_claims_alike(orders: Sequence[MoveOrder]) -> None:
    run = scenario()
    run.ask_for_machine(COPY_OFFLOAD, Power.OFF)
    run.migrate(offloaded=True)
    assert orders[0].offload == ARRAY
    assert (orders[0].options.pvc_name_template, orders[0].options.pvc_name_generated_suffix) == ("pvc", True)
    assert not orders[0].options.warm


def test_names_that_the_scenario_gave_are_kept(orders: Sequence[MoveOrder]) -> None:
    run = scenario()
    run.ask_for_machine(COPY_OFFLOAD)
    run.plan_disk_names(NAMED)
    run.migrate(warm=True, offloaded=True)
    assert orders[0].options.pvc_name_template == NAMED.template
    assert orders[0].options.warm


def test_a_plan_without_it_names_no_array(orders: Sequence[MoveOrder]) -> None:
    run = scenario()
    run.ask_for_machine(COPY_OFFLOAD)
    run.migrate()
    assert orders[0].offload is None
    assert orders[0].options.pvc_name_template is None


def test_several_machines_are_one_plan_unless_each_is_to_have_its_own(orders: list[MoveOrder]) -> None:
    run = scenario()
    run.ask_for_machines(5, COPY_OFFLOAD, Power.OFF)
    run.migrate(offloaded=True)
    assert [len(order.machines) for order in orders] == [5]


@pytest.mark.parametrize("offloaded", [1, 2])
def test_plans_at_the_same_time_have_a_machine_each(orders: Sequence[MoveOrder], offloaded: int) -> None:
    run = scenario()
    run.ask_for_machines(2, COPY_OFFLOAD, Power.OFF)
    run.each_in_a_plan_of_its_own()
    run.migrate_at_once(offloaded=offloaded)
    assert [len(order.machines) for order in orders] == [1, 1]
    assert [order.offload is not None for order in orders] == [True, offloaded == 2]


def test_plans_at_the_same_time_are_asked_for_by_a_sentence(orders: Sequence[MoveOrder]) -> None:
    run = scenario()
    run.ask_for_machines(2, COPY_OFFLOAD, Power.OFF)
    with pytest.raises(SuiteError, match="expected a Given with machines in plans apart"):
        run.migrate_at_once(offloaded=2)
    assert orders == []


def test_nothing_is_said_about_plans_that_were_not_run_together() -> None:
    with pytest.raises(SuiteError, match="no plans were run at the same time"):
        scenario().must_have_run_at_once()


def test_plans_that_ran_apart_are_the_product_s_failure() -> None:
    run = scenario()
    run._moving = Moving(MagicMock(), run.session, CutoverRule())
    run._moving.together = Together(plans=(Copying(plan="a", first=0.0, last=1.0), Copying(plan="b")))
    with pytest.raises(EndedOtherwise, match=r"a was seen copying from second 0\.0 to 1\.0; b was never seen"):
        run.must_have_run_at_once()
    run._moving.together = Together(plans=run._moving.together.plans, sight=("a: copies", "b: copies"))
    run.must_have_run_at_once()


@pytest.mark.parametrize(("text", "count"), [("two", 2), ("five", 5)])
def test_several_machines_of_a_role_are_read_as_people_say_it(text: str, count: int) -> None:
    types = {each: getattr(vocabulary, f"_{name}") for each, name in (("Count", "count"), ("Machines", "machines"))}
    found = parse.parse("{count:Count} {role:Machines}", f"{text} Copy-offload template machines", types)
    assert (found["count"], found["role"]) == (count, COPY_OFFLOAD)
