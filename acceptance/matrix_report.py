"""What a matrix says: one table of sources, on the terminal, as JSON and as Markdown."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from acceptance.matrix import Row
from support.evidence.pages.page import many

_HEADINGS = ("source", "verdict", "checks run", "not run", "time")


def show(console: Console, rows: Sequence[Row]) -> None:
    table = Table(*_HEADINGS, title="Sources")
    for row in rows:
        table.add_row(*_cells(row), style="green" if row.right else "bold red")
    console.print(table)
    for row in rows:
        if not row.right:
            console.print(f"{row.source}: {row.message or row.verdict}", style="bold red", markup=False)
    console.print(summary(rows))


def summary(rows: Sequence[Row]) -> str:
    passed = sum(row.right for row in rows)
    return f"{many(len(rows), 'source')}: {passed} passed, {len(rows) - passed} did not"


def write(folder: Path, rows: Sequence[Row], also: Sequence[Path] = ()) -> None:
    """matrix.json and matrix.md in a folder, the former in more places."""
    text = json.dumps([{**asdict(row), "right": row.right} for row in rows], indent=2) + "\n"
    for path in (folder / "matrix.json", *also):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "matrix.md").write_text("\n".join(_page(rows)) + "\n")


def _page(rows: Sequence[Row]) -> Iterator[str]:
    yield from ("# Sources", "", f"{summary(rows)}.", "", _line(_HEADINGS), _line(["---"] * len(_HEADINGS)))
    yield from (_line(_cells(row)) for row in rows)
    for row in rows:
        yield from ("", f"## {row.source}", "", f"Compared: {', '.join(row.checks) or 'nothing'}.")
        if row.not_run:
            yield from ("", "Not run:", "", *(f"* {each}" for each in row.not_run))
        if row.message:
            yield from ("", "```text", row.message, "```")


def _cells(row: Row) -> tuple[str, ...]:
    verdict = row.verdict if row.code == 0 or row.verdict != "passed" else f"passed, exit code {row.code}"
    return (row.source, verdict, str(len(row.checks)), str(len(row.not_run)), f"{row.seconds:.1f} s")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
