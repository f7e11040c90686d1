"""One run from its settings to its last leftover; hooks and runner call it, and each part may be closed twice."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from signal import SIGINT

from behave.configuration import Configuration
from behave.formatter.base import Formatter
from behave.model import Scenario
from behave.runner import Runner

from support.domain.diagnosis import Grade
from support.domain.errors import StartError, SuiteError
from support.domain.journal import Record
from support.domain.leftover import Leftover
from support.domain.names import new_run_id
from support.evidence.causes import Cause, cause_of
from support.evidence.publish import JUNIT, JUNIT_FILE, publish
from support.evidence.recorder import Recorder
from support.evidence.results import RunFacts
from support.evidence.teller import Teller
from support.run.analysing import analysing
from support.run.collecting import Collecting
from support.run.doctor.examination import examine, refuse_blockers
from support.run.doctor.wishes import wishes_of
from support.run.documenting import document, notes_of
from support.run.folder import RunFolder, make_folder, take
from support.run.gating import issues_of, may_offload, may_run, may_run_warm
from support.run.logs import logging_to
from support.run.outcome import Outcome
from support.run.parallel.crew import Crew
from support.run.parallel.hiring import crew_for
from support.run.parallel.messages import Errand, Paper
from support.run.parallel.spreading import Spreading
from support.run.scenario_life import ScenarioLife, roles_of, scope_of, tags_of, temporary_files_in
from support.run.settings import load_settings
from support.run.signals import Signals
from support.run.target import choose_target, look_before
from support.run.tracking import Tracking, ask_tracker
from support.run.wiring import Wired, wire
from support.workflow.journalling import has_begun, read_journals
from support.workflow.session import ask_mtv, open_session
from support.workflow.teardown import end_run, end_scenario


class RunLife(ScenarioLife):
    """Everything that lives as long as one run; the constructor reads settings and raises StartError, no more."""

    def __init__(self, config: Configuration, formatters: list[Formatter]) -> None:
        defined = dict(config.userdata_defines or ())
        written = {key: value for key, value in config.userdata.items() if key not in defined}
        super().__init__(load_settings(defined, written, os.environ))
        self._outcome = Outcome()
        self._recorder = Recorder(config, self._redactor, self._outcome.results.append, self.ended_by)
        self._teller = Teller(self._recorder, formatters, self.heed)
        formatters.append(self._recorder)
        self._folder: RunFolder | None = None
        self._scenarios: Sequence[Scenario] = ()
        self._facts: RunFacts | None = None
        self._crew: Crew | None = None
        self._closed = False
        self._analysing = analysing(self.settings)
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
            signals = self._signals = Signals(f"To remove the rest later: {self._cleanup_command()}", self._ending())
            stack.enter_context(signals.handled())
            self._announce(folder)
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
        tracking = self._track(wired)
        self._issues = tracking.issues
        if self._nothing_applies():
            return
        self._examine(wired)
        minutes = self.settings.snapshots_interval if self._any_warm(wired) else None
        request = replace(wired.request, precopy_minutes=minutes, array_vendor=self._array_vendor(wired))
        told = self._told = ask_mtv(wired.ports, request)
        self._facts = replace(wired.facts(told), tracker=tracking.url)
        if self._nothing_applies():
            return
        self._session = open_session(wired.ports, request, told)
        self._teller.speak_of(self.facts)

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

    def _track(self, wired: Wired) -> Tracking:
        kind = wired.profile.kind
        ids = {each for scenario in self._scenarios for each in issues_of(tags_of(scenario), kind)}
        return ask_tracker(self.settings.tracker_file, ids, self._redactor)

    def _any_warm(self, wired: Wired) -> bool:
        here = wired.circumstances(None, self._issues)
        return any(may_run_warm(tags_of(scenario), here) for scenario in self._scenarios)

    def _array_vendor(self, wired: Wired) -> str:
        here, block = wired.circumstances(None, self._issues), wired.profile.copy_offload
        offloads = any(may_offload(tags_of(scenario), here) for scenario in self._scenarios)
        return block.vendor if block is not None and offloads else ""

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

    # what workers need

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

    @property
    def failed(self) -> bool:
        """A run that was interrupted has not shown what it was to show, even where all that ended in time passed."""
        return bool(self._outcome.complaints) or bool(self.ended_by())

    def _announce(self, folder: RunFolder) -> None:
        self._say(f"Run {folder.run} on {'the embedded lab' if self.settings.target == 'lab' else 'a cluster'}")
        self._say(f"Folder {folder.path}")
        if self.settings.lab_defect:
            self._say(
                f"note: a rehearsal of the defect {self.settings.lab_defect}: its verdicts are nobody's last ones"
            )
        for note in self.settings.notes:
            self._say(f"note: {note}")
        if self._analysing.why_not:
            self._say(f"note: analyze_with_ai: {self._analysing.why_not}; nothing will be analysed")

    def _cleanup_command(self) -> str:
        run = self._folder.run if self._folder is not None else "RUN"
        elsewhere = self.settings.reports_dir.as_posix()
        return f"acceptance cleanup {run}" + ("" if elsewhere == "reports" else f" -D reports_dir={elsewhere}")

    def _ending(self) -> str:
        """What a first signal leaves to be done."""
        collected = "" if self.settings.skip_data_collector else "what explains it is collected and "
        removed = (
            "all it made stays (setting skip_teardown)" if self.settings.skip_teardown else "all it made is removed"
        )
        return f"the run ends: {collected}{removed}. A second signal leaves at once, whatever is undone then."

    def _publish(self, scenarios: Sequence[Scenario]) -> None:
        """Nothing is published of a run that could not start: the results before it stay the last ones."""
        begun = self._outcome.idle or has_begun(self._ready.ports.journal.records())
        if self._folder is not None and begun:
            self._outcome.complete(scenarios, *self._why_never_ran())
            results, left = self._outcome.results, [str(each) for each in self._outcome.leftovers]
            publish(results, self.facts, self._folder.path, left, self._document)
            self._analysing.after(results, self._folder.path / JUNIT / JUNIT_FILE, self._redactor, self._say)

    def _why_never_ran(self) -> tuple[str, Cause | None]:
        if self._error is not None:
            return f"never ran: {self._error}", cause_of(self._error)
        if interrupted := self.ended_by():
            return f"never ran: {interrupted}", Cause.INTERRUPTED
        return "never ran: the run ended before its turn", None

    def _document(self) -> None:
        folder = self._folder
        if folder is None:
            return
        for each in notes_of(
            lambda: document(folder.path.parent, folder.path)
        ):  # not where Behave has said its last words
            sys.stderr.write(f"note: {self._redactor.clean(each)}\n")

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{self._redactor.clean(text)}\n")
        sys.stdout.flush()


def _test_of(scenario: Scenario) -> str:
    """Name of the older suite's test that a scenario stands for."""
    return next((tag for tag in map(str, scenario.effective_tags) if tag.startswith("test_")), "")
