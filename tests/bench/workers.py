"""How much sooner a run ends with many workers, beside what nobody could beat: its scenarios packed without a gap."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from pathlib import Path

from rich.table import Table

from tests.bench.measuring import SPEED, measured
from tests.drills.running_lab import BIN, RunningLab, running_lab

WORKERS = (1, 2, 4, 8)
TAGS = os.environ.get("TAGS", "@cold or @warm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run with so many workers; seconds."""

    workers: int
    wall: float
    scenarios: tuple[float, ...]
    """How long each took that was not skipped, in the order of their begin."""


def packed(durations: Sequence[float], workers: int) -> float:
    """Seconds until the last is done, when each goes to the worker that is free first."""
    free = [0.0] * workers
    heapify(free)
    for seconds in durations:
        heapreplace(free, free[0] + seconds)
    return max(free)


def run(lab: RunningLab, reports: Path, workers: int) -> Run:
    cost = measured(
        str(BIN / "behave"), f"--tags={TAGS}", f"-j{workers}", f"-Dlab={lab.folder}", f"-Dreports_dir={reports}"
    )
    written = [json.loads(path.read_text()) for path in (reports / "allure-results").glob("*-result.json")]
    ran = sorted((each["start"], each["stop"]) for each in written if each["status"] != "skipped")
    return Run(workers=workers, wall=cost.wall, scenarios=tuple((stop - start) / 1000 for start, stop in ran))


def table_of(runs: Sequence[Run]) -> Table:
    """The ideal is the first run's session and scenarios, packed."""
    one = runs[0]
    session = one.wall - sum(one.scenarios)
    title = f"{len(one.scenarios)} scenarios on the embedded lab, speed {SPEED}, {os.cpu_count()} processors"
    table = Table("workers", "wall", "ideal", "times as fast", "longest scenario", title=title)
    for each in runs:
        ideal = session + packed(one.scenarios, each.workers)
        row = (f"{each.wall:.1f} s", f"{ideal:.1f} s", f"{one.wall / each.wall:.1f}", f"{max(each.scenarios):.1f} s")
        table.add_row(str(each.workers), *row)
    return table


def by_workers() -> Table:
    """One run each, on one lab."""
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", "--speed", SPEED) as lab:
        return table_of([run(lab, Path(folder) / f"reports-{workers}", workers) for workers in WORKERS])
