"""What each machine of a plan costs, however many there are: the suite's own time, requests, memory of both sides."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from rich.table import Table

from tests.bench.many_machines import plan_of
from tests.bench.measuring import SPEED
from tests.bench.moving import Move, one_move
from tests.bench.slopes import REPEATED, Row, per_machine, rising
from tests.drills.running_lab import running_lab

FEW, MANY = (1, 10), (1, 10, 50, 100)
_SERVICES = ("cluster", "inventory", "vcenter", "guests")
Run = tuple[int, Move]
_MEASURES: tuple[tuple[str, str, Callable[[Move], float]], ...] = (
    ("wall", "s", lambda move: move.suite.wall),
    ("  of it emulated work", "s", lambda move: move.emulated),
    ("  the suite's share", "s", lambda move: move.share),
    ("CPU of the suite", "s", lambda move: move.suite.cpu),
    ("CPU of the lab", "s", lambda move: move.lab_cpu),
    ("peak memory of the suite", "MiB", lambda move: move.suite.peak),
    ("peak memory of the lab", "MiB", lambda move: move.lab_peak),
)


def run(number: int) -> Run:
    """On a lab of its own, whose memory is its alone."""
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder) / "lab", "--speed", SPEED) as lab:
        return number, one_move(lab, Path(folder) / "reports", [str(plan_of(number, Path(folder)))])


def by_number(numbers: Sequence[int]) -> Iterator[Table]:
    """Tables of plans of so many machines, at least two plans."""
    runs = [run(number) for number in numbers]
    yield _costs(runs)
    rows = [(number, move.requests) for number, move in runs]
    yield _requests(rows)
    if len(rows) > 2:
        yield _slopes(rows)


def _costs(runs: Sequence[Run]) -> Table:
    title = f"plans of many machines, speed {SPEED}, {os.cpu_count()} processors; in brackets: for each further machine"
    table = Table("machines", *(str(number) for number, _move in runs), title=title)
    for what, unit, value in _MEASURES:
        cells = [f"{value(runs[0][1]):.1f} {unit}"]
        for (fewer, before), (number, move) in pairwise(runs):
            added = (value(move) - value(before)) / (number - fewer)
            cells.append(f"{value(move):.1f} {unit} ({added:.2f})")
        table.add_row(what, *cells)
    return table


def _requests(rows: Sequence[Row]) -> Table:
    table = Table("machines", "all", *_SERVICES, title="requests for each further machine")
    table.add_row(str(rows[0][0]), f"{rows[0][1].total()} in all", *[""] * len(_SERVICES))
    for fewer, more in pairwise(rows):
        table.add_row(str(more[0]), *(f"{per_machine(fewer, more, service):.1f}" for service in ("", *_SERVICES)))
    return table


def _slopes(rows: Sequence[Row]) -> Table:
    """The causes of whatever does not stay flat."""
    title = "requests that grow faster than the machines"
    headings = (f"each up to {rows[1][0]}", f"each of the last {rows[-1][0] - rows[-2][0]}", "because")
    table = Table("request", *headings, title=title)
    steep = rising(rows)
    for each in steep:
        why = "asked until a wait is over" if each.what in REPEATED else ""
        table.add_row(each.what, f"{each.few:.1f}", f"{each.many:.1f}", why)
    if not steep:
        table.add_row("none", *[""] * len(headings))
    return table
