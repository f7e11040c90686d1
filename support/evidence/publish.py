"""Writes the results of a run into its folder and points the well-known names at them, without a moment in between.

Earlier runs keep their folders; a run that dies while it writes leaves the names at the run before.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.evidence.allure_results import write_allure
from support.evidence.junit import write_junit
from support.evidence.living.page import FOLDER as LIVING
from support.evidence.living.page import INDEX
from support.evidence.results import RunFacts, RunRecord, ScenarioResult
from support.evidence.stored import store
from support.evidence.summary.page import HTML, MARKDOWN, write_summary

ALLURE, JUNIT = "allure-results", "junit"
JUNIT_FILE = "mtv-acceptance.xml"
_LOG = "run.log"


def publish(
    results: Sequence[ScenarioResult],
    facts: RunFacts,
    folder: Path,
    leftovers: Sequence[str] = (),
    document: Callable[[], object] | None = None,
) -> RunRecord:
    """Write all results into `folder`, the run's own below the reports, and swap the names beside it.

    Args:
        document: writes the living documentation from the results of all runs, so that the summary can lead to it.
    """
    record = RunRecord(facts=facts, results=tuple(results), leftovers=tuple(leftovers))
    folder.mkdir(parents=True, exist_ok=True)
    store(record, folder)
    if document is not None:
        document()
    publish_records([record], folder)
    return record


def publish_records(records: Sequence[RunRecord], folder: Path) -> None:
    """Write the reports of one run, or of several that are one to their readers."""
    allure, junit = _beginning(folder, ALLURE), _beginning(folder, JUNIT)
    write_allure(allure, records)
    write_junit(junit / JUNIT_FILE, records)
    for written, name in ((allure, ALLURE), (junit, JUNIT)):
        final = folder / name
        if final.exists():  # the same run published before; its first results are part of these
            shutil.rmtree(final)
        written.rename(final)
        _point(folder.parent / name, final)
    _summarize(records, folder)


def _summarize(records: Sequence[RunRecord], folder: Path) -> None:
    """Once in the folder and once beside it: links of a page are right in one place only."""
    links = _links(folder)
    write_summary(records, folder, links)
    part = folder / ".summary.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    write_summary(records, folder.parent, links, into=part)
    for name in (HTML, MARKDOWN):
        (part / name).replace(folder.parent / name)
    part.rmdir()


def _links(folder: Path) -> Mapping[str, Path]:
    known = {
        "results for Allure": folder / ALLURE,
        "results for CI": folder / JUNIT / JUNIT_FILE,
        "log of the run": folder / _LOG,
        "folder of the run": folder,
        "all scenarios with their latest verdicts": folder.parent / LIVING / INDEX,
    }
    return {name: path for name, path in known.items() if path.exists()}


def _beginning(folder: Path, name: str) -> Path:
    """Where results are written until they are complete; what an interrupted attempt left there goes."""
    path = folder / f".{name}.part"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def _point(name: Path, target: Path) -> None:
    """Make a relative link in one rename; a real folder of that name, made by other hands, is set aside and kept."""
    fresh = name.with_name(f".{name.name}.{target.parent.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, name.parent), target_is_directory=True)
    if name.is_dir() and not name.is_symlink():
        name.rename(_free(name))
    fresh.replace(name)


def _free(name: Path) -> Path:
    number = 1
    while (place := name.with_name(f"{name.name}.kept-{number}")).exists():
        number += 1
    return place
