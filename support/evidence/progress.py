"""What people see while a run goes on: features, scenarios and sentences with verdict and time, and live migrations."""

import time
import traceback
from typing import TextIO, cast

from behave.configuration import Configuration
from behave.formatter.base import Formatter, StreamOpener
from behave.model import Feature, Rule, Scenario, Step
from behave.model_type import Status
from rich.console import Console
from rich.text import Text

from support.domain.errors import ProductFailure, SuiteError
from support.domain.finding import Report
from support.domain.migration import MachineProgress
from support.evidence.folding import folded, in_full
from support.evidence.live import LiveMigration
from support.evidence.redaction import Redactor
from support.evidence.results import StepResult, Verdict
from support.evidence.terminal import ForgivingStream, wrapped

_FANCY = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.BROKEN: "!", Verdict.SKIPPED: "-"}
_PLAIN = {**_FANCY, Verdict.PASSED: "ok", Verdict.FAILED: "FAILED"}
_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.BROKEN: "bold yellow", Verdict.SKIPPED: "dim"}
_VERDICTS = {Status.passed: Verdict.PASSED, Status.failed: Verdict.FAILED, Status.skipped: Verdict.SKIPPED}


class ProgressView(Formatter):  # type: ignore[misc]
    """Behave formatter `acceptance`. In a dry run it is a plain list of sentences; it never writes after `close`."""

    name = "acceptance"
    description = "Sentences with verdict and time, and running migrations"

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)
        self.stream = self.open()
        self._out = ForgivingStream(self.stream)
        plain = str(getattr(config, "color", "auto")) in ("off", "never", "no")  # --no-color; rich knows NO_COLOR
        self._console = Console(
            file=cast(TextIO, self._out), no_color=plain or None, highlight=False, markup=False, soft_wrap=True
        )
        self._marks = _FANCY if self._out.speaks("✓✗·") else _PLAIN
        self._verbose = bool(config.verbose)
        self._redactor = Redactor()
        self._live = self._live_migration(self._redactor)
        self._headings: list[tuple[int, str]] = []
        self._headed = 0
        self._scenario: Scenario | None = None
        self._since = 0.0
        self._step_since = 0.0

    def redact_with(self, redactor: Redactor) -> None:
        """From now on nothing is shown that this redactor knows."""
        self._redactor = redactor
        self._live = self._live_migration(redactor)

    # Behave's events

    def feature(self, feature: Feature) -> None:
        self._end_scenario()
        self._headings, self._headed = [(0, f"\n{feature.name}")], 0

    def rule(self, rule: Rule) -> None:
        self._end_scenario()
        self._headings[1:] = [(2, f"Rule: {rule.name}")]
        self._headed = min(self._headed, 1)

    def scenario(self, scenario: Scenario) -> None:
        self._end_scenario()
        self._scenario, self._since = scenario, time.monotonic()
        self._head()
        self._line(2, f"{scenario.name}", "bold")

    def match(self, match: object) -> None:  # noqa: ARG002
        self._step_since = time.monotonic()

    def result(self, step: Step) -> None:
        self._live.stop()
        sentence = f"{step.keyword} {step.name}"
        if self.config.dry_run:
            undefined = step.status in (Status.undefined, Status.untested_undefined)
            self._line(4, f"{sentence}{'   (undefined)' if undefined else ''}", "yellow" if undefined else "")
            return
        verdict = _VERDICTS.get(step.status, Verdict.BROKEN)
        self._verdict(4, sentence, verdict, time.monotonic() - self._step_since)
        if verdict in (Verdict.FAILED, Verdict.BROKEN):
            self._block(8, _explanation(step))

    def eof(self) -> None:
        self._end_scenario()

    def close(self) -> None:
        """Behave's own summary comes after this."""
        self._end_scenario()
        self._live.stop()
        self._out.flush()
        self._out.gone = True
        self.close_stream()

    # what the suite tells

    def began(self, title: str) -> None:
        """A sub-step begins; on a terminal a long one would leave people without a word else."""
        self._live.stop()
        if self._console.is_terminal:
            self._line(6, f"· {title} ..." if self._marks is _FANCY else f"{title} ...", "dim")

    def ended(self, step: StepResult) -> None:
        """A sub-step has its verdict."""
        self._live.stop()
        seconds = step.stop - step.start
        self._verdict(6, step.title, step.verdict, seconds)
        if step.message and step.verdict is Verdict.SKIPPED:
            self._block(10, step.message)

    def compared(self, report: Report) -> None:
        """What the checks of one machine say, in few lines; Behave's --verbose gives each check one of its own."""
        if self._verbose:
            for step in in_full(report):
                self.ended(step)
            return
        self._live.stop()
        for step in folded(report):
            self._verdict(6, step.title, step.verdict, 0.0)
            if step.verdict is Verdict.PASSED:
                self._names(10, step.message)
            elif step.verdict is Verdict.SKIPPED:  # what a failed check found stands below its sentence
                self._block(10, step.message)

    def progress(self, machines: tuple[MachineProgress, ...]) -> None:
        self._live.show(machines)

    def whole(self, text: str) -> None:
        """Show what another process wrote of a scenario, headings and all, and cleaned it."""
        self._out.write(text)
        self._out.flush()
        self._headed = 0

    # how it is written

    def _live_migration(self, redactor: Redactor) -> LiveMigration:
        return LiveMigration(redactor)

    def _head(self) -> None:
        """Feature and rule, unless they stand above already; those without a scenario are not shown."""
        for indent, text in self._headings[self._headed :]:
            self._line(indent, text, "bold")
        self._headed = len(self._headings)

    def _end_scenario(self) -> None:
        scenario, self._scenario = self._scenario, None
        if scenario is None or self.config.dry_run:
            return
        self._live.stop()
        self._live.forget()
        verdict = _VERDICTS.get(scenario.status, Verdict.BROKEN)
        if verdict is Verdict.SKIPPED:
            self._line(4, f"skipped: {scenario.skip_reason or 'no reason given'}", _STYLES[verdict])
            return
        how = verdict.value if verdict is not Verdict.BROKEN else f"broken ({scenario.status.name})"
        self._line(4, f"{how} in {time.monotonic() - self._since:.1f} s", _STYLES[verdict])

    def _verdict(self, indent: int, title: str, verdict: Verdict, seconds: float) -> None:
        took = f"  {seconds:.1f} s" if seconds >= 0.05 else ""
        line = Text(" " * indent)
        line.append(f"{self._marks[verdict]} ", _STYLES[verdict])
        line.append(self._redactor.clean(title), "dim" if verdict is Verdict.SKIPPED else "")
        line.append(took, "dim")
        self._console.print(line)

    def _block(self, indent: int, text: str) -> None:
        for line in text.splitlines():
            self._line(indent, line)

    def _names(self, indent: int, text: str) -> None:
        for line in self._redactor.clean(text).splitlines():
            for part in wrapped(line, self._console.width - indent):
                self._line(indent, part, "dim")

    def _line(self, indent: int, text: str, style: str = "") -> None:
        breaks = len(text) - len(text.lstrip("\n"))
        self._console.print(Text("\n" * breaks + " " * indent + self._redactor.clean(text[breaks:]), style))


def _explanation(step: Step) -> str:
    """Message alone where the error says all; the traceback where the suite itself has a fault."""
    error = step.exception
    if step.status is Status.undefined:
        return "undefined: no sentence of this suite matches"
    if error is None:
        return str(step.error_message or f"step is {step.status.name}")
    if isinstance(error, ProductFailure | SuiteError):
        return f"{type(error).__name__}: {error}"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return "".join(traceback.format_exception(error))
