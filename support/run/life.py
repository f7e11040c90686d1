"""One run from its settings to its last leftover; hooks and runner call it, and each part may be closed twice."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from behave.configuration import Configuration
from behave.formatter.base import Formatter
from behave.model import Scenario
from behave.runner import Runner

from support.domain.diagnosis import Grade
from support.domain.errors import StartError, SuiteError
from support.domain.names import new_run_id
from support.evidence.recorder import Recorder
from support.evidence.results import RunFacts
from support.evidence.teller import Teller
from support.run.analysing import analysing
from support.run.announcing import announcement, cleanup_command, ending
from support.run.collecting import Collecting
from support.run.doctor.examination import examine, refuse_blockers
from support.run.doctor.wishes import wishes_of
from support.run.folder import RunFolder, make_folder, take
from support.run.foreseeing import array_asked_for, issues_asked_about, moves_warm
from support.run.gating import may_run
from support.run.logs import logging_to
from support.run.outcome import Outcome
from support.run.parallel.crew import Crew
from support.run.parallel.employing import Employing
from support.run.parallel.hiring import crew_for
from support.run.parallel.spreading import Spreading
from support.run.publishing import Publishing, why_never_ran
from support.run.scenario_life import roles_of, scope_of, tags_of, temporary_files_in
from support.run.settings import load_settings
from support.run.signals import Signals
from support.run.target import choose_target, look_before
from support.run.tracking import ask_tracker
from support.run.wiring import Wired, wire
from support.workflow.journalling import has_begun
from support.workflow.removal.teardown import end_run
from support.workflow.session import SessionRequest, ask_mtv, open_session


class RunLife(Employing):
    """Everything that lives as long as one run; the constructor reads settings and raises StartError, no more."""

    def __init__(self, config: Configuration, formatters: list[Formatter]) -> None:
        defined = dict(config.userdata_defines or ())
        written = {key: value for key, value in config.userdata.items() if key not in defined}
        super().__init__(load_settings(defined, written, os.environ))
        self._outcome = Outcome()
        self._recorder = Recorder(config, self._redactor, self._outcome.results.append, self.ended_by)
        self._teller = Teller(self._recorder, formatters, self.heed)
        formatters.append(self._recorder)
        self._scenarios: Sequence[Scenario] = ()
        self._facts: RunFacts | None = None
        self._crew: Crew | None = None
        self._closed = False
        self._analysing = analysing(self.settings)
        self._publishing = Publishing(self._outcome, self._analysing, self._redactor, self._say)
        self._error: SuiteError | None = None

    def spread(self, runner: Runner) -> None:
        if runner.config.jobs <= 1 or self._folder is None:
            return
        if self._ready.ports.source.at_rest:
            # Each is moved as it is, and MTV refuses a machine whose MAC addresses another has (forklift.md 1.6).
            self._say("note: machines in files are moved one after the other, whatever --jobs says")
            return
        keep = self._outcome.results.append
        self._crew = crew_for(self, runner, self._folder.temporary, self._redactor, keep)
        Spreading(self, self._crew, self._scenarios).begin(runner)

    def share(self, scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
        shard = self.settings.shard
        if shard is None:
            return scenarios
        mine = shard.share(scenarios)
        self._say(f"Shard {shard}: {len(mine)} of {len(scenarios)} scenarios")
        if not mine:  # whoever joins the shards finds a folder without a run, and not none
            self.settings.reports_dir.mkdir(parents=True, exist_ok=True)
        return mine

    @contextmanager
    def running(self, scenarios: Sequence[Scenario]) -> Iterator[None]:
        """Folder, lock, log, signals, target and adapters; whatever happens inside, the session is closed at the end.

        Raises StartError when something of it cannot be had.
        """
        self._scenarios = scenarios
        run = new_run_id(self.settings.target_namespace_prefix)
        look_before(self.settings)
        with ExitStack() as stack:
            folder = self._folder = make_folder(self.settings.reports_dir, run, self.settings.anchored().shown())
            stack.push(partial(self._leave_log, folder))
            lock = folder.lock()
            take(lock, run)
            stack.callback(lock.release)
            stack.enter_context(logging_to(folder.log, self.settings.log_level, self._redactor))
            stack.callback(folder.drop_temporary)
            stack.enter_context(temporary_files_in(folder.temporary))
            signals = self._signals = Signals(
                f"To remove the rest later: {self._cleanup_command()}", ending(self.settings)
            )
            stack.enter_context(signals.handled())
            for line in announcement(run, folder.path, self.settings, self._analysing.why_not):
                self._say(line)
            target = choose_target(self.settings, folder.lab)
            stack.callback(target.close)
            self._wired = wire(target, folder, self._teller, self._redactor)
            self._collecting = Collecting(self._wired, folder, self._recorder, self._redactor)
            for warning in self._wired.profile.warnings:
                self._say(f"note: {warning}")
            stack.callback(self._publish, scenarios)
            stack.callback(self.close_session)
            self._recorder.watch(scenarios)
            try:
                yield
            except SuiteError as error:
                self._error = error
                if has_begun(self._ready.ports.journal.records()):
                    self._collecting.session(error, self.facts)
                raise

    def _leave_log(self, folder: RunFolder, _kind: object, error: BaseException | None, _trace: object) -> None:
        """A run that could not start made nothing; one that journalled a token keeps its journal for cleanup."""
        if isinstance(error, StartError) and not folder.journal.exists():
            folder.keep_log(self.clean(f"{type(error).__name__}: {error}"))
            self._say(f"Nothing was created; the reason stands in {folder.log}")

    @property
    def facts(self) -> RunFacts:
        return self._facts if self._facts is not None else self._ready.first_facts

    # what the hooks call

    def open_session(self) -> None:
        """Open the session once, unless no scenario applies here: then nothing is made, and nobody logged in to for it.

        Raises StartError when nothing was created yet, any other SuiteError later.
        """
        if self._session is not None or self._outcome.idle:
            return
        wired = self._ready
        asked = issues_asked_about(self._scenarios, wired.profile.kind)
        tracking = ask_tracker(self.settings.tracker_file, asked, self._redactor)
        self._issues = tracking.issues
        if self._nothing_applies():
            return
        self._examine(wired)
        request = self._request(wired)
        told = self._told = ask_mtv(wired.ports, request)
        self._facts = replace(wired.facts(told), tracker=tracking.url)
        if self._nothing_applies():
            return
        self._session = open_session(wired.ports, request, told)
        self._teller.speak_of(self.facts)

    def _request(self, wired: Wired) -> SessionRequest:
        here = wired.circumstances(None, self._issues)
        minutes = self.settings.snapshots_interval if moves_warm(self._scenarios, here) else None
        vendor = array_asked_for(self._scenarios, here, wired.profile.copy_offload)
        return replace(wired.request, precopy_minutes=minutes, array_vendor=vendor)

    def _nothing_applies(self) -> bool:
        """By all that is known at this moment; what was not asked yet keeps no scenario from being run."""
        skipped = [self.reason_to_skip(each) is not None for each in self._scenarios]
        self._outcome.idle = bool(skipped) and all(skipped)
        return self._outcome.idle

    def _examine(self, wired: Wired) -> None:
        """Raise StartError for anything that is not fit for what is going to run."""
        here = wired.circumstances(None, self._issues)
        fitting = (each for each in self._scenarios if may_run(tags_of(each), here, roles_of(each)))
        wishes = wishes_of(fitting, self.settings)
        with self._teller.step("the environment is ready"):
            found = examine(wired.patient(wishes))
            refuse_blockers(found)
        for each in found:
            if each.grade is Grade.WARNING:
                self._say(f"note: {each}")

    def close_session(self) -> None:
        """Remove everything else, whatever stage the run had reached; leftovers fail the run."""
        if self._closed or self._wired is None or self._signals is None:
            return
        self._closed = True
        with self._signals.shielded():
            try:
                if self._crew is not None:
                    self._crew.stop()
                self._end(self._wired)
            finally:
                self._wired.close()
            if self._session is not None or self._outcome.idle:
                for line in (*self._warnings(), *self._outcome.complaints):
                    self._say(line)

    def _end(self, wired: Wired) -> None:
        records, collecting = self._records(), self._collecting
        if collecting is not None and records:
            collecting.resources(records, {scope_of(each): _test_of(each) for each in self._scenarios})
        if self.settings.skip_teardown:
            self._say(f"Nothing was removed (setting skip_teardown). To do it later: {self._cleanup_command()}")
        else:
            self._outcome.leftovers = end_run(wired.ports, wired.request.run, records)
            if self._outcome.leftovers and collecting is not None:
                collecting.leftovers(self._outcome.leftovers, self.facts)

    def _warnings(self) -> list[str]:
        """Each doubt once, however many scenarios it is about."""
        run = [each for each in self._scenarios if self.reason_to_skip(each) is None]
        return sorted(
            {f"warning: {doubt}; nothing was skipped because of it" for each in run for doubt in self.doubts(each)}
        )

    @property
    def failed(self) -> bool:
        """A run that was interrupted has not shown what it was to show, even where all that ended in time passed."""
        return bool(self._outcome.complaints) or bool(self.ended_by())

    def _cleanup_command(self) -> str:
        return cleanup_command(self._folder.run if self._folder is not None else None, self.settings)

    def _publish(self, scenarios: Sequence[Scenario]) -> None:
        """Nothing is published of a run that could not start: the results before it stay the last ones."""
        begun = self._outcome.idle or has_begun(self._ready.ports.journal.records())
        if self._folder is not None and begun:
            never_ran = why_never_ran(self._error, self.ended_by())
            self._publishing.publish(scenarios, self.facts, self._folder.path, never_ran)

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{self._redactor.clean(text)}\n")
        sys.stdout.flush()


def _test_of(scenario: Scenario) -> str:
    """Name of the older suite's test that a scenario stands for."""
    return next((tag for tag in map(str, scenario.effective_tags) if tag.startswith("test_")), "")
