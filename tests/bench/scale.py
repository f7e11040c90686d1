"""What each machine of a plan costs, however many there are: the suite's own time, requests, memory of both sides."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from rich.table import Table

from tests.bench.many_machines import plan_of
from tests.bench.measuring import SPEED
from tests.bench.moving import Move, one_move
from tests.bench.slopes import Row, per_machine, rising
from tests.drills.running_lab import running_lab

FEW, MANY = (1, 10), (1, 10, 50, 100)
_SERVICES = ("cluster", "inventory", "vcenter", "guests")
Run = tuple[int, Move]


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
    headings = ("wall", "emulated work", "the suite's share", "CPU of the suite", "CPU of the lab")
    table = Table("machines", *headings, "peak memory of the suite", "of the lab", title=title)
    for before, (number, move) in zip([None, *runs], runs, strict=False):
        cells = [f"{value:.1f} {unit}" for value, unit in _values(move)]
        if before is not None:
            added = number - before[0]
            past = [value for value, _unit in _values(before[1])]
            differences = [(value - old) / added for (value, _unit), old in zip(_values(move), past, strict=True)]
            cells = [f"{cell} ({each:.2f})" for cell, each in zip(cells, differences, strict=True)]
        table.add_row(str(number), *cells)
    return table


def _values(move: Move) -> list[tuple[float, str]]:
    seconds = (move.suite.wall, move.emulated, move.share, move.suite.cpu, move.lab_cpu)
    return [*((each, "s") for each in seconds), (move.suite.peak, "MiB"), (move.lab_peak, "MiB")]


def _requests(rows: Sequence[Row]) -> Table:
    table = Table("machines", "all", *_SERVICES, title="requests for each further machine")
    table.add_row(str(rows[0][0]), f"{rows[0][1].total()} in all", *[""] * len(_SERVICES))
    for fewer, more in pairwise(rows):
        table.add_row(str(more[0]), *(f"{per_machine(fewer, more, service):.1f}" for service in ("", *_SERVICES)))
    return table


def _slopes(rows: Sequence[Row]) -> Table:
    """The causes of whatever does not stay flat."""
    title = "requests that grow faster than the machines"
    table = Table("request", f"each up to {rows[1][0]}", f"each of the last {rows[-1][0] - rows[-2][0]}", title=title)
    steep = rising(rows)
    for each in steep:
        table.add_row(each.what, f"{each.few:.1f}", f"{each.many:.1f}")
    if not steep:
        table.add_row("none", "", "")
    return table
