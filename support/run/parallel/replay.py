"""Brings what a worker told into Behave's own model and formatters, as if the scenario had run in this process."""

from collections.abc import Iterable

from behave.formatter.base import Formatter
from behave.matchers import NoMatch
from behave.model import Scenario, Step
from behave.model_type import Status
from behave.runner import Runner

from support.domain.errors import ProductFailure, SuiteError
from support.evidence.progress import ProgressView
from support.evidence.recorder import Recorder
from support.run.parallel.messages import StepTold, Told

_UNRUN = (Status.skipped, Status.untested)


def apply(scenario: Scenario, told: Told) -> None:
    """Statuses and errors, for the summary and the reporters."""
    for step, what in zip(scenario.all_steps, told.steps, strict=False):  # a lost worker tells of none
        _apply_step(step, what)
    scenario.skip_reason = told.result.skip_reason or None
    scenario.error_message = told.error or None
    scenario.set_status(Status[told.status])


def _apply_step(step: Step, told: StepTold) -> None:
    step.status = Status[told.status]
    step.duration = told.seconds
    if told.error:
        step.error_message = told.error
        # JUnit of Behave's own names its type (facts/behave.md 3.6)
        step.exception = (ProductFailure if step.status is Status.failed else SuiteError)(told.error)


def retell(runner: Runner, scenario: Scenario) -> None:
    """The events of a scenario that has come to its end, for every formatter but those that were told already."""
    formatters = [each for each in runner.formatters if not isinstance(each, ProgressView | Recorder)]
    for formatter in formatters:
        formatter.scenario(scenario)
    for step in scenario.all_steps:
        for formatter in formatters:
            formatter.step(step)
    for step in scenario.all_steps:
        if step.status is Status.undefined:
            runner.undefined_steps.append(step)
        _retell(runner, step, formatters)


def _retell(runner: Runner, step: Step, formatters: Iterable[Formatter]) -> None:
    """Behave tells nothing of steps that did not run."""
    if step.status in _UNRUN:
        return
    match = runner.step_registry.find_match(step) or NoMatch()
    for formatter in formatters:
        formatter.match(match)
        formatter.result(step)
