"""One run from its settings to its last leftover; hooks and runner call it, and each part may be closed twice."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from behave.configuration import Configuration
from behave.formatter.base import Formatter
from behave.model import Scenario

from support.domain.errors import CleanupError, SuiteError
from support.domain.leftover import Leftover
from support.domain.names import new_run_id
from support.evidence.publish import publish
from support.evidence.recorder import Recorder
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.evidence.teller import Teller
from support.run.comparing import Comparing
from support.run.facade import ScenarioRun
from support.run.folder import RunFolder, make_folder, take
from support.run.gating import may_run_warm, reason_to_skip
from support.run.logs import logging_to
from support.run.outcome import Outcome
from support.run.settings import load_settings
from support.run.signals import Signals
from support.run.target import choose_target
from support.run.wiring import Wired, wire
from support.workflow.cutover import CutoverRule
from support.workflow.journalling import has_begun
from support.workflow.session import Session, open_session
from support.workflow.teardown import end_run, end_scenario


class RunLife:
    """Everything that lives as long as one run; the constructor reads settings and raises StartError, no more."""

    def __init__(self, config: Configuration, formatters: list[Formatter]) -> None:
        defined = dict(config.userdata_defines or ())
        written = {key: value for key, value in config.userdata.items() if key not in defined}
        self.settings = load_settings(defined, written, os.environ)
        self._redactor = Redactor()
        for secret in self.settings.secrets():
            self._redactor.learn(secret.reveal())
        self._outcome = Outcome()
        self._recorder = Recorder(config, self._redactor, self._outcome.results.append)
        self._teller = Teller(self._recorder, formatters)
        formatters.append(self._recorder)
        self._folder: RunFolder | None = None
        self._signals: Signals | None = None
        self._wired: Wired | None = None
        self._session: Session | None = None
        self._scenarios: Sequence[Scenario] = ()
        self._facts: RunFacts
        self._closed = False
        self._ended_by = "the run ended before its turn"

    @contextmanager
    def running(self, scenarios: Sequence[Scenario]) -> Iterator[None]:
        """Folder, lock, log, signals, target and adapters; whatever happens inside, the session is closed at the end.

        Raises StartError when something of it cannot be had.
        """
        self._scenarios = scenarios
        run = new_run_id(self.settings.target_namespace_prefix)
        with ExitStack() as stack:
            folder = self._folder = make_folder(self.settings.reports_dir, run, self.settings.anchored().shown())
            lock = folder.lock()
            take(lock, run)
            stack.callback(lock.release)
            stack.enter_context(logging_to(folder.log, self.settings.log_level, self._redactor))
            stack.enter_context(_private_temporary(folder))
            signals = self._signals = Signals(f"To finish cleaning up later: {self._cleanup_command()}")
            stack.enter_context(signals.handled())
            self._announce(folder)
            target = choose_target(self.settings, folder.lab)
            stack.callback(target.close)
            self._wired = wire(target, folder, self._teller, self._redactor)
            for warning in self._wired.profile.warnings:
                self._say(f"note: {warning}")
            stack.callback(self._publish, scenarios)
            stack.callback(self.close_session)
            self._recorder.watch(scenarios)
            try:
                yield
            except SuiteError as error:
                self._ended_by = str(error)
                raise

    # what the hooks call

    def open_session(self) -> None:
        """Open the session once. Raises StartError when nothing was created yet, any other SuiteError later."""
        if self._session is None:
            wired = self._ready
            self._facts = wired.first_facts
            minutes = self.settings.snapshots_interval if self._any_warm(wired) else None
            self._session = open_session(wired.ports, replace(wired.request, precopy_minutes=minutes))
            token = wired.api.token()
            if token is not None:
                self._redactor.learn(token.reveal())
            self._facts = wired.facts(self._session)
            self._teller.speak_of(self._facts)

    def _any_warm(self, wired: Wired) -> bool:
        here = wired.circumstances(None)
        return any(may_run_warm([*map(str, scenario.effective_tags)], here) for scenario in self._scenarios)

    def reason_to_skip(self, scenario: Scenario) -> str | None:
        return reason_to_skip(map(str, scenario.effective_tags), self._ready.circumstances(self._session))

    def open_scenario(self, scenario: Scenario) -> ScenarioRun:
        wired, session = self._ready, self._session
        if session is None:
            raise SuiteError("no session is open, so no scenario can run; see what before_all said")
        comparing = Comparing(wired, session)
        settings = self.settings
        rule = CutoverRule(after_precopies=settings.cutover_after_precopies, minutes=settings.mins_before_cutover)
        return ScenarioRun(wired.ports, session, comparing, scope_of(scenario), rule)

    def close_scenario(self, scenario: Scenario) -> None:
        """Remove what the scenario made; raises CleanupError that lists what is left over."""
        if self._session is None or self.settings.skip_teardown or self._signals is None:
            return
        with self._signals.shielded():
            leftovers = end_scenario(self._ready.ports, self._session.run, scope_of(scenario))
        if leftovers:
            raise CleanupError(_listed("the scenario left over", leftovers))

    def close_session(self) -> None:
        """Remove everything else, whatever stage the run had reached; leftovers fail the run."""
        if self._closed or self._wired is None or self._signals is None:
            return
        self._closed = True
        with self._signals.shielded():
            try:
                self._end(self._wired)
            finally:
                self._wired.close()
            if self._session is not None:
                for complaint in self._outcome.complaints:
                    self._say(complaint)

    def _end(self, wired: Wired) -> None:
        if self.settings.skip_teardown:
            self._say(f"Nothing was removed (setting skip_teardown). To do it later: {self._cleanup_command()}")
        else:
            self._outcome.leftovers = end_run(wired.ports, wired.request.run)

    def clean(self, text: str) -> str:
        """Without any secret of the run."""
        return self._redactor.clean(text)

    @property
    def failed(self) -> bool:
        return bool(self._outcome.complaints)

    @property
    def _ready(self) -> Wired:
        if self._wired is None:
            raise SuiteError("the run has not been set up, expected it to be inside RunLife.running")
        return self._wired

    def _announce(self, folder: RunFolder) -> None:
        self._say(f"Run {folder.run} on {'the embedded lab' if self.settings.target == 'lab' else 'a cluster'}")
        self._say(f"Folder {folder.path}")
        for note in self.settings.notes:
            self._say(f"note: {note}")

    def _cleanup_command(self) -> str:
        run = self._folder.run if self._folder is not None else "RUN"
        elsewhere = self.settings.reports_dir.as_posix()
        return f"acceptance cleanup {run}" + ("" if elsewhere == "reports" else f" -D reports_dir={elsewhere}")

    def _publish(self, scenarios: Sequence[Scenario]) -> None:
        """Nothing is published of a run that could not start: the results before it stay the last ones."""
        if self._folder is not None and has_begun(self._ready.ports.journal.records()):
            self._outcome.complete(scenarios, f"never ran: {self._ended_by}")
            publish(self._outcome.results, self._facts, self._folder.path)

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{self._redactor.clean(text)}\n")
        sys.stdout.flush()


def scope_of(scenario: Scenario) -> str:
    """Key of a scenario in the journal."""
    return f"{scenario.filename}:{scenario.line}"


def _listed(what: str, leftovers: Sequence[Leftover]) -> str:
    return "\n  - ".join((f"{what}:", *map(str, leftovers)))


@contextmanager
def _private_temporary(folder: RunFolder) -> Iterator[None]:
    """Libraries put caches into the temporary folder that are keyed too coarsely to be shared between runs."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder.temporary)
    try:
        yield
    finally:
        tempfile.tempdir = before
        folder.drop_temporary()
