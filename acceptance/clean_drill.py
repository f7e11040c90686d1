"""The `drill --clean` command: how many days, where their runs go, and what its exit code says."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from acceptance.clean_days import Day, Place, Spent, days_of, folder_of, spend_all
from acceptance.clean_report import CleanReport, told, write
from acceptance.defining import DrillSettings
from acceptance.drill import SPEED
from acceptance.processes import refusal_of_lab


def run(tags: Sequence[str], days: tuple[int, str], jobs: int, json_file: Path | None, settings: DrillSettings) -> int:
    """Spend so many days with that jitter and report; returns the exit code."""
    number, jitter = days
    with TemporaryDirectory(prefix="clean-") as folder:
        refused = refusal_of_lab(Path(folder) / "lab", "--jitter", jitter)
        if refused:
            Console(stderr=True).print(refused, markup=False)
            return 2
        speed = settings.lab_speed or SPEED
        place = Place(folder=Path(folder), lab_speed=speed, tags=tuple(tags), defines=settings.defines)
        report = _reported(days_of(number, jitter), place, settings.reports, [json_file] if json_file else [], jobs)
    console = Console()
    for change in report.changes:
        console.print(told(change), markup=False)
    console.print(report.summary, markup=False)
    return 1 if report.changes else 0


def _reported(
    days: tuple[list[Day], list[Day]], place: Place, reports: Path, also: Sequence[Path], jobs: int
) -> CleanReport:
    """Write the report after each day, so that a drill that is cut short has one, too."""
    kept = reports / "clean"
    shutil.rmtree(kept, ignore_errors=True)
    report = CleanReport(silent=[], noisy=[])
    for report in spent(days, place, jobs):
        write(report, reports, also)
        _put_away(report, place, kept)
    return report


def spent(days: tuple[Sequence[Day], Sequence[Day]], place: Place, jobs: int) -> Iterator[CleanReport]:
    """The silent days and then the noisy ones; a report after each."""
    silent, noisy = days
    report = CleanReport(silent=[], noisy=[])
    for each in spend_all(silent, place, jobs):
        report = replace(report, silent=[*report.silent, _told(each)])
        yield report
    for each in spend_all(noisy, place, jobs):
        report = replace(report, noisy=[*report.noisy, _told(each)])
        yield report


def _told(spent: Spent) -> Spent:
    day = spent.day
    kind = f"jitter {day.jitter}" if day.jitter else "in silence"
    counts = Counter(verdict.status for verdict in spent.verdicts.values())
    statuses = ", ".join(f"{count} {status}" for status, count in counts.items())
    Console(stderr=True).print(f"day {day.number} ({kind}, login by {day.login}): {statuses}", markup=False)
    return spent


def _put_away(report: CleanReport, place: Place, kept: Path) -> None:
    """The run of a day on which something changed is kept; any other is not worth the space."""
    day = (report.noisy or report.silent)[-1].day
    runs = folder_of(day, place) / "reports"
    if runs.is_dir() and any(change.day == day for change in report.changes):
        shutil.copytree(runs, kept / f"day{day.number}", symlinks=True)
    shutil.rmtree(folder_of(day, place))
