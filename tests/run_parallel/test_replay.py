"""What ran elsewhere stands in Behave's model as if it had run here: for Behave's own loop, formatters and JUnit."""

import io
from collections.abc import Sequence

import pytest
from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.formatter.plain import PlainFormatter
from behave.model import Scenario
from behave.model_type import Status
from behave.runner import ModelRunner
from behave.step_registry import StepRegistry

from support.domain.errors import ProductFailure, SuiteError
from support.evidence.results import Verdict
from support.run.parallel.crew import Crew
from support.run.parallel.replay import apply
from support.run.parallel.spreading import Spreading
from tests.run_parallel.made_up import WAITS, Firm, Message, Screen, any_of, feature, told


class Life:
    """Skips the third scenario."""

    def reason_to_skip(self, scenario: Scenario) -> str | None:
        return "not here" if scenario.name == "Third" else None


def ran(scripts: dict[str, Sequence[Message] | None], *arguments: str, interrupt_after: int = 0) -> ModelRunner:
    """A run of the little feature by Behave's own loop, its scenarios spread over made-up workers."""
    config = Configuration(command_args=["--format=plain", "--no-timings", *arguments], load_config=False)
    runner = ModelRunner(config, [feature()], StepRegistry())
    scenarios = list(runner.features[0].walk_scenarios())
    runner.text = io.StringIO()
    runner.formatters = [PlainFormatter(StreamOpener(stream=runner.text), config)]
    config.reporters[0].stream = runner.text
    runner.hooks["before_scenario"] = lambda _context, scenario: scenario.skip("not here")
    firm = Firm(scripts, stop=config.stop, at_once=1, interrupt_after=interrupt_after)
    Spreading(any_of(Life()), Crew(firm.terms(), any_of(Screen()), firm.kept.append), scenarios).begin(runner)
    runner.failed = runner.run()
    return runner


def statuses(runner: ModelRunner) -> list[Status]:
    return [scenario.status for scenario in runner.features[0].walk_scenarios()]


def script(name: str, verdict: Verdict, message: str = "") -> dict[str, Sequence[Message] | None]:
    scenario = next(each for each in feature().walk_scenarios() if each.name == name)
    return {name: [told(scenario, verdict, message)]}


def test_what_passes_elsewhere_passes_and_what_does_not_apply_is_skipped_here() -> None:
    runner = ran({})
    assert not runner.failed
    assert statuses(runner) == [Status.passed, Status.passed, Status.skipped]
    assert "2 scenarios passed, 0 failed, 1 skipped" in runner.text.getvalue()
    assert "3 steps passed" in runner.text.getvalue()


def test_a_failure_elsewhere_fails_the_run_and_formatters_hear_of_it() -> None:
    runner = ran(script("First", Verdict.FAILED, "memory: expected 2, got 1"))
    assert runner.failed
    assert statuses(runner)[:2] == [Status.failed, Status.passed]
    text = runner.text.getvalue()
    assert "Given all is well ... passed" in text
    assert "Then it is well ... failed" in text
    assert "memory: expected 2, got 1" in text
    assert "features/moving.feature:3  First" in text


def test_a_lost_worker_is_an_error_of_its_scenario() -> None:
    runner = ran({"Second": None})
    assert runner.failed
    assert statuses(runner)[:2] == [Status.passed, Status.error]
    assert "1 scenario passed, 0 failed, 1 error" in runner.text.getvalue()


def test_what_never_began_stays_untested() -> None:
    runner = ran(script("First", Verdict.FAILED, "memory"), "--stop")
    assert runner.failed
    assert statuses(runner)[:2] == [Status.failed, Status.untested]


def test_an_interrupted_run_takes_in_what_its_workers_told() -> None:
    runner = ran({"First": WAITS}, interrupt_after=1)
    assert runner.failed
    assert runner.aborted
    assert statuses(runner) == [Status.error, Status.untested, Status.untested]


@pytest.mark.parametrize(("verdict", "kind"), [(Verdict.FAILED, ProductFailure), (Verdict.BROKEN, SuiteError)])
def test_a_bad_step_has_an_exception_whose_type_tells_whose_fault_it_is(
    verdict: Verdict, kind: type[Exception]
) -> None:
    scenario = feature().walk_scenarios()[0]
    apply(scenario, told(scenario, verdict, "why"))
    good, bad = scenario.steps
    assert isinstance(bad.exception, kind)
    assert bad.error_message == "why"
    assert good.exception is None
    assert scenario.duration == 1.5
