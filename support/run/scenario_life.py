"""What a process needs for one scenario after the other, whether it opened the session itself or joined another's."""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from behave.model import Scenario
from behave.runner import Runner, the_step_registry

from support.domain.errors import CleanupError, SuiteError
from support.domain.issue import Issue, IssueId
from support.domain.leftover import Leftover
from support.domain.names import RoleName
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.run.collecting import Collecting
from support.run.comparing import Comparing
from support.run.facade import ScenarioRun
from support.run.gating import Circumstances, doubts, reason_to_skip
from support.run.settings import Settings
from support.run.signals import Signals
from support.run.wiring import Wired
from support.workflow.cutover import CutoverRule
from support.workflow.removal.teardown import end_scenario
from support.workflow.session import Session, Told

MOVES_WARM = ("it is warm migrated", "it is warm migrated with copy-offload")
"""The sentences by which a scenario needs all that a warm migration needs."""
_ROLE = "role"
"""What every sentence that names a machine calls its parameter."""


class ScenarioLife(ABC):
    """What hooks and runner call; every part may be called twice."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._redactor = Redactor()
        for secret in settings.secrets():
            self._redactor.learn(secret.reveal())
        self._signals: Signals | None = None
        self._wired: Wired | None = None
        self._session: Session | None = None
        self._told: Told | None = None
        self._issues: Mapping[IssueId, Issue] = {}
        self._collecting: Collecting | None = None
        self._current: ScenarioRun | None = None

    @property
    @abstractmethod
    def facts(self) -> RunFacts:
        """What every report says about the run."""

    def share(self, scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
        """Which of the chosen scenarios this process is to run: all, but for a run that is one of several shards."""
        return scenarios

    @abstractmethod
    def running(self, scenarios: Sequence[Scenario]) -> AbstractContextManager[None]:
        """All that must be there before the session; whatever happens inside, the session is closed at the end."""

    @abstractmethod
    def open_session(self) -> None: ...

    @abstractmethod
    def close_session(self) -> None: ...

    @abstractmethod
    def spread(self, runner: Runner) -> None:
        """Let scenarios run in processes of their own, where the command line asks for several."""

    @property
    @abstractmethod
    def failed(self) -> bool:
        """Something went wrong that no scenario tells of."""

    def reason_to_skip(self, scenario: Scenario) -> str | None:
        return reason_to_skip(tags_of(scenario), self._here, roles_of(scenario))

    def doubts(self, scenario: Scenario) -> list[str]:
        """What could not be told about a scenario that runs all the same."""
        return doubts(tags_of(scenario), self._here)

    def open_scenario(self, scenario: Scenario) -> ScenarioRun:
        wired, session = self._ready, self._session
        if session is None:
            raise SuiteError("no session is open, so no scenario can run; see what before_all said")
        if interrupted := self.ended_by():
            raise KeyboardInterrupt(interrupted)  # it was lost on its way; see Signals.heed
        for doubt in self.doubts(scenario):
            wired.ports.tells.warned(doubt)
        comparing = Comparing(wired, session)
        settings = self.settings
        rule = CutoverRule(after_precopies=settings.cutover_after_precopies, minutes=settings.mins_before_cutover)
        self._current = ScenarioRun(wired.ports, session, comparing, scope_of(scenario), rule)
        return self._current

    def close_scenario(self, scenario: Scenario) -> None:
        """Collect what explains a failure or an interruption, then remove what the scenario made.

        Raises CleanupError that lists what is left over.
        """
        if self._session is None or self._signals is None:
            return
        self._signals.heard()
        current, self._current = self._current, None
        if current is not None and self._collecting is not None:
            told = scope_of(scenario), current.session, current.move, self.facts
            self._collecting.scenario(*told, interrupted=self._signals.interrupted)
        if self.settings.skip_teardown:
            return
        with self._signals.shielded():
            leftovers = end_scenario(self._ready.ports, self._session.run, scope_of(scenario))
        if leftovers:
            if self._collecting is not None:
                self._collecting.leftovers(leftovers, self.facts)
            raise CleanupError(listed("the scenario left over", leftovers))

    def heed(self) -> None:
        """Raise KeyboardInterrupt where a signal came and nobody ended."""
        if self._signals is not None:
            self._signals.heed()

    def ended_by(self) -> str:
        """Who ended the run before its end, in words; empty when nobody did."""
        return self._signals.ended_by if self._signals is not None else ""

    def clean(self, text: str) -> str:
        """Without any secret of the run."""
        return self._redactor.clean(text)

    @property
    def _here(self) -> Circumstances:
        return self._ready.circumstances(self._session or self._told, self._issues)

    @property
    def _ready(self) -> Wired:
        if self._wired is None:
            raise SuiteError("the run has not been set up, expected it to be inside `running`")
        return self._wired


def scope_of(scenario: Scenario) -> str:
    """Key of a scenario in the journal."""
    return f"{scenario.filename}:{scenario.line}"


def listed(what: str, leftovers: Sequence[Leftover]) -> str:
    return "\n  - ".join((f"{what}:", *map(str, leftovers)))


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Libraries put caches into the temporary folder that are keyed too coarsely to be shared between runs."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def roles_of(scenario: Scenario) -> list[RoleName]:
    """Roles of the machines a scenario asks for, in order; known once Behave has loaded the sentences."""
    # Not the registry of behave.step_registry: Behave puts another one there when it starts, and fills this one.
    matches = [the_step_registry.find_match(step) for step in scenario.all_steps]
    return [
        RoleName(argument.value) for match in matches if match for argument in match.arguments if argument.name == _ROLE
    ]


def tags_of(scenario: Scenario) -> list[str]:
    """A scenario's tags in the order they are written in, the feature's first: the first that does not fit is told of.

    One that moves warm is warm also where its family is another one (reference/15).
    """
    known = set(map(str, scenario.effective_tags))  # a set: without an order of its own, each run would tell another
    warm = any(step.name in MOVES_WARM for step in scenario.all_steps)
    written = dict.fromkeys([*_as_written(scenario), *(["warm"] if warm else [])])
    return [tag for tag in written if tag in {*known, "warm"}]


def given_tags_of(scenario: Scenario) -> list[str]:
    """Without those that only the suite gives it."""
    given = set(map(str, scenario.effective_tags))
    return [tag for tag in tags_of(scenario) if tag in given]


def _as_written(item: Any) -> list[str]:
    above = _as_written(item.parent) if item.parent is not None else []
    return [*above, *map(str, item.tags)]
