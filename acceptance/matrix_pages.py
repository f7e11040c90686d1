"""The sources of a matrix as one summary for people, and their results for the living documentation."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from acceptance.documentation import documented
from acceptance.matrix import Place, Row
from acceptance.merging import brought
from support.domain.errors import StartError
from support.evidence.living.page import FOLDER as LIVING
from support.evidence.living.page import INDEX
from support.evidence.results import RunRecord
from support.evidence.stored import FILE, store, stored
from support.evidence.summary.page import write_summary
from support.run.documenting import notes_of

_LINK = "all scenarios with their latest verdicts"


def write_pages(rows: Sequence[Row], place: Place, folder: Path) -> tuple[str, ...]:
    """Write both; returns what is amiss with them, which changes no verdict.

    Args:
        folder: where the runs that are kept lie, below the reports.
    """
    notes: list[str] = []
    records = dict(_records(rows, place, folder, notes))
    if not records:
        return tuple(notes)
    folder.mkdir(parents=True, exist_ok=True)
    for name, record in records.items():  # a source that is not among these keeps what was found out before
        store(record, folder, f"results-{name}.json")
    site = folder.parent / LIVING / INDEX
    write_summary([*records.values()], folder, {_LINK: site})
    notes += notes_of(lambda: documented(folder.parent))
    if not site.is_file():
        write_summary([*records.values()], folder, {})
    return tuple(notes)


def _records(rows: Sequence[Row], place: Place, folder: Path, notes: list[str]) -> Iterator[tuple[str, RunRecord]]:
    """By the folder's name of each source whose run came to its end; evidence lies where the run is kept, if it is."""
    for row in rows:
        reports = place.reports_of(row.source)
        for path in sorted(reports.glob(f"*/{FILE}")):
            try:
                yield reports.parent.name, brought(stored(path.parent), folder / reports.parent.name / path.parent.name)
            except StartError as error:
                notes.append(str(error))
