"""A worker: `python -m support.run.parallel.worker FD` runs the one scenario it is told of through that descriptor."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

from behave.configuration import Configuration
from behave.model import Scenario
from behave.runner import Runner

from support.evidence.recorder import Recorder
from support.evidence.results import RunFacts, ScenarioResult
from support.evidence.teller import Teller
from support.run.collecting import Collecting
from support.run.folder import RunFolder
from support.run.logs import logging_to
from support.run.parallel.messages import Errand, Line, StepTold, Told
from support.run.parallel.paper import PaperView
from support.run.runner import AcceptanceRunner
from support.run.scenario_life import ScenarioLife, temporary_files_in
from support.run.signals import Signals
from support.run.target import Target
from support.run.wiring import wire
from support.workflow.session import attach


class WorkerLife(ScenarioLife):
    """Joins the session, and leaves it as it is."""

    failed = False

    def __init__(self, errand: Errand, signals: Signals, config: Configuration, view: PaperView) -> None:
        super().__init__(errand.settings)
        self._errand = errand
        self._issues = errand.issues
        self._signals = signals
        self._results: list[ScenarioResult] = []
        self._scenarios: Sequence[Scenario] = ()
        self._view = view
        self.recorder = Recorder(config, self._redactor, self._results.append, self.ended_by)
        self._teller = Teller(self.recorder, [view], self.heed)
        self._teller.speak_of(errand.facts)

    @property
    def facts(self) -> RunFacts:
        return self._errand.facts

    @contextmanager
    def running(self, scenarios: Sequence[Scenario]) -> Iterator[None]:
        errand, self._scenarios = self._errand, scenarios
        folder = RunFolder(run=errand.run, path=errand.folder)
        with ExitStack() as stack:
            log = folder.log_of(errand.label)
            stack.enter_context(logging_to(log, self.settings.log_level, self._redactor))
            stack.enter_context(temporary_files_in(folder.temporary))
            target = Target(errand.target, self.settings)
            self._wired = wire(target, folder, self._teller, self._redactor, errand.profile)
            self._collecting = Collecting(self._wired, folder, self.recorder, self._redactor)
            stack.callback(self.close_session)
            self.recorder.watch(scenarios)
            yield

    def spread(self, runner: Runner) -> None:
        """A worker has no workers."""

    def open_session(self) -> None:
        if self._session is None:
            self._session = attach(self._ready.ports, self._errand.session)

    def close_session(self) -> None:
        """Log out; a second call does nothing."""
        self._ready.close()

    @property
    def told(self) -> Told | None:
        """What came of the scenario; None when it never began."""
        if not self._results:
            return None
        (scenario,), (result,) = self._scenarios, self._results
        steps = [
            StepTold(status=step.status.name, seconds=step.duration, error=self.clean(step.error_message or ""))
            for step in scenario.all_steps
        ]
        error = self.clean(scenario.error_message or "")
        return Told(result=result, status=scenario.status.name, steps=tuple(steps), error=error, text=self._view.text)


class WorkerRunner(AcceptanceRunner):
    """As the run's own, but for where its scenario and its life come from."""

    def __init__(self, errand: Errand, signals: Signals, say: Callable[[str], None]) -> None:
        arguments = [errand.location, "--format=null", "--no-skipped", f"--color={errand.paper.color}"]
        super().__init__(Configuration(command_args=arguments, jobs=1, reporters=[]))
        self._errand = errand
        self._signals = signals
        self._view = PaperView(self.config, errand.paper, say)
        self.life: WorkerLife | None = None

    def new_life(self) -> WorkerLife:
        life = WorkerLife(self._errand, self._signals, self.config, self._view)
        self.formatters = [self._view, life.recorder]
        return life


class Employer:
    """The run's own process, at the other end of the descriptor."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._connection: Connection[Any, Any] = Connection(descriptor)
        self._lock = threading.Lock()

    def errand(self) -> Errand:
        """Take the errand, and from then on die with whoever gave it: the session it would go on in is nobody's."""
        errand: Errand = self._connection.recv()
        threading.Thread(target=self._die_with_it, name="employer", daemon=True).start()
        return errand

    def tell(self, message: Line | Told) -> None:
        with self._lock:
            self._connection.send(message)

    def _die_with_it(self) -> None:
        try:
            self._connection.recv()
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGKILL)


def main(descriptor: int) -> None:
    employer = Employer(descriptor)
    errand = employer.errand()
    signals = Signals("The run's own process knows what it was doing.")
    with signals.handled():
        runner = WorkerRunner(errand, signals, lambda text: employer.tell(Line(text)))
        runner.run()
        with signals.shielded():
            told = runner.life.told if runner.life is not None else None
            if told is not None:
                employer.tell(told)


if __name__ == "__main__":
    main(int(sys.argv[1]))
