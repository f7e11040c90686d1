"""The cutover comes when the slowest machine is due; who was away how long is told, or why nobody can say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support.domain.machine import Power
from support.domain.migration import Precopy, WarmProgress
from support.workflow.cutover import CutoverRule
from tests.workflow.warm_scene import DONE, OPEN, Scene, state_of


def test_the_slowest_machine_decides_and_the_cutover_is_asked_for_once() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(state_of(web=(DONE, DONE)))
    cutover.look(state_of(web=(DONE, DONE), db=(DONE, OPEN)))
    assert scene.asked == []
    for _ in range(2):
        cutover.look(state_of(web=(DONE, DONE), db=(DONE, DONE)))
    (at,) = scene.asked
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_scheduled_cutover_is_not_asked_for_again() -> None:
    scene, rule = Scene(), CutoverRule(minutes=1.5)
    scene.cutover(rule).look(state_of(web=(DONE, DONE, DONE), db=(DONE, DONE, DONE)))
    assert scene.asked == []
    wanted = datetime.now(UTC) + timedelta(minutes=1.5)
    scheduled = rule.scheduled()
    assert scheduled is not None
    assert abs(scheduled - wanted) < timedelta(seconds=30)
    assert CutoverRule().scheduled() is None


def test_the_downtime_is_from_the_first_phase_after_the_sources_power_until_its_agent_answers() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(state_of("CopyingPaused", web=(DONE,), db=(DONE,)))
    scene.clock.now = 10
    cutover.look(state_of("PowerOffSource", web=(DONE,), db=(DONE,)))
    scene.clock.now = 25
    scene.agents["web"] = True
    cutover.look(state_of("CreateVM", web=(DONE,), db=(DONE,)))
    scene.clock.now = 32
    scene.agents["db"] = True
    cutover.look(state_of("Completed", web=(DONE,), db=(DONE,)))
    cutover.conclude(state_of("Completed", web=(DONE,), db=(DONE,)))
    assert scene.measured == {"downtime of web": 15, "downtime of db": 22}


def test_an_agent_that_comes_after_the_plans_end_is_awaited() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(state_of("PowerOffSource", web=(DONE,)))
    scene.clock.due = [lambda: None, lambda: scene.agents.update(web=True)]
    cutover.conclude(state_of("Completed", web=(DONE,)))
    assert scene.measured == {"downtime of web": 2}


def test_an_agent_that_never_comes_is_no_number() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(state_of("PowerOffSource", web=(DONE,)))
    cutover.conclude(state_of("Completed", web=(DONE,)))
    assert scene.measured == {}
    assert "not answering by its agent within" in scene.attached["downtime of web"]


@pytest.mark.parametrize(
    ("target", "phase", "reason"),
    [
        (Power.OFF, "Completed", "powered off"),
        (Power.ON, "CopyDisks", "did not arrive"),
        (Power.ON, "Completed", "power-off of the source was not seen"),
    ],
)
def test_a_downtime_that_cannot_be_known_has_its_reason(target: Power, phase: str, reason: str) -> None:
    scene = Scene()
    scene.cutover(target=target).conclude(state_of(phase, web=(DONE,)))
    assert scene.measured == {}
    assert reason in scene.attached["downtime of web"]


def test_the_rounds_are_kept_one_a_line() -> None:
    scene = Scene()
    warm = WarmProgress(precopies=(Precopy(start="12:00", end="12:01", snapshot="snapshot-7"), OPEN), failures=3)
    state = state_of("Completed", web=())
    kept = replace(state, machines=(replace(state.machines[0], warm=warm),))
    scene.cutover().conclude(kept)
    first, *rounds = scene.attached["precopies of web"].splitlines()
    assert first == "1 of 2 precopies finished, importers restarted 3 times"
    assert rounds == ["1. 12:00 to 12:01, snapshot snapshot-7", "2. s to no end told"]
