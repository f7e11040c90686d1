"""What the workflow tells goes to the recorder, which keeps it, and to the view, which shows it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from behave.formatter.base import Formatter

from support.domain.finding import Report
from support.domain.migration import MachineProgress
from support.evidence.folding import in_full
from support.evidence.progress import ProgressView
from support.evidence.recorder import Recorder
from support.evidence.results import Measure, RunFacts, StepResult, Verdict

_LOG = logging.getLogger("support.evidence.teller")


class Teller:
    """`support.ports.telling.Tells` of a run; formatters that are no view of ours are left alone."""

    def __init__(
        self, recorder: Recorder, formatters: Sequence[Formatter], heed: Callable[[], None] = lambda: None
    ) -> None:
        """Tell the recorder, and the views among the formatters; `heed` raises where no further step must begin."""
        self._recorder, self._heed = recorder, heed
        self._views = [view for view in formatters if isinstance(view, ProgressView)]
        self._standing: dict[str, str] = {}
        self._simulated = False
        self._showing = threading.Lock()
        for view in self._views:
            view.redact_with(recorder.redactor)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A sub-step of the sentence that runs now."""
        self._heed()
        with self._showing:
            for view in self._views:
                view.began(title)
        with self._recorder.sub_step(title) as step:
            try:
                yield
            except BaseException as error:
                step.verdict = Verdict.FAILED if isinstance(error, AssertionError) else Verdict.BROKEN
                raise
            finally:
                step.stop = time.time()
                _LOG.info("%s: %s in %.1f s", title, step.verdict.value, step.stop - step.start)
                self._show(step)

    def progress(self, machines: tuple[MachineProgress, ...]) -> None:
        standing = {machine.name: _standing(machine) for machine in machines}
        for name, where in standing.items():
            if self._standing.get(name) != where:
                _LOG.info("%s: %s", name, where)
        self._standing = standing
        self._recorder.keep(machines=machines)
        for view in self._views:
            view.progress(machines)

    def compared(self, report: Report) -> None:
        """Each check is a sub-step of its own in the reports; a view may say the same in fewer lines."""
        self._recorder.keep(report=report)
        for step in in_full(report):
            self._keep(step)
        with self._showing:
            for view in self._views:
                view.compared(report)

    def speak_of(self, facts: RunFacts) -> None:
        """Whom the run talks to, once that is known."""
        self._simulated = facts.simulated

    def measured(self, title: str, seconds: float) -> None:
        """A sub-step and an attachment; a duration of the embedded lab is that of a simulation and says so."""
        text = f"{seconds:.1f} s{' (simulated)' if self._simulated else ''}"
        self._note(StepResult(title=f"{title}: {text}", verdict=Verdict.PASSED))
        self.attach(title, text)
        self._recorder.keep_measure(Measure(title=title, seconds=seconds, simulated=self._simulated))

    def warned(self, text: str) -> None:
        """A sub-step that did not run, since no other verdict would be true of it; the log has it as a warning."""
        _LOG.warning("%s", text)
        step = StepResult(title=f"warning: {text}", verdict=Verdict.SKIPPED, start=time.time(), stop=time.time())
        self._recorder.note(step)
        self._show(step)

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None:
        self._recorder.attach(title, text, media_type)

    def _note(self, step: StepResult) -> None:
        self._keep(step)
        self._show(step)

    def _keep(self, step: StepResult) -> None:
        step.start = step.stop = time.time()
        _LOG.info("%s: %s%s", step.title, step.verdict.value, f": {step.message}" if step.message else "")
        self._recorder.note(step)

    def _show(self, step: StepResult) -> None:
        with self._showing:
            for view in self._views:
                view.ended(step)


def _standing(machine: MachineProgress) -> str:
    """Where in its pipeline a machine is; amounts move too often for a log."""
    step = machine.failed_step or machine.running_step
    where = (
        f"{step.name} failed" if step is not None and step.error else step.name if step is not None else machine.phase
    )
    return where if machine.warm is None else f"{where} ({machine.warm})"
