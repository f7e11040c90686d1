"""The `matrix` command: which sources on which lab, where their runs go, and what its exit code says."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from acceptance.defining import MatrixSettings
from acceptance.matrix import LONGEST_SECONDS, PROFILES, SPEED, Place, Row, rows
from acceptance.matrix_pages import write_pages
from acceptance.matrix_report import show, write
from acceptance.processes import difference_of_lab, lab_up


def run(names: Sequence[str], jobs: int, json_file: Path | None, settings: MatrixSettings) -> int:
    """Run the scenario for each source and report; returns the exit code."""
    profiles = tuple(dict.fromkeys(names)) or PROFILES
    with TemporaryDirectory(prefix="matrix-") as folder, _place(Path(folder), settings) as place:
        if place is None:
            Console(stderr=True).print("the lab did not start", style="bold red")
            return 2
        found = _told(profiles, place, jobs)
        found = _kept(found, place, settings.reports / "matrix")
        notes = write_pages(found, place, settings.reports / "matrix")
        left = difference_of_lab(place.lab) if settings.lab is None and place.lab is not None else ""
    show(Console(), found)
    for note in notes:
        Console(stderr=True).print(f"note: {note}", markup=False)
    if left:
        Console(stderr=True).print(f"left over on the lab:\n{left}", style="bold red", markup=False)
    write(settings.reports, found, [json_file] if json_file else [])
    return 0 if all(row.right for row in found) and not left else 1


@contextmanager
def _place(folder: Path, settings: MatrixSettings) -> Iterator[Place | None]:
    """A lab of its own unless one is named, or a cluster; None when the lab does not start."""
    if not settings.on_lab:
        yield Place(folder=folder, defines=settings.defines)
    elif settings.lab is not None:
        yield Place(folder=folder, lab=settings.lab, defines=settings.defines, seconds=LONGEST_SECONDS)
    else:
        lab = folder / "lab"
        with lab_up(lab, "--speed", settings.lab_speed or SPEED) as started:
            ready = Place(folder=folder, lab=lab, defines=settings.defines, seconds=LONGEST_SECONDS)
            yield ready if started else None


def _told(profiles: Sequence[str], place: Place, jobs: int) -> list[Row]:
    console, found = Console(stderr=True), []
    for row in rows(profiles, place, jobs):
        found.append(row)
        console.print(f"{row.source}: {row.verdict}", markup=False)
    return found


def _kept(found: Sequence[Row], place: Place, folder: Path) -> list[Row]:
    """The runs of sources that did not pass, whose messages say where they are now; others are not worth the space."""
    for run in folder.glob("*/"):  # files beside them are the last results of each source
        shutil.rmtree(run, ignore_errors=True)
    return [row if row.right else _moved(row, place.reports_of(row.source), folder) for row in found]


def _moved(row: Row, reports: Path, folder: Path) -> Row:
    kept = folder / reports.parent.name
    if any(reports.iterdir()):
        shutil.copytree(reports, kept, symlinks=True)
    return replace(row, message=row.message.replace(str(reports), str(kept)))
