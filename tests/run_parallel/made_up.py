"""Workers that are no processes: each says what its script holds, then ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from signal import SIGTERM
from typing import Any

from behave.model import Feature, Scenario
from behave.parser import parse_feature

from support.domain.leftover import Leftover
from support.evidence.recorder import new_result
from support.evidence.results import ScenarioResult, StepResult, Verdict
from support.run.parallel.crew import Terms
from support.run.parallel.messages import Line, StepTold, Told, label_of
from support.run.parallel.process import WorkerProcess

FEATURE = """
Feature: Moving
  Scenario: First
    Given all is well
    Then it is well
  Scenario: Second
    Given all is well
  Scenario: Third
    Given all is well
"""

Message = Line | Told
WAITS: Sequence[Message] = ()
"""Script of a worker that goes on until it is interrupted."""


def feature() -> Feature:
    return parse_feature(FEATURE, filename="features/moving.feature")


def told(scenario: Scenario, verdict: Verdict = Verdict.PASSED, message: str = "") -> Told:
    """What a worker would tell: its last sentence has the scenario's verdict."""
    status = {Verdict.BROKEN: "error"}.get(verdict, verdict.value)
    result = new_result(scenario)
    result.verdict, result.message = verdict, message
    result.steps = [StepResult(title=step.name, sentence=True) for step in scenario.steps]
    good = [StepTold(status="passed", seconds=1.5) for _ in scenario.steps[1:]]
    return Told(
        result=result,
        status=status,
        steps=(*good, StepTold(status=status, error=message)),
        text=f"{scenario.name}: {verdict.value}\n",
    )


class MadeUpWorker(WorkerProcess):
    """`hear` reads from a real pipe, as everywhere."""

    def __init__(self, scenario: Scenario, script: Sequence[Message] | None, how: str = "exit code 0") -> None:
        self.scenario = scenario
        self.told = None
        self.connection, self._theirs = Pipe()
        self.how = how
        self.interrupted = 0
        self.words = "it said t0psecret"
        for message in script or ():
            self._theirs.send(message)
        if script is not WAITS:
            self._theirs.close()

    @property
    def pid(self) -> int:
        return 4711

    @property
    def label(self) -> str:
        return label_of(self.scenario.filename, self.scenario.line)

    def interrupt(self, number: int) -> None:
        self.interrupted = number
        if not self._theirs.closed:
            self._theirs.send(told(self.scenario, Verdict.BROKEN, "KeyboardInterrupt"))
            self._theirs.close()

    def end(self) -> str:
        self.connection.close()
        return self.how

    def last_words(self) -> str:
        return self.words


@dataclass
class Firm:
    """What a run does for its workers, and what it saw of them."""

    scripts: dict[str, Sequence[Message] | None]
    stop: bool = False
    at_once: int = 2
    interrupt_after: int = 0
    """Shielded blocks after which a signal that was held back interrupts."""
    left: list[Leftover] = field(default_factory=list)
    hired: list[MadeUpWorker] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    kept: list[ScenarioResult] = field(default_factory=list)
    busiest: int = 0
    _blocks: int = 0

    def terms(self) -> Terms:
        return Terms(
            at_once=self.at_once,
            stop=self.stop,
            hire=self._hire,
            explain=self._explain,
            clear=self._clear,
            clean=lambda text: text.replace("t0psecret", "***"),
            signal=lambda: SIGTERM,
            shielded=self._shielded,
        )

    def _hire(self, scenario: Scenario) -> MadeUpWorker:
        worker = MadeUpWorker(scenario, self.scripts.get(scenario.name, [told(scenario)]))
        worker.how = "killed by SIGKILL" if self.scripts.get(scenario.name, WAITS) is None else worker.how
        self.hired.append(worker)
        self.busiest = max(self.busiest, sum(not each.connection.closed for each in self.hired))
        return worker

    def _explain(self, scenario: Scenario) -> str:
        assert scenario.name not in self.cleared, "what was cleared away explains nothing"
        self.explained.append(scenario.name)
        return f"evidence/{scenario.name}/index.md"

    def _clear(self, scenario: Scenario) -> list[Leftover]:
        self.cleared.append(scenario.name)
        return self.left

    @contextmanager
    def _shielded(self) -> Iterator[None]:
        yield
        self._blocks += 1
        if self._blocks == self.interrupt_after:
            raise KeyboardInterrupt


class Screen:
    """Stands where Alongside stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.texts: list[str] = []

    def line(self, label: str, text: str) -> None:
        self.lines.append(f"{label} | {text}")

    def ended(self, label: str, verdict: str, text: str) -> None:
        self.line(label, verdict)
        self.texts.append(text)


def any_of(value: object) -> Any:
    """A stand-in where a class of ours is expected."""
    return value
