"""`make bench`: what a cold migration costs on the embedded lab, the suite's own share of it, and what workers bring.

Emulated work is the lab's critical path: what nobody could be faster than at this speed. Figures are medians of RUNS.
With `--scale` it is only the plans of many machines, up to a hundred, once each.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import SPEED, Cost, measured
from tests.bench.moving import Move, one_move
from tests.bench.scale import FEW, MANY, by_number
from tests.bench.workers import by_workers
from tests.drills.running_lab import BIN, PYTHON, ROOT, running_lab

RUNS = int(os.environ.get("RUNS", "3"))
_SCENARIO = "--tags=@test_sanity_cold_mtv_migration"


def lab_start() -> float:
    """Seconds from start to `ready`."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        with running_lab(Path(folder) / "lab"):
            return time.monotonic() - began


def dry_run() -> Cost:
    return measured(str(BIN / "behave"), "--dry-run", _SCENARIO)


def fresh_clone() -> float:
    """Seconds from `git clone` to the verdict; downloads come from the caches there are."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        parts = [measured("git", "clone", "-q", str(ROOT), str(clone))]
        parts.append(measured("make", "-s", "behave", f"ARGS={_SCENARIO}", where=clone))
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


def of_one_scenario(console: Console) -> None:
    starting = of_starting()
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", "--speed", SPEED) as lab:
        moves = [one_move(lab, Path(folder) / "reports", [_SCENARIO]) for _ in range(RUNS)]
    table = Table("what", "median", "aim", title=f"cold migration on the embedded lab, speed {SPEED}, {RUNS} runs")
    for row in [*starting, *of_moving(moves)]:
        table.add_row(*row)
    console.print(table)
    counted = Table("request of one run", "number")
    for what, number in moves[-1].requests.most_common():
        counted.add_row(what, str(number))
    console.print(counted)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--scale", action="store_true", help=f"only plans of {', '.join(map(str, MANY))} machines")
    scale = parser.parse_args().scale
    console = Console()
    if not scale:
        of_one_scenario(console)
        console.print(by_workers())
    for table in by_number(MANY if scale else FEW):
        console.print(table)
    console.print(f"python {PYTHON}, {os.cpu_count()} processors", style="dim")


if __name__ == "__main__":
    main()
