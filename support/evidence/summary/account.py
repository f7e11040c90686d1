"""What a run comes to, in the terms of the people it was made for; free of any page's format."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.domain.finding import CheckResult
from support.domain.migration import MachineProgress, Step, StepPhase
from support.evidence.results import RunFacts, RunRecord, ScenarioResult, Verdict
from support.evidence.summary.wording import in_words

_MEGABYTES, _TRANSFER = "MB", "DiskTransfer"
"""MTV's unit of data, and how its steps that move some are called; the allocation of disks counts them, too."""
_ASIDE = ("where to look:", "evidence:", "passed:", "not run:")
"""Lines of a message that a page tells in another way."""
_WORST_FIRST = (Verdict.FAILED, Verdict.PASSED, Verdict.SKIPPED)
"""A promise that was looked at twice counts as broken if it ever was, and as looked at if it ever was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One promise about one machine; `detail` says what differs, or why nobody could look."""

    promise: str
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineAccount:
    """One machine of a scenario.

    Attributes:
        moved: megabytes that MTV counted; None when it told of none.
        seconds: from the beginning of its first step to the end of its last, as MTV's clock told.
        downtime: seconds; None when it was not measured.
    """

    name: str
    promises: tuple[Kept, ...] = ()
    moved: int | None = None
    seconds: float | None = None
    downtime: float | None = None
    stopped_in: str = ""

    @property
    def broken(self) -> tuple[Kept, ...]:
        return tuple(each for each in self.promises if each.verdict is Verdict.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioAccount:
    """One scenario with its machines."""

    result: ScenarioResult
    facts: RunFacts
    machines: tuple[MachineAccount, ...]

    @property
    def first_words(self) -> str:
        """What went wrong, without what the page tells elsewhere."""
        return first_words(self.result.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All of one run, or of several that were joined."""

    records: tuple[RunRecord, ...]
    scenarios: tuple[ScenarioAccount, ...]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        told = Counter(each.result.verdict for each in self.scenarios)
        return {verdict: told[verdict] for verdict in Verdict}

    @property
    def leftovers(self) -> tuple[str, ...]:
        return tuple(each for record in self.records for each in record.leftovers)

    @property
    def executed(self) -> tuple[ScenarioAccount, ...]:
        return tuple(each for each in self.scenarios if each.result.verdict is not Verdict.SKIPPED)

    @property
    def good(self) -> bool:
        """Something ran, all of it passed, and nothing is left over."""
        passed = all(each.result.verdict is Verdict.PASSED for each in self.executed)
        return bool(self.executed) and passed and not self.leftovers

    @property
    def simulated(self) -> bool:
        """On an embedded lab: times, and the product itself, are emulated."""
        return any(record.facts.simulated for record in self.records)

    @property
    def rehearsed(self) -> tuple[str, ...]:
        """Defects that were put into the lab on purpose."""
        return tuple(dict.fromkeys(each.facts.rehearses for each in self.records if each.facts.rehearses))

    @property
    def promises(self) -> Mapping[Verdict, int]:
        every = [kept.verdict for each in self.scenarios for machine in each.machines for kept in machine.promises]
        return {verdict: every.count(verdict) for verdict in _WORST_FIRST}

    @property
    def seconds(self) -> float:
        """From the first scenario's beginning to the last one's end."""
        ran = [each.result for each in self.executed if each.result.start]
        return max(each.stop for each in ran) - min(each.start for each in ran) if ran else 0.0

    @property
    def began(self) -> float | None:
        """Seconds since the epoch."""
        return min((each.result.start for each in self.executed if each.result.start), default=None)

    @property
    def moved(self) -> int:
        """Megabytes."""
        return sum(machine.moved or 0 for each in self.scenarios for machine in each.machines)

    @property
    def not_run(self) -> Mapping[str, tuple[str, ...]]:
        """Scenarios that were not run, by the reason."""
        skipped = [each.result for each in self.scenarios if each.result.verdict is Verdict.SKIPPED]
        return _grouped((each.skip_reason or "no reason given", each.title) for each in skipped)

    @property
    def not_looked_at(self) -> Mapping[str, tuple[str, ...]]:
        """Machines by the promise that nobody could look at, and the reason."""
        unseen = (
            (f"{in_words(kept.promise)}: {kept.detail}", machine.name)
            for each in self.scenarios
            for machine in each.machines
            for kept in machine.promises
            if kept.verdict is Verdict.SKIPPED
        )
        return _grouped(unseen)


def account_of(records: Iterable[RunRecord]) -> Account:
    """Scenarios stand in the order of their features, however their processes ended."""
    known = tuple(records)
    scenarios = [
        ScenarioAccount(result=result, facts=record.facts, machines=tuple(_machines(result)))
        for record in known
        for result in record.results
    ]
    return Account(
        records=known, scenarios=tuple(sorted(scenarios, key=lambda each: (each.result.file, each.result.line)))
    )


def first_words(message: str) -> str:
    """What went wrong, without what is told elsewhere."""
    lines = [line for line in message.splitlines() if line.strip()]
    return "\n".join(line for line in lines if not line.strip().startswith(_ASIDE))


def _machines(result: ScenarioResult) -> Iterator[MachineAccount]:
    told = {each.name: each for each in result.machines}
    names = dict.fromkeys([*told, *(report.subject for report in result.compared)])
    for name in names:
        progress = told.get(name)
        failed = progress.failed_step if progress is not None else None
        yield MachineAccount(
            name=name,
            promises=tuple(_promises(result, name)),
            moved=_moved(progress),
            seconds=_seconds(progress),
            downtime=next((each.seconds for each in result.measures if each.title == f"downtime of {name}"), None),
            stopped_in=failed.name if failed is not None else "",
        )


def _promises(result: ScenarioResult, name: str) -> Iterator[Kept]:
    seen: dict[str, Kept] = {}
    for report in result.compared:
        for check in (each for each in report.results if report.subject == name and each.promised):
            kept = _kept(check)
            before = seen.get(check.check)
            if before is None or _WORST_FIRST.index(kept.verdict) < _WORST_FIRST.index(before.verdict):
                seen[check.check] = kept
    yield from seen.values()


def _kept(check: CheckResult) -> Kept:
    if check.not_run is not None:
        return Kept(promise=check.check, verdict=Verdict.SKIPPED, detail=check.not_run)
    if check.findings:
        return Kept(promise=check.check, verdict=Verdict.FAILED, detail="\n".join(map(str, check.findings)))
    return Kept(promise=check.check, verdict=Verdict.PASSED, detail=check.confirmed)


def _moved(progress: MachineProgress | None) -> int | None:
    """A finished step may have counted to its end or not at all, so its phase decides (forklift.md 2.5)."""
    steps = [step for step in _steps(progress) if step.name.startswith(_TRANSFER) and step.unit == _MEGABYTES]
    moved = sum(step.total if step.phase is StepPhase.COMPLETED else step.done for step in steps)
    return moved or None


def _seconds(progress: MachineProgress | None) -> float | None:
    begun = [_time(step.started) for step in _steps(progress) if step.started]
    ended = [_time(step.completed) for step in _steps(progress) if step.completed]
    return (max(ended) - min(begun)).total_seconds() if begun and ended else None


def _steps(progress: MachineProgress | None) -> Sequence[Step]:
    return progress.steps if progress is not None else ()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for reason, what in pairs:
        groups.setdefault(reason, []).append(what)
    return {reason: tuple(those) for reason, those in sorted(groups.items())}
