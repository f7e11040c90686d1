"""`acceptance doctor`: the verdicts as a table and as JSON, and the exit code."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from support.domain.diagnosis import Diagnosis, Grade
from support.evidence.pages.page import many
from support.run.doctor.consulting import consult

EXIT_FIT, EXIT_BLOCKED = 0, 1
_STYLES = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.BLOCKER: "bold red"}
STANDARD_OUTPUT = "-"


def examine(tags: Sequence[str], defines: Mapping[str, str], json_file: str | None) -> int:
    """Print what was found; returns the exit code. Raises StartError for a selection that is none."""
    found = consult(tags, defines)
    document = json.dumps(as_data(found), indent=2) + "\n"
    if json_file == STANDARD_OUTPUT:
        sys.stdout.write(document)
    else:
        _show(Console(), found)
        if json_file is not None:
            Path(json_file).write_text(document)
    return EXIT_BLOCKED if _count(found, Grade.BLOCKER) else EXIT_FIT


def as_data(found: Sequence[Diagnosis]) -> dict[str, object]:
    """The same for programs; `fit` is whether a run would start."""
    lines = [
        {"subject": each.subject, "verdict": each.grade.value, "told": each.told, "advice": each.advice}
        for each in found
    ]
    return {"fit": not _count(found, Grade.BLOCKER), "lines": lines}


def summary(found: Sequence[Diagnosis]) -> str:
    blockers, warnings = _count(found, Grade.BLOCKER), _count(found, Grade.WARNING)
    verdict = "a run would not start" if blockers else "a run can start"
    return f"{many(len(found), 'item')}, {many(blockers, 'blocker')}, {many(warnings, 'warning')}: {verdict}"


def _show(console: Console, found: Sequence[Diagnosis]) -> None:
    table = Table("verdict", "what", "found", title="Doctor", show_lines=False)
    for each in found:
        told = Text(each.told)
        if each.advice:
            told.append(f"\n→ {each.advice}", style="italic")
        table.add_row(Text(each.grade.value, style=_STYLES[each.grade]), Text(each.subject), told)
    console.print(table)
    console.print(summary(found), markup=False)


def _count(found: Sequence[Diagnosis], grade: Grade) -> int:
    return sum(each.grade is grade for each in found)
