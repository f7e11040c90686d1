"""`acceptance cleanup`: takes up a dead run where it ended, with the settings it was started with."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.domain.errors import StartError, SuiteError
from support.domain.leftover import Leftover
from support.evidence.redaction import Redactor
from support.run.folder import RunFolder, find_folder, take
from support.run.logs import logging_to
from support.run.resources_file import read_resources
from support.run.settings import Settings, load_settings
from support.run.target import choose_target
from support.run.telling import Printing
from support.run.wiring import wire
from support.workflow.journalling import read_journals
from support.workflow.ports_in_use import Ports
from support.workflow.removal.cleanup import finish
from support.workflow.removal.inventoried import finish_inventoried

EXIT_CLEAN, EXIT_LEFTOVERS, EXIT_COULD_NOT_LOOK = 0, 1, 2


def clean(named: str, defines: Mapping[str, str]) -> int:
    """Remove what is left of a run; returns the exit code and prints one line per finding."""
    try:
        return _clean(named, defines)
    except SuiteError as error:
        print(f"cannot clean up {named}: {error}", file=sys.stderr)  # noqa: T201 - the command's own answer
        return EXIT_COULD_NOT_LOOK


def _clean(named: str, defines: Mapping[str, str]) -> int:
    if Path(named).is_file():
        return _clean_listed(Path(named), defines)
    folder = find_folder(load_reports_dir(defines), named)
    # What the run was started with counts less than what is given now.
    settings = load_settings(defines, folder.about(), os.environ)
    lock = folder.lock()
    take(lock, folder.run)
    try:
        if settings.starts_lab:
            return _end_own_lab(folder)
        return _finish(settings, folder, lambda ports: finish(ports, folder.run, read_journals(folder.journal)))
    finally:
        folder.drop_temporary()
        lock.release()


def _clean_listed(path: Path, defines: Mapping[str, str]) -> int:
    """A list of names says neither which cluster it speaks of nor how to log in: that has to be given now."""
    settings = load_settings(defines, {}, os.environ)
    if settings.starts_lab:
        raise StartError(f"{path} does not say where its run was, expected the settings of a cluster, or lab")
    listed = read_resources(path, settings.target_namespace_prefix)
    own, folder = (
        RunFolder(run=listed.run, path=(settings.reports_dir / name).absolute())
        for name in (listed.run, f"cleanup-{listed.run}")
    )
    folder.temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A run of this suite that still lives must not be cleaned away under its feet.
    lock = (own if own.path.is_dir() else folder).lock()
    take(lock, folder.run)
    try:
        return _finish(
            settings, folder, lambda ports: finish_inventoried(ports, listed.run, listed.objects, listed.on_source)
        )
    finally:
        folder.drop_temporary()
        lock.release()


def load_reports_dir(defines: Mapping[str, str]) -> Path:
    """Where runs are, before their own settings can be read."""
    known = {key: value for key, value in defines.items() if key == "reports_dir"}
    environ = {key: value for key, value in os.environ.items() if key == "MTV_REPORTS_DIR"}
    return load_settings(known, {}, environ).reports_dir


def _end_own_lab(folder: RunFolder) -> int:
    """A lab of the run's own held everything the run made, and went with it."""
    command = [sys.executable, "-m", "lab", "down", "--dir", str(folder.lab)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own module
    _say(f"{folder.run} ran on an embedded lab of its own: {(done.stdout or done.stderr).strip()}")
    return EXIT_CLEAN if done.returncode == 0 else EXIT_COULD_NOT_LOOK


def _finish(settings: Settings, folder: RunFolder, remove: Callable[[Ports], Sequence[Leftover]]) -> int:
    redactor = Redactor()
    with logging_to(folder.log, settings.log_level, redactor):
        wired = wire(choose_target(settings, folder.lab), folder, Printing(), redactor)
        try:
            leftovers = remove(wired.ports)
        finally:
            wired.close()
    for leftover in leftovers:
        _say(f"left over: {leftover}")
    _say(f"{folder.run}: {len(leftovers)} left over" if leftovers else f"{folder.run}: nothing is left")
    return EXIT_LEFTOVERS if leftovers else EXIT_CLEAN


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the command's own answer
