"""What a run owes its workers: each scenario with all that is known, and what a worker that died cannot do itself."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from signal import SIGINT

from behave.model import Scenario

from support.domain.errors import SuiteError
from support.domain.journal import Record
from support.domain.leftover import Leftover
from support.run.folder import RunFolder
from support.run.parallel.messages import Errand, Paper
from support.run.scenario_life import ScenarioLife, scope_of
from support.run.settings import Settings
from support.workflow.journalling import read_journals
from support.workflow.removal.teardown import end_scenario


class Employing(ScenarioLife):
    """A life that may have its scenarios run by workers."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._folder: RunFolder | None = None

    def errand(self, scenario: Scenario, paper: Paper) -> Errand:
        """One scenario for a worker, with all that this process knows and must not be asked for again."""
        wired, session, folder = self._ready, self._session, self._folder
        if session is None or folder is None:
            raise SuiteError("no session is open, so no worker can join it; see what before_all said")
        return Errand(
            run=folder.run,
            folder=folder.path,
            target=wired.target,
            settings=replace(wired.settings, cluster_token=wired.api.token()),
            profile=wired.profile,
            session=session,
            facts=self.facts,
            issues=self._issues,
            file=str(scenario.filename),
            line=scenario.line,
            paper=paper,
        )

    def clear_after(self, scenario: Scenario) -> list[Leftover]:
        """Remove what a worker that died had made for its scenario; returns what is left over."""
        if self.settings.skip_teardown:
            return []
        with self.shielded():
            return end_scenario(self._ready.ports, self._ready.run, scope_of(scenario), self._records())

    def explain(self, scenario: Scenario) -> str:
        """Collect about a scenario whose worker died; returns the first page, empty when there is none."""
        if self._collecting is None or self._session is None:
            return ""
        return self._collecting.lost(scope_of(scenario), scenario.name, self._session, self.facts, self._records())

    def shielded(self) -> AbstractContextManager[None]:
        """A signal inside the block counts at its end."""
        return self._signals.shielded() if self._signals is not None else nullcontext()

    def signal(self) -> int:
        """By which whatever runs elsewhere is ended as this run is."""
        return self._signals.number if self._signals is not None else SIGINT

    def _records(self) -> Sequence[Record]:
        """Of this process and of all its workers."""
        return read_journals(self._folder.journal) if self._folder is not None else ()
