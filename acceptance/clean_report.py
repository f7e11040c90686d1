"""What a drill of clean days says: every verdict that changed, with what makes it happen again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from acceptance.clean_days import THE_LAB, THE_RUN, Day, Spent, Verdict

_LONGEST = 600
_MISSING = Verdict(status="no result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One verdict that noise changed, or that was no clean one to begin with."""

    day: Day
    scenario: str
    what: str
    """The scenario, or the checks in it."""
    before: str
    after: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanReport:
    """All days: how many verdicts of scenarios they brought, and which of them should not be."""

    silent: Sequence[Spent]
    noisy: Sequence[Spent]

    @property
    def jitter(self) -> str:
        """Of the first day; the others differ in the seed."""
        return self.noisy[0].day.jitter if self.noisy else ""

    @property
    def changes(self) -> list[Change]:
        known = {spent.day.login: spent.verdicts for spent in self.silent}
        unclean = [change for spent in self.silent for change in _unclean(spent)]
        return unclean + [change for spent in self.noisy for change in _changes(known[spent.day.login], spent)]

    @property
    def verdicts(self) -> int:
        return sum(
            name not in (THE_RUN, THE_LAB) and verdict.status != "skipped"
            for spent in self.noisy
            for name, verdict in spent.verdicts.items()
        )

    @property
    def summary(self) -> str:
        return (
            f"{len(self.noisy)} noisy days ({self.jitter or 'none yet'}), {self.verdicts} verdicts of scenarios, "
            f"{len(self.changes)} changed or not clean"
        )


def _unclean(spent: Spent) -> Iterator[Change]:
    """Nothing may fail on a silent day; skips stay skips."""
    for name, verdict in spent.verdicts.items():
        if verdict.status not in ("passed", "skipped"):
            yield _change(spent.day, name, Verdict(status="passed"), verdict)


def _changes(before: Mapping[str, Verdict], spent: Spent) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *spent.verdicts)):
        was, is_ = before.get(name, _MISSING), spent.verdicts.get(name, _MISSING)
        if is_.differs(was):
            yield _change(spent.day, name, was, is_)


def _change(day: Day, scenario: str, was: Verdict, is_: Verdict) -> Change:
    what = is_.differs(was)
    return Change(
        day=day, scenario=scenario, what=what, before=was.status, after=is_.status, message=is_.message[:_LONGEST]
    )


def write(report: CleanReport, folder: Path, also: Sequence[Path] = ()) -> None:
    """clean.json and clean.md in a folder, the former in more places."""
    data = {
        "jitter": report.jitter,
        "days": len(report.noisy),
        "verdicts": report.verdicts,
        "changes": [asdict(change) for change in report.changes],
        "scenarios": _tally(report.noisy),
    }
    for path in (folder / "clean.json", *also):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=2) + "\n")
    (folder / "clean.md").write_text("\n".join(_page(report)) + "\n")


def _tally(noisy: Sequence[Spent]) -> dict[str, dict[str, int]]:
    """Scenario -> status -> on how many days."""
    found: dict[str, dict[str, int]] = {}
    for spent in noisy:
        for name, verdict in spent.verdicts.items():
            counts = found.setdefault(name, {})
            counts[verdict.status] = counts.get(verdict.status, 0) + 1
    return found


def _page(report: CleanReport) -> Iterator[str]:
    yield from ("# Clean days under noise", "", f"{report.summary}.", "")
    yield from ("| Scenario | Verdicts |", "| --- | --- |")
    for name, counts in _tally(report.noisy).items():
        yield f"| {name} | {', '.join(f'{count} {status}' for status, count in sorted(counts.items()))} |"
    for change in report.changes:
        yield from ("", f"## Day {change.day.number}: {change.scenario}", "", *_told(change))


def _told(change: Change) -> Iterator[str]:
    yield f"{change.what}: {change.before} in silence, {change.after} with noise."
    yield f"Again: `-D lab_jitter={change.day.jitter}`, login by {change.day.login}."
    if change.message:
        yield from ("", "```text", change.message, "```")


def told(change: Change) -> str:
    """For the terminal."""
    return "\n".join((f"day {change.day.number}: {change.scenario}", *_told(change)))
