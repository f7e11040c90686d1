"""The `drill` command: which defects, where their runs go, and what its exit code says."""

import shutil
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from acceptance.defects import EXPECTATIONS
from acceptance.defining import DrillSettings
from acceptance.drill import SPEED, DrillPlace, Outcome, drill_all
from acceptance.drill_report import show, write_json, write_markdown

REPORTS = Path(__file__).parents[1] / "reports"


def run(names: Sequence[str], jobs: int, json_file: Path | None, settings: DrillSettings) -> int:
    """Drill and report; returns the exit code."""
    unknown = [name for name in names if name not in EXPECTATIONS]
    for name in unknown:
        Console(stderr=True).print(_unknown(name), markup=False)
    if unknown:
        return 2
    outcomes = _drilled(tuple(dict.fromkeys(names)) or tuple(EXPECTATIONS), jobs, settings)
    show(Console(), outcomes)
    write_markdown(settings.reports / "drill.md", outcomes)
    for path in (settings.reports / "drill.json", *([json_file] if json_file else [])):
        write_json(path, outcomes)
    return 0 if all(outcome.right for outcome in outcomes) else 1


def _drilled(names: Sequence[str], jobs: int, settings: DrillSettings) -> list[Outcome]:
    """Runs of drills that went as expected are not kept; those of the others lie in `drill` below the reports."""
    console, outcomes = Console(stderr=True), []
    kept = settings.reports / "drill"
    shutil.rmtree(kept, ignore_errors=True)
    with TemporaryDirectory(prefix="drill-") as folder:
        where = DrillPlace(folder=Path(folder), lab_speed=settings.lab_speed or SPEED, defines=settings.defines)
        for outcome in drill_all([EXPECTATIONS[name] for name in names], where, jobs):
            outcomes.append(outcome)
            console.print(f"{outcome.defect}: {outcome.verdict}", markup=False)
            runs = Path(folder) / outcome.defect / "reports"
            if not outcome.right and runs.is_dir():
                shutil.copytree(runs, kept / outcome.defect, symlinks=True)
    return outcomes


def _unknown(name: str) -> str:
    near = get_close_matches(name, EXPECTATIONS, n=1)
    return f"no defect is called {name!r}" + (f", did you mean {near[0]}?" if near else "; docs/lab.md lists them all")
