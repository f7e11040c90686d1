"""Runs scenarios in workers, so many at once, and says of each what came of it, whatever became of its process."""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import wait
from signal import Signals

from behave.model import Scenario

from support.domain.leftover import Leftover
from support.evidence.alongside import Alongside
from support.evidence.causes import Cause
from support.evidence.recorder import new_result
from support.evidence.results import ScenarioResult, Verdict
from support.run.parallel.messages import Told
from support.run.parallel.process import WorkerProcess
from support.run.scenario_life import listed, scope_of

_LOG = logging.getLogger("support.run.parallel")
_GOOD = (Verdict.PASSED, Verdict.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the run asks of its workers and does for them.

    Attributes:
        at_once: how many of them.
        stop: nothing is started any more once a scenario did not pass.
        hire: start one.
        explain: collect what explains the loss of one; returns where it is, empty when nowhere.
        clear: remove what a dead one left behind; returns what is left over all the same.
        signal: the one by which workers end as the run does.
        shielded: a signal inside this waits for its end, since a worker half entered in the books would be lost.
    """

    at_once: int
    stop: bool
    hire: Callable[[Scenario], WorkerProcess]
    explain: Callable[[Scenario], str]
    clear: Callable[[Scenario], list[Leftover]]
    clean: Callable[[str], str]
    signal: Callable[[], int]
    shielded: Callable[[], AbstractContextManager[None]]


class Crew:
    """All workers of a run. Only one thread may ask it."""

    def __init__(self, terms: Terms, view: Alongside, keep: Callable[[ScenarioResult], None]) -> None:
        self._terms = terms
        self._view = view
        self._keep = keep
        self._queue: list[Scenario] = []
        self._busy: dict[WorkerProcess, Scenario] = {}
        self._told: dict[str, Told] = {}
        self._began: dict[str, float] = {}
        self._closed = False

    def take_on(self, scenarios: Iterable[Scenario]) -> None:
        """Line up what is to be run."""
        self._queue += scenarios

    def told(self, scenario: Scenario) -> Told | None:
        """Wait for what came of a scenario; None for one that was never started, because the run stops."""
        while self._is_coming(scenario):
            self._hire()
            self._listen()
        return self._told.get(scope_of(scenario))

    def stop(self) -> None:
        """Interrupt all that is under way and wait until each has cleaned up; nothing is started any more."""
        self._closed = True
        self._queue.clear()
        for worker in self._busy:
            worker.interrupt(self._terms.signal())
        while self._busy:
            self._listen()

    def _is_coming(self, scenario: Scenario) -> bool:
        return scenario in self._queue or scenario in self._busy.values()

    def _hire(self) -> None:
        while self._queue and len(self._busy) < self._terms.at_once:
            with self._terms.shielded():
                scenario = self._queue.pop(0)
                self._began[scope_of(scenario)] = time.time()
                worker = self._terms.hire(scenario)
                self._busy[worker] = scenario
                _LOG.info("%s: process %d runs %s", worker.label, worker.pid, scenario.name)
                self._view.line(worker.label, scenario.name)

    def _listen(self) -> None:
        ready = wait([worker.connection for worker in self._busy])
        for worker in [each for each in self._busy if each.connection in ready]:
            with self._terms.shielded():
                self._hear(worker)

    def _hear(self, worker: WorkerProcess) -> None:
        try:
            line = worker.hear()
        except EOFError:
            self._ended(worker)
        else:
            if line is not None:
                self._view.line(worker.label, line.text)

    def _ended(self, worker: WorkerProcess) -> None:
        how = worker.end()
        scenario = self._busy.pop(worker)
        told = worker.told or self._lost(scenario, worker, how)
        self._told[scope_of(scenario)] = told
        self._keep(told.result)
        verdict = f"{told.result.verdict.value} in {told.result.seconds:.1f} s"
        _LOG.info("%s: %s (process %d, %s)", worker.label, verdict, worker.pid, how)
        self._view.ended(worker.label, verdict, told.text)
        if self._terms.stop and told.result.verdict not in _GOOD:
            self._queue.clear()

    @property
    def _interrupted(self) -> str:
        return f"interrupted by {Signals(self._terms.signal()).name}; " if self._closed else ""

    def _lost(self, scenario: Scenario, worker: WorkerProcess, how: str) -> Told:
        """A result for a scenario whose process died, and the end of what it left behind."""
        result = new_result(scenario)
        result.start, result.log = self._began[scope_of(scenario)], self._terms.clean(worker.last_words())
        result.message = f"{self._interrupted}the worker process ended without a result ({how})"
        result.cause = Cause.INTERRUPTED if self._closed else Cause.SUITE
        result.evidence = "" if self._closed else self._terms.explain(scenario)
        leftovers = self._terms.clear(scenario)
        if leftovers:
            result.message += f"\n{listed('it left over', leftovers)}"
        if result.evidence:
            result.message += f"\nevidence: {result.evidence}"
        result.stop = time.time()
        text = f"\n{result.feature}\n  {result.title}\n    broken: {result.message}\n"
        return Told(result=result, status="error", error=result.message, text=text)
