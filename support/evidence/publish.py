"""Writes the results of a run into its folder and points the well-known names at them, without a moment in between.

Earlier runs keep their folders; a run that dies while it writes leaves the names at the run before.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from support.evidence.allure_results import write_allure
from support.evidence.junit import write_junit
from support.evidence.results import RunFacts, ScenarioResult

ALLURE, JUNIT = "allure-results", "junit"
_JUNIT_FILE = "mtv-acceptance.xml"


def publish(results: Sequence[ScenarioResult], facts: RunFacts, folder: Path) -> None:
    """Write all results into `folder`, the run's own below the reports, and swap the names beside it."""
    allure, junit = _beginning(folder, ALLURE), _beginning(folder, JUNIT)
    write_allure(allure, results, facts)
    write_junit(junit / _JUNIT_FILE, results, facts)
    for written, name in ((allure, ALLURE), (junit, JUNIT)):
        final = folder / name
        if final.exists():  # the same run published before; its first results are part of these
            shutil.rmtree(final)
        written.rename(final)
        _point(folder.parent / name, final)


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
