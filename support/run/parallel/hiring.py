"""Makes the crew of a run: what the run gives its workers, and does for them, in the terms of a crew."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from behave.model import Scenario
from behave.runner import Runner

from support.domain.leftover import Leftover
from support.evidence.alongside import Alongside
from support.evidence.redaction import Redactor
from support.evidence.results import ScenarioResult
from support.run.parallel.crew import Crew, Terms
from support.run.parallel.messages import Errand, Paper
from support.run.parallel.process import WorkerProcess


class Employs(Protocol):
    """A run that has workers."""

    def errand(self, scenario: Scenario, paper: Paper) -> Errand: ...

    def explain(self, scenario: Scenario) -> str: ...

    def clear_after(self, scenario: Scenario) -> list[Leftover]: ...

    def signal(self) -> int: ...

    def shielded(self) -> AbstractContextManager[None]: ...


def crew_for(
    run: Employs, runner: Runner, temporary: Path, redactor: Redactor, keep: Callable[[ScenarioResult], None]
) -> Crew:
    """As many workers as the command line asks for (`-j`), and its `--stop`."""
    paper = _paper(runner)
    terms = Terms(
        at_once=runner.config.jobs,
        stop=runner.config.stop,
        hire=lambda scenario: WorkerProcess(run.errand(scenario, paper), temporary),
        explain=run.explain,
        clear=run.clear_after,
        clean=redactor.clean,
        signal=run.signal,
        shielded=run.shielded,
    )
    colored = paper.color not in ("off", "never", "no")
    return Crew(terms, Alongside(runner.formatters, redactor, colored=colored), keep)


def _paper(runner: Runner) -> Paper:
    return Paper(
        terminal=sys.stdout.isatty(),
        encoding=sys.stdout.encoding or "utf-8",
        color=str(runner.config.color or "auto"),
        verbose=bool(runner.config.verbose),
    )
