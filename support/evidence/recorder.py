"""Follows Behave's events and builds one ScenarioResult each, whatever ends it.

Behave has no event for the end of a scenario, and hooks or cleanups that fail afterwards change its status
without telling formatters (facts/behave.md 1.8, 2.1); therefore `Scenario.run` is wrapped.
"""

import csv
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import StringIO
from pathlib import PurePath

from behave.formatter.base import Formatter, StreamOpener
from behave.model import Scenario, Step
from behave.model_type import Status
from behave.runner import Runner

from support.domain.finding import Report
from support.domain.migration import MachineProgress
from support.evidence.causes import Cause, cause_of
from support.evidence.pictures import pipeline
from support.evidence.redaction import RedactingFormatter, Redactor
from support.evidence.results import Attachment, Measure, ScenarioResult, StepResult, Verdict

_VERDICTS = {
    Status.passed: Verdict.PASSED,
    Status.failed: Verdict.FAILED,
    Status.skipped: Verdict.SKIPPED,
}
"""Everything else (error, hook_error, cleanup_error, undefined, untested, pending) is broken."""
_UNDEFINED = "undefined: no sentence of this suite matches"
_BELOW: ContextVar[tuple[StepResult, ...]] = ContextVar("steps below the sentence", default=())
"""Steps under way, each inside the one before; what is done side by side has the step it began in, and its own."""


class Recorder(Formatter):  # type: ignore[misc]
    """Behave formatter without a stream; results are handed to `keep` as scenarios end."""

    name = "recorder"
    description = "Collects results for Allure and JUnit"

    def __init__(
        self,
        config: object,
        redactor: Redactor,
        keep: Callable[[ScenarioResult], None],
        ended_by: Callable[[], str] = str,
    ) -> None:
        """`ended_by`: who ended the run before its end, in words; empty when nobody did."""
        super().__init__(StreamOpener(stream=StringIO()), config)
        self.redactor = redactor
        self._keep = keep
        self._ended_by = ended_by
        self._current: ScenarioResult | None = None
        self._sentence: StepResult | None = None
        self._cleanup_messages: list[str] = []
        self._cleanup_error: Exception | None = None
        self._moved_in: StepResult | None = None

    def watch(self, scenarios: Iterable[Scenario]) -> None:
        """Wrap the scenarios that are going to run."""
        for scenario in scenarios:
            scenario.run = self._around(scenario, scenario.run)

    def _around(self, scenario: Scenario, run: Callable[[Runner], object]) -> Callable[[Runner], object]:
        def recorded(runner: Runner) -> object:
            # the only place where the text of a failed cleanup can be had (facts/behave.md 1.7)
            runner.context._set_root_attribute("on_cleanup_error", self._cleanup_failed)
            with self._recording(scenario):
                return run(runner)

        return recorded

    @contextmanager
    def _recording(self, scenario: Scenario) -> Iterator[None]:
        result = self._current = new_result(scenario)
        self._cleanup_messages, self._cleanup_error, self._moved_in = [], None, None
        with _log_of_root(self.redactor) as log:
            result.start = time.time()
            try:
                yield
            finally:
                result.stop = time.time()
                result.log = log.getvalue()
                self._finish(scenario, result)
                self._current = self._sentence = None

    def _finish(self, scenario: Scenario, result: ScenarioResult) -> None:
        sentences = [step for step in result.steps if step.sentence]
        (self._moved_in or result).attachments.extend(self._pictures(result.machines))
        result.steps += (self._unrun(step) for step in list(scenario.all_steps)[len(sentences) :])
        result.skip_reason = self._clean(str(scenario.skip_reason or ""))
        bad = next((step for step in sentences if step.verdict in (Verdict.FAILED, Verdict.BROKEN)), None)
        result.verdict = _verdict(scenario.status)
        if bad is not None and bad.verdict is Verdict.FAILED:
            result.verdict = Verdict.FAILED  # whatever broke afterwards, the product had failed before
        if result.verdict is Verdict.SKIPPED:
            result.message = result.skip_reason
        elif result.verdict is not Verdict.PASSED:
            late = [self._clean(text) for text in (_hook_error(scenario, bad), *self._cleanup_messages) if text]
            told = [*([bad.message] if bad else []), *late] or [self._ended_by() or f"ended as {scenario.status.name}"]
            result.message = "\n".join(told)
            result.message += f"\nevidence: {result.evidence}" if result.evidence else ""
            result.trace = bad.trace if bad else ""
            result.cause = self._cause(scenario, bad)
        self._keep(result)

    def _pictures(self, machines: Iterable[MachineProgress]) -> Iterator[Attachment]:
        for machine in machines:
            picture = pipeline(machine)
            if picture is not None:
                yield _text(f"pipeline of {machine.name}", self._clean(picture), "image/svg+xml")

    def _cause(self, scenario: Scenario, bad: StepResult | None) -> Cause:
        """Of the sentence that failed first, else of the hook or cleanup that did."""
        if bad is not None:
            return bad.cause or Cause.SUITE
        error = getattr(scenario, "exception", None) or self._cleanup_error
        if error is None and self._ended_by():  # between two sentences, where Behave keeps no error of it
            return Cause.INTERRUPTED
        return cause_of(error)

    def _unrun(self, step: Step) -> StepResult:
        undefined = step.status is Status.undefined
        return StepResult(
            title=self._clean(f"{step.keyword} {step.name}"),
            sentence=True,
            verdict=Verdict.BROKEN if undefined else Verdict.SKIPPED,
            message=_UNDEFINED if undefined else "",
        )

    def _cleanup_failed(self, _context: object, function: Callable[[], object], error: Exception) -> None:
        name = getattr(function, "__name__", "a cleanup")
        self._cleanup_error = error
        self._cleanup_messages.append(f"cleanup {name}: {_words(error)}")

    # what a failure is explained with

    @property
    def failing(self) -> StepResult | None:
        """The sentence that failed in the scenario that runs now."""
        sentences = [step for step in self.so_far if step.sentence]
        return next((step for step in sentences if step.verdict in (Verdict.FAILED, Verdict.BROKEN)), None)

    @property
    def so_far(self) -> tuple[StepResult, ...]:
        """What the scenario that runs now has done."""
        return tuple(self._current.steps) if self._current is not None else ()

    @property
    def title(self) -> str:
        return self._current.title if self._current is not None else ""

    @property
    def began(self) -> float:
        """Seconds since the epoch."""
        return self._current.start if self._current is not None else 0.0

    def keep_evidence(self, page: str, texts: Mapping[str, str]) -> None:
        """Say in every report where the evidence of this scenario is, and keep its first pages there."""
        if self._current is not None:
            self._current.evidence = self._clean(page)
            self._current.attachments += [_text(f"evidence: {name}", self._clean(text)) for name, text in texts.items()]

    # Behave's events

    def match(self, match: object) -> None:  # noqa: ARG002
        self._sentence = StepResult(title="", start=time.time())

    def result(self, step: Step) -> None:
        if self._current is None:
            return
        done = self._sentence or StepResult(title="", start=time.time())
        self._sentence = None
        done.title, done.sentence = self._clean(f"{step.keyword} {step.name}"), True
        done.stop = time.time()
        done.verdict = Verdict.SKIPPED if step.status is Status.untested else _verdict(step.status)
        if step.exception is not None:
            done.message = self._clean(_words(step.exception))
            done.cause = cause_of(step.exception)
            if done.verdict is Verdict.BROKEN:
                done.trace = self._clean("".join(traceback.format_exception(step.exception)))
        elif done.verdict is Verdict.BROKEN:
            done.message = _UNDEFINED if step.status is Status.undefined else f"step is {step.status.name}"
        done.attachments += self._arguments(step)
        self._current.steps.append(done)

    def _arguments(self, step: Step) -> Iterator[Attachment]:
        if step.table is not None:
            table = StringIO()
            csv.writer(table).writerows([step.table.headings, *[row.cells for row in step.table.rows]])
            yield _text("table", self._clean(table.getvalue()), "text/csv")
        if step.text:
            yield _text("text", self._clean(str(step.text)))

    # what the suite tells

    @contextmanager
    def sub_step(self, title: str) -> Iterator[StepResult]:
        """A step below the one that runs now, else below the sentence, or below the scenario in a hook."""
        step = StepResult(title=self._clean(title), start=time.time())
        place = self._place()
        if place is not None:
            place.steps.append(step)
        outer = _BELOW.set((*_BELOW.get(), step))
        try:
            yield step
        except BaseException as error:
            step.verdict = Verdict.FAILED if isinstance(error, AssertionError) else Verdict.BROKEN
            step.message = self._clean(_words(error))
            raise
        finally:
            step.stop = time.time()
            _BELOW.reset(outer)

    def note(self, step: StepResult) -> None:
        """Add a finished sub-step, such as the outcome of one check."""
        step.title, step.message = self._clean(step.title), self._clean(step.message)
        place = self._place()
        if place is not None:
            place.steps.append(step)

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None:
        """Keep a text beside the step that runs now; outside a scenario there is nothing it could belong to."""
        place = self._place()
        if place is not None:
            place.attachments.append(_text(title, self._clean(text), media_type))

    def keep(self, *, machines: Sequence[MachineProgress] = (), report: Report | None = None) -> None:
        """Keep what pages are made of, beside its words: how far machines got, what a comparison found."""
        if self._current is None:
            return
        if machines:
            self._current.machines = list(machines)
            self._moved_in = self._sentence
        if report is not None:
            self._current.compared.append(report)

    def keep_measure(self, measure: Measure) -> None:
        if self._current is not None:
            self._current.measures.append(measure)

    def _place(self) -> StepResult | ScenarioResult | None:
        """Where things belong that are told now."""
        below = _BELOW.get()
        return below[-1] if below else self._sentence or self._current

    def _clean(self, text: str) -> str:
        return self.redactor.clean(text)


def _verdict(status: Status) -> Verdict:
    return _VERDICTS.get(status, Verdict.BROKEN)


def _words(error: BaseException) -> str:
    plain = "the run was interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
    return str(error) or plain


def _hook_error(scenario: Scenario, bad: StepResult | None) -> str:
    """What a hook said; a failed step alone leaves its own text in the same place of Behave's model."""
    text = str(scenario.error_message or "")
    return text if scenario.hook_failed or bad is None else ""


@contextmanager
def _log_of_root(redactor: Redactor) -> Iterator[StringIO]:
    """All records while the block runs, cleaned."""
    log = StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(RedactingFormatter(redactor))
    logging.getLogger().addHandler(handler)
    try:
        yield log
    finally:
        logging.getLogger().removeHandler(handler)


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
