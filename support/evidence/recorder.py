"""Follows Behave's events and builds one ScenarioResult each, whatever ends it.

Behave has no event for the end of a scenario, and hooks or cleanups that fail afterwards change its status
without telling formatters (facts/behave.md 1.8, 2.1); therefore `Scenario.run` is wrapped.
"""

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import PurePath

from behave.formatter.base import Formatter, StreamOpener
from behave.model import Feature, Scenario, Step
from behave.model_type import Status

from support.evidence.redaction import RedactingFormatter, Redactor
from support.evidence.results import Attachment, ScenarioResult, StepResult, Verdict

_VERDICTS = {
    Status.passed: Verdict.PASSED,
    Status.failed: Verdict.FAILED,
    Status.skipped: Verdict.SKIPPED,
}
"""Everything else (error, hook_error, cleanup_error, undefined, untested, pending) is broken."""


class Recorder(Formatter):  # type: ignore[misc]
    """Behave formatter without a stream; results are handed to `keep` as scenarios end."""

    name = "recorder"
    description = "Collects results for Allure and JUnit"

    def __init__(self, config: object, redactor: Redactor, keep: Callable[[ScenarioResult], None]) -> None:
        super().__init__(StreamOpener(stream=StringIO()), config)
        self._redactor = redactor
        self._keep = keep
        self._current: ScenarioResult | None = None
        self._open: list[StepResult] = []
        self._log = StringIO()
        self._started: dict[int, float] = {}

    def watch(self, features: list[Feature]) -> list[Scenario]:
        """Wrap the scenarios that are going to run; returns them."""
        chosen = [
            scenario
            for feature in features
            for scenario in feature.walk_scenarios()
            if scenario.should_run(self.config)
        ]
        for scenario in chosen:
            scenario.run = self._around(scenario, scenario.run)
        return chosen

    def _around(self, scenario: Scenario, run: Callable[[object], object]) -> Callable[[object], object]:
        def recorded(runner: object) -> object:
            with self._recording(scenario):
                return run(runner)

        return recorded

    @contextmanager
    def _recording(self, scenario: Scenario) -> Iterator[None]:
        result = self._current = new_result(scenario)
        self._log = StringIO()
        handler = logging.StreamHandler(self._log)
        handler.setFormatter(RedactingFormatter(self._redactor))
        logging.getLogger().addHandler(handler)
        result.start = time.time()
        try:
            yield
        finally:
            result.stop = time.time()
            logging.getLogger().removeHandler(handler)
            self._finish(scenario, result)
            self._current, self._open = None, []

    def _finish(self, scenario: Scenario, result: ScenarioResult) -> None:
        result.verdict = _VERDICTS.get(scenario.status, Verdict.BROKEN)
        result.skip_reason = str(scenario.skip_reason or "")
        result.log = self._log.getvalue()
        bad = next((s for s in result.steps if s.verdict in (Verdict.FAILED, Verdict.BROKEN)), None)
        if result.verdict is Verdict.SKIPPED:
            result.message = result.skip_reason
        elif result.verdict is not Verdict.PASSED:
            late = self._clean(str(scenario.error_message or f"ended as {scenario.status.name}"))
            result.message = bad.message if bad else late
            result.trace = bad.trace if bad else ""
        self._keep(result)

    # Behave's events

    def match(self, match: object) -> None:  # noqa: ARG002
        self._open = [StepResult(title="", start=time.time())]

    def result(self, step: Step) -> None:
        if self._current is None:
            return
        done = self._open[0] if self._open else StepResult(title="", start=time.time())
        done.title = f"{step.keyword} {step.name}"
        done.stop = time.time()
        done.verdict = _VERDICTS.get(step.status, Verdict.BROKEN)
        if step.status is Status.untested:
            done.verdict = Verdict.SKIPPED
        if step.exception is not None:
            done.message = self._clean(str(step.exception) or type(step.exception).__name__)
            if done.verdict is Verdict.BROKEN:
                done.trace = self._clean("".join(traceback.format_exception(step.exception)))
        elif done.verdict is Verdict.BROKEN:
            done.message = f"step is {step.status.name}"
        if step.table is not None:
            rows = [step.table.headings, *[row.cells for row in step.table.rows]]
            done.attachments.append(_text("table", "\n".join(",".join(row) for row in rows), "text/csv"))
        if step.text:
            done.attachments.append(_text("text", self._clean(str(step.text))))
        self._current.steps.append(done)
        self._open = []

    # what the suite tells

    @contextmanager
    def sub_step(self, title: str) -> Iterator[None]:
        """A step below the sentence that runs now; outside a scenario it is not recorded."""
        step = StepResult(title=title, start=time.time())
        parent = self._open[-1].steps if self._open else (self._current.steps if self._current else [])
        parent.append(step)
        self._open.append(step)
        try:
            yield
        except BaseException as error:
            step.verdict = Verdict.FAILED if isinstance(error, AssertionError) else Verdict.BROKEN
            step.message = self._clean(str(error) or type(error).__name__)
            raise
        finally:
            step.stop = time.time()
            if step in self._open:
                self._open.remove(step)

    def note(self, step: StepResult) -> None:
        """Add a finished sub-step, such as the outcome of one check."""
        step.message = self._clean(step.message)
        if self._open:
            self._open[-1].steps.append(step)
        elif self._current is not None:
            self._current.steps.append(step)

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None:
        attachment = _text(title, self._clean(text), media_type)
        if self._open:
            self._open[-1].attachments.append(attachment)
        elif self._current is not None:
            self._current.attachments.append(attachment)

    def _clean(self, text: str) -> str:
        return self._redactor.clean(text)


def new_result(scenario: Scenario) -> ScenarioResult:
    """Empty result of a scenario, identity filled in."""
    row = getattr(scenario, "_row", None)
    parent = scenario.parent
    template = parent.name if row is not None else scenario.name
    rule = parent if row is None else parent.parent
    return ScenarioResult(
        title=scenario.name,
        template_title=template,
        feature=scenario.feature.name,
        rule=rule.name if getattr(rule, "type", "") == "rule" else "",
        file=PurePath(scenario.filename).as_posix(),
        line=scenario.line,
        tags=tuple(str(tag) for tag in scenario.effective_tags),
        cells=dict(zip(row.headings, row.cells, strict=True)) if row is not None else {},
    )


def _text(title: str, text: str, media_type: str = "text/plain") -> Attachment:
    return Attachment(title=title, media_type=media_type, body=text.encode())
