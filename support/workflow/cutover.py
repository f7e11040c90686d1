"""The end of a warm copy: when the cutover is asked for, what the copy did until then, and how long nobody answered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from support.domain.contents import SourceContents
from support.domain.errors import SuiteError, WaitTimeout
from support.domain.machine import Power
from support.domain.migration import MachineProgress, PlanState, WarmProgress
from support.ports.cluster import Arrival, Feed
from support.workflow.markers import Subject, mark_last
from support.workflow.move import MachineMove, Move, reached
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.settle import wanted_power

_LOG = logging.getLogger("support.workflow.cutover")

_STILL_RUNNING = frozenset(
    {
        "",
        *("Started", "PreHook", "CreateInitialSnapshot", "WaitForInitialSnapshot", "StoreInitialSnapshotDeltas"),
        *("PreflightInspection", "CreateDataVolumes", "CopyDisks", "CopyingPaused", "RemovePreviousSnapshot"),
        *("WaitForPreviousSnapshotRemoval", "CreateSnapshot", "WaitForSnapshot", "StoreSnapshotDeltas"),
        *("AddCheckpoint", "StorePowerState"),
    }
)
"""Phases of a warm copy in which the source runs (forklift.md 2.3); every later one comes after its power-off."""

_QUIET = frozenset({"CopyingPaused", "CopyDisks"})
"""Phases in which no snapshot is about to be made, so that what is written now comes with the last one only."""

_LEAD = timedelta(seconds=30)
"""Before a scheduled cutover: enough to write in a guest, and less than there is between two precopies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverRule:
    """When to cut over: `minutes` after the start where given, else after so many finished precopies."""

    after_precopies: int = 2
    minutes: float | None = None

    @property
    def lead(self) -> timedelta:
        """How long before a scheduled cutover the last write comes."""
        return min(_LEAD, timedelta(minutes=self.minutes or 0) / 2)

    def scheduled(self) -> datetime | None:
        """The time that the Migration is created with."""
        return None if self.minutes is None else datetime.now(UTC) + timedelta(minutes=self.minutes)


@dataclass(slots=True, kw_only=True)
class _Watched:
    """One machine on its way over; clock readings, None while not seen."""

    off_since: float | None = None
    answered: float | None = None
    feed: Feed[Arrival] | None = None


@dataclass(slots=True)
class Cutover:
    """Looks at a warm plan whenever somebody follows it; `look` is cheap and may come as often as it likes.

    `at`: the time that the Migration was created with; None where the cutover is asked for later.
    """

    ports: Ports
    move: Move
    rule: CutoverRule
    run: str
    at: datetime | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _asked: bool = False
    _missed: str = "no moment without a snapshot under way came shortly before the scheduled cutover"
    _machines: dict[str, _Watched] = field(default_factory=dict)

    def look(self, state: PlanState) -> None:
        """Ask for the cutover once every machine is due; note who is switched off, and who answers again."""
        if self.at is not None:
            self._write_shortly_before(self.at, state)
        elif not self._asked and self._due(state):
            self._ask(state)
        for progress in state.machines:
            self._note(progress, self._machines.setdefault(progress.id, _Watched()))

    def written(self, moved: Move) -> Move:
        """The same move with what was written last in each guest, or why nothing was."""
        return moved.with_machines(
            tuple(
                replace(later, contents=self._with_reason(now.contents))
                for now, later in zip(self.move.machines, moved.machines, strict=True)
            )
        )

    def _with_reason(self, contents: SourceContents) -> SourceContents:
        if contents.unwritten is not None or contents.last_writes:
            return contents
        return replace(contents, last_unwritten="no cutover was asked for" if self.at is None else self._missed)

    def conclude(self, ended: PlanState) -> None:
        """Keep what the copy did beside the step that runs now, and tell the downtime of each machine.

        Guests that are still to answer have their time together.
        """
        since = self.ports.clock()
        for progress in ended.machines:
            if progress.warm is not None:
                self.ports.tells.attach(f"precopies of {progress.name}", history(progress.warm))
            self._tell_downtime(progress, self._machines.setdefault(progress.id, _Watched()), since)

    def _due(self, state: PlanState) -> bool:
        """Only one Migration there is, and one cutover for it: the slowest machine decides, a failed one does not."""
        known = {each.id for each in state.machines if each.warm is not None or each.error}
        copying = _copying(state)
        return set(self.move.inventory_ids) <= known and bool(copying) and all(map(self._is_due, copying))

    def _is_due(self, progress: MachineProgress) -> bool:
        enough = progress.warm is not None and progress.warm.finished >= self.rule.after_precopies
        return enough and progress.phase in _QUIET

    def _ask(self, state: PlanState) -> None:
        self._asked = True
        self._write_last({progress.id for progress in _copying(state)})
        ref, now = reached(self.move.migration, "migration").ref, datetime.now(UTC)
        with self.ports.tells.step(f"cut over after {self.rule.after_precopies} precopies"):
            self.ports.cluster.plans.cut_over(ref, now)
        _LOG.info("%s: cutover asked for at %s", ref, now.isoformat(timespec="seconds"))

    def _write_shortly_before(self, at: datetime, state: PlanState) -> None:
        """Once. A write that the cutover overtook may have come with the last copy, or not: then it is no witness."""
        copying = _copying(state)
        quiet = bool(copying) and all(each.phase in _QUIET for each in copying)
        if self._asked or not quiet or not at - self.rule.lead <= self.now() < at:
            return
        self._asked, before = True, self.move
        try:
            self._write_last({progress.id for progress in copying})
        except SuiteError:
            if self.now() < at:
                raise
        if self.now() >= at:
            self.move, self._missed = before, "the scheduled cutover came while it was being written"

    def _write_last(self, copying: set[str]) -> None:
        """What only the last copy can bring; a guest that cannot be written in ends the scenario, not the check."""
        machines = side_by_side(
            lambda each: self._last(each) if each.inventory_id in copying else each, self.move.machines
        )
        self.move = self.move.with_machines(tuple(machines))

    def _last(self, machine: MachineMove) -> MachineMove:
        if machine.contents.unwritten is not None:
            return machine
        subject = Subject(run=self.run, platform_id=machine.platform_id, machine=machine.source)
        with self.ports.tells.step(f"last write in {machine.name} before the cutover"):
            return replace(machine, contents=mark_last(self.ports, subject, machine.contents))

    def _note(self, progress: MachineProgress, watched: _Watched) -> None:
        if progress.phase in _STILL_RUNNING or progress.error:
            return
        if watched.off_since is None:
            watched.off_since = self.ports.clock()
            targets = self.ports.at(self.move.target).cluster.targets
            watched.feed = targets.follow(self.move.target_namespace, progress.target_name)
        arrival = watched.feed.latest() if watched.feed is not None else None
        if watched.answered is None and arrival is not None and arrival.agent_connected:
            watched.answered = self.ports.clock()

    def _tell_downtime(self, progress: MachineProgress, watched: _Watched, since: float) -> None:
        title = f"downtime of {progress.name}"
        reason = self._unmeasured(progress, watched)
        if reason is not None:
            self.ports.tells.attach(title, f"not measured: {reason}")
            return
        if watched.answered is None and watched.feed is not None:
            try:
                subject = f"VirtualMachine {self.move.target_namespace}/{progress.target_name}"
                wait = Wait(self.ports, subject, "answering by its agent", since)
                wait.within("guest_agent", watched.feed, _answers)
            except WaitTimeout as late:
                self.ports.tells.attach(title, f"not measured: {late}")
                return
            watched.answered = self.ports.clock()
        if watched.answered is not None and watched.off_since is not None:
            self.ports.tells.measured(title, watched.answered - watched.off_since)

    def _unmeasured(self, progress: MachineProgress, watched: _Watched) -> str | None:
        machine = next((each for each in self.move.machines if each.inventory_id == progress.id), None)
        if not any(c.type == "Succeeded" and c.status for c in progress.conditions):
            return "the machine did not arrive"
        if machine is None or wanted_power(self.move, machine) is not Power.ON:
            return "the target is to stay powered off, so nobody answers"
        if machine.source.guest.agent_running is False:
            return "no guest agent ran on the source, so none can answer on the target"
        return None if watched.off_since is not None else "the power-off of the source was not seen"


def _copying(state: PlanState) -> list[MachineProgress]:
    """Machines that a cutover is still to come for."""
    return [each for each in state.machines if not each.error and each.completed is None]


def _answers(arrival: Arrival) -> bool | None:
    return arrival.agent_connected or None


def history(warm: WarmProgress) -> str:
    """Every round of a warm copy, a line each."""
    rounds = [
        f"{number}. {precopy.start or 'not started'} to {precopy.end or 'no end told'}"
        f"{f', snapshot {precopy.snapshot}' if precopy.snapshot else ''}"
        for number, precopy in enumerate(warm.precopies, start=1)
    ]
    return "\n".join([str(warm), *rounds])
