"""The `drill --clean` command: how many days, where their runs go, and what its exit code says."""

import shutil
from collections.abc import Sequence
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
        report = spent(days_of(number, jitter), jitter, place, jobs)
        _keep(report, place, settings.reports / "clean")
    write(report, settings.reports, [json_file] if json_file else [])
    console = Console()
    for change in report.changes:
        console.print(told(change), markup=False)
    console.print(report.summary, markup=False)
    return 1 if report.changes else 0


def spent(days: tuple[Sequence[Day], Sequence[Day]], jitter: str, place: Place, jobs: int) -> CleanReport:
    """The silent days and then the noisy ones."""
    silent, noisy = ([_noted(each) for each in spend_all(part, place, jobs)] for part in days)
    return CleanReport(jitter=jitter, silent=silent, noisy=noisy)


def _noted(spent: Spent) -> Spent:
    day = spent.day
    kind = f"jitter {day.jitter}" if day.jitter else "in silence"
    statuses = ", ".join(f"{verdict.status}" for verdict in spent.verdicts.values())
    Console(stderr=True).print(f"day {day.number} ({kind}, login by {day.login}): {statuses}", markup=False)
    return spent


def _keep(report: CleanReport, place: Place, kept: Path) -> None:
    """The runs of days on which something changed; all others are not worth the space."""
    shutil.rmtree(kept, ignore_errors=True)
    for day in dict.fromkeys(change.day for change in report.changes):
        runs = folder_of(day, place) / "reports"
        if runs.is_dir():
            shutil.copytree(runs, kept / f"day{day.number}", symlinks=True)
