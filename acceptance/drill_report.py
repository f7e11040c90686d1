"""The matrix of a drill: on the terminal, as JSON and as Markdown."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from acceptance.drill import Outcome, as_data
from support.evidence.pages.page import many

_HEADINGS = ("defect", "source", "expected to notice", "noticed by", "verdict", "message")
_LONGEST = 300


def show(console: Console, outcomes: Sequence[Outcome]) -> None:
    table = Table(*_HEADINGS[:-1], title="Drill", show_lines=False)
    for outcome in outcomes:
        style = "green" if outcome.right else "bold red"
        table.add_row(*_cells(outcome)[:-1], style=style)
    console.print(table)
    for outcome in outcomes:
        if not outcome.right:
            console.print(f"{outcome.defect}: {outcome.verdict}", style="bold red", markup=False)
            for each in outcome.fired:
                console.print(f"  {each.who} ({each.status}): {each.message}", markup=False)
    console.print(summary(outcomes))


def summary(outcomes: Sequence[Outcome]) -> str:
    wrong = sum(not outcome.right for outcome in outcomes)
    return f"{many(len(outcomes), 'drill')}: {len(outcomes) - wrong} as expected, {wrong} not as expected"


def write_json(path: Path, outcomes: Sequence[Outcome]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_data(outcomes), indent=2) + "\n")


def write_markdown(path: Path, outcomes: Sequence[Outcome]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# Drill", "", f"{summary(outcomes)}.", "", _row(_HEADINGS), _row(["---"] * len(_HEADINGS))]
    path.write_text("\n".join([*lines, *(_row(_cells(outcome)) for outcome in outcomes)]) + "\n")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    fired = ", ".join(each.who for each in outcome.fired)
    owner = next((each for each in outcome.fired if each.who == outcome.expected), None)
    shown = owner or next(iter(outcome.fired), None)
    message = shown.message[:_LONGEST] if shown is not None else ""
    return (
        outcome.defect,
        outcome.profile,
        outcome.expected or "no check",
        fired or "no check",
        outcome.verdict,
        message,
    )


def _row(cells: Sequence[str]) -> str:
    shown = (cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells)
    return f"| {' | '.join(shown)} |"
