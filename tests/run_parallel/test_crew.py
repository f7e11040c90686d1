"""The crew of a run: never more at once than asked for, each scenario with a result, nothing begun after the end."""

from signal import SIGTERM

import pytest
from behave.model import Scenario

from support.domain.journal import Realm
from support.domain.leftover import Leftover
from support.evidence.causes import Cause
from support.evidence.results import Verdict
from support.run.parallel.crew import Crew
from support.run.parallel.messages import Line
from tests.run_parallel.made_up import WAITS, Firm, Screen, any_of, feature, told


def crew(firm: Firm, screen: Screen | None = None) -> tuple[Crew, list[Scenario]]:
    scenarios = list(feature().walk_scenarios())
    made = Crew(firm.terms(), any_of(screen or Screen()), firm.kept.append)
    made.take_on(scenarios)
    return made, scenarios


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_so_many_work_at_once_and_all_are_heard(at_once: int) -> None:
    firm = Firm({}, at_once=at_once)
    made, scenarios = crew(firm)
    assert [made.told(scenario) for scenario in scenarios] == [told(scenario) for scenario in scenarios]
    assert firm.busiest == at_once
    assert [result.title for result in firm.kept] == ["First", "Second", "Third"]


def test_what_comes_first_is_shown_first_whoever_is_asked_for() -> None:
    second = list(feature().walk_scenarios())[1]
    screen = Screen()
    firm = Firm({"Second": [Line("disk 1 of 2"), told(second)], "First": WAITS}, at_once=2)
    made, scenarios = crew(firm, screen)
    assert made.told(scenarios[1]) == told(second)
    assert "moving:6 | disk 1 of 2" in screen.lines
    assert screen.texts[0] == "Second: passed\n"
    made.stop()


def test_a_worker_without_a_last_word_breaks_its_scenario_and_is_cleared_away() -> None:
    firm, screen = Firm({"Second": None}), Screen()
    made, scenarios = crew(firm, screen)
    verdicts = [made.told(scenario).result.verdict for scenario in scenarios]  # type: ignore[union-attr]
    assert verdicts == [Verdict.PASSED, Verdict.BROKEN, Verdict.PASSED]
    lost = next(result for result in firm.kept if result.verdict is Verdict.BROKEN)
    page = "evidence/Second/index.md"
    assert lost.message == f"the worker process ended without a result (killed by SIGKILL)\nevidence: {page}"
    assert lost.evidence == page
    assert lost.log == "it said ***"
    assert firm.cleared == ["Second"]
    assert "broken: the worker process ended" in "".join(screen.texts)


def test_what_a_dead_worker_left_over_is_named() -> None:
    left = Leftover(realm=Realm.SOURCE, kind="Machine", name="auto-ab12-web", why="it is locked")
    firm = Firm({"First": None}, left=[left])
    made, scenarios = crew(firm)
    made.told(scenarios[0])
    assert "it left over:\n  - source Machine auto-ab12-web: it is locked" in firm.kept[0].message


def test_after_a_failure_nothing_begins_where_the_run_is_to_stop() -> None:
    first = feature().walk_scenarios()[0]
    firm = Firm({"First": [told(first, Verdict.FAILED, "memory: 1")]}, stop=True, at_once=1)
    made, scenarios = crew(firm)
    assert made.told(scenarios[0]) is not None
    assert [made.told(scenario) for scenario in scenarios[1:]] == [None, None]
    assert len(firm.hired) == 1


def test_without_stop_a_failure_is_no_reason_to_end() -> None:
    first = feature().walk_scenarios()[0]
    firm = Firm({"First": [told(first, Verdict.FAILED, "memory: 1")]}, at_once=1)
    made, scenarios = crew(firm)
    assert all(made.told(scenario) is not None for scenario in scenarios)


def test_an_interruption_lets_each_worker_clean_up_and_keeps_what_it_tells() -> None:
    firm = Firm({"First": WAITS, "Second": WAITS}, interrupt_after=2)
    made, scenarios = crew(firm)
    with pytest.raises(KeyboardInterrupt):
        made.told(scenarios[0])
    made.stop()
    assert [worker.interrupted for worker in firm.hired] == [SIGTERM, SIGTERM], "as the run itself was"
    assert [result.message for result in firm.kept] == ["KeyboardInterrupt", "KeyboardInterrupt"]
    assert made.told(scenarios[2]) is None
    assert len(firm.hired) == 2


def test_a_worker_that_dies_of_the_interruption_says_so() -> None:
    firm = Firm({"First": WAITS}, interrupt_after=1, at_once=1)
    made, scenarios = crew(firm)
    with pytest.raises(KeyboardInterrupt):
        made.told(scenarios[0])
    firm.hired[0]._theirs.close()
    made.stop()
    assert firm.kept[0].message == "interrupted by SIGTERM; the worker process ended without a result (exit code 0)"
    assert firm.kept[0].cause is Cause.INTERRUPTED
    assert firm.explained == [], "nobody waits for evidence of what was interrupted"
