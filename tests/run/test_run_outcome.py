"""What came of a run as a whole: leftovers and a run of nothing are failures, and no scenario gets lost."""

from support.domain.journal import Realm
from support.domain.leftover import Leftover
from support.evidence.recorder import new_result
from support.evidence.results import ScenarioResult, Verdict
from support.run.outcome import Outcome
from tests.run.conftest import FEATURE
from tests.run.test_run_selection import features

SCENARIOS = list(features(FEATURE)[0].walk_scenarios())
NEVER = "never ran: the cluster went away"


def result(number: int, verdict: Verdict, skip_reason: str = "") -> ScenarioResult:
    made = new_result(SCENARIOS[number])
    made.verdict, made.skip_reason = verdict, skip_reason
    return made


def test_a_run_that_executed_something_and_left_nothing_has_no_complaint() -> None:
    for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN):
        assert Outcome([result(0, verdict), result(1, Verdict.SKIPPED, "warm")]).complaints == []


def test_a_run_that_skipped_everything_fails_with_the_reasons_once_each() -> None:
    skipped = [result(0, Verdict.SKIPPED, "@warm: no"), result(1, Verdict.SKIPPED, "@warm: no")]
    assert Outcome(skipped).complaints == ["nothing was executed: @warm: no"]


def test_a_run_to_which_no_scenario_applied_fails_and_says_that_it_made_nothing() -> None:
    outcome = Outcome([result(0, Verdict.SKIPPED, "@warm: no")], idle=True)
    assert outcome.complaints == ["nothing was to be run, and nothing was created: @warm: no"]


def test_a_run_in_which_nothing_came_to_its_turn_fails() -> None:
    assert Outcome().complaints == ["nothing was executed: no scenario came to its turn"]


def test_every_leftover_is_a_complaint() -> None:
    left = Leftover(realm=Realm.SOURCE, kind="VirtualMachine", name="auto-ab12-rhel", why="it is powered on")
    also = Leftover(realm=Realm.CLUSTER, kind="Plan", name="p", namespace="auto-ab12")
    outcome = Outcome([result(0, Verdict.PASSED)], [left, also])
    assert outcome.complaints == [
        "left over: source VirtualMachine auto-ab12-rhel: it is powered on",
        "left over: Plan auto-ab12/p",
    ]


def test_scenarios_without_a_result_become_broken_ones_and_the_others_stay() -> None:
    passed = result(0, Verdict.PASSED)
    outcome = Outcome([passed])
    outcome.complete(SCENARIOS, NEVER)
    assert outcome.results[0] is passed
    (added,) = outcome.results[1:]
    assert (added.title, added.verdict, added.message) == ("It is lost", Verdict.BROKEN, NEVER)
    assert "test_two" in added.tags
    outcome.complete(SCENARIOS, NEVER)
    assert len(outcome.results) == 2
