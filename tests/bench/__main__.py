"""`make bench`: what a cold migration costs on the embedded lab, the suite's own share of it, and what workers bring.

Emulated work is the lab's critical path: what nobody could be faster than at this speed. Figures are medians of RUNS.
"""

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import MIB, SPEED, Cost, measured
from tests.bench.workers import by_workers
from tests.drills.running_lab import BIN, PYTHON, ROOT, RunningLab, running_lab

RUNS = int(os.environ.get("RUNS", "3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One run of the scenario on a lab that is already up."""

    suite: Cost
    emulated: float
    lab_cpu: float
    lab_peak: float
    requests: Counter[str]

    @property
    def share(self) -> float:
        return self.suite.wall - self.emulated


def one_move(lab: RunningLab, reports: Path) -> Move:
    before, usage = requests_of(lab), lab.ask("/usage")
    since = time.monotonic()
    suite = measured(
        str(BIN / "behave"), "--tags=@test_sanity_cold_mtv_migration", f"-Dlab={lab.folder}", f"-Dreports_dir={reports}"
    )
    path = lab.ask(f"/critical-path?since={since}&until={time.monotonic()}")
    after = lab.ask("/usage")
    return Move(
        suite=suite,
        emulated=path["seconds"],
        lab_cpu=after["cpu_seconds"] - usage["cpu_seconds"],
        lab_peak=after["peak_memory_bytes"] / MIB**2,
        requests=requests_of(lab) - before,
    )


def requests_of(lab: RunningLab) -> Counter[str]:
    counts = lab.ask("/requests")["counts"]
    return Counter({f"{service}: {what}": number for service, of in counts.items() for what, number in of.items()})


def lab_start() -> float:
    """Seconds from start to `ready`."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        with running_lab(Path(folder) / "lab"):
            return time.monotonic() - began


def dry_run() -> Cost:
    return measured(str(BIN / "behave"), "--dry-run", "--tags=@test_sanity_cold_mtv_migration")


def fresh_clone() -> float:
    """Seconds from `git clone` to the verdict; downloads come from the caches there are."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        parts = [measured("git", "clone", "-q", str(ROOT), str(clone))]
        arguments = "--tags=@test_sanity_cold_mtv_migration"
        parts.append(measured("make", "-s", "behave", f"ARGS={arguments}", where=clone))
        return sum(part.wall for part in parts)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def of_starting() -> list[tuple[str, str, str]]:
    starts, dry = [lab_start() for _ in range(RUNS)], [dry_run() for _ in range(RUNS)]
    return [
        ("dry run", f"{median([run.wall for run in dry]):.2f} s", "1.5 s"),
        ("lab start", f"{median(starts):.2f} s", "1.5 s"),
        ("fresh clone to verdict, once", f"{fresh_clone():.0f} s", "60 s"),
    ]


def of_moving(moves: Sequence[Move]) -> list[tuple[str, str, str]]:
    return [
        ("scenario, wall", f"{median([move.suite.wall for move in moves]):.2f} s", ""),
        ("  of it emulated work", f"{median([move.emulated for move in moves]):.2f} s", ""),
        ("  the suite's share", f"{median([move.share for move in moves]):.2f} s", "5 s"),
        ("CPU of the suite", f"{median([move.suite.cpu for move in moves]):.2f} s", ""),
        ("CPU of the lab meanwhile", f"{median([move.lab_cpu for move in moves]):.2f} s", ""),
        ("peak memory of the suite", f"{max(move.suite.peak for move in moves):.0f} MiB", ""),
        ("peak memory of the lab", f"{max(move.lab_peak for move in moves):.0f} MiB", ""),
    ]


def main() -> None:
    starting = of_starting()
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", "--speed", SPEED) as lab:
        moves = [one_move(lab, Path(folder) / "reports") for _ in range(RUNS)]
    console = Console()
    table = Table("what", "median", "aim", title=f"cold migration on the embedded lab, speed {SPEED}, {RUNS} runs")
    for row in [*starting, *of_moving(moves)]:
        table.add_row(*row)
    console.print(table)
    counted = Table("request of one run", "number")
    for what, number in moves[-1].requests.most_common():
        counted.add_row(what, str(number))
    console.print(counted)
    console.print(by_workers())
    console.print(f"python {PYTHON}, {os.cpu_count()} processors", style="dim")


if __name__ == "__main__":
    main()
