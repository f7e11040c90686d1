"""The folder of one run below the reports: journal, log, results, and the lock that says the run still lives."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from filelock import FileLock, Timeout

from support.domain.errors import StartError
from support.domain.names import RunId

_ABOUT = "run.json"
_SHOWN = 5
"""How many runs an error lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """Paths of one run; everything a run writes lies below `path`."""

    run: RunId
    path: Path

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def own_journal(self) -> Path:
        """This process's own file in it."""
        return self.journal / f"{os.getpid()}.jsonl"

    @property
    def log(self) -> Path:
        return self.path / "run.log"

    def log_of(self, label: str) -> Path:
        """Log of the worker that ran one scenario."""
        return self.path / "workers" / f"{label.replace(':', '-')}.log"

    @property
    def lab(self) -> Path:
        return self.path / "lab"

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"

    def drop_temporary(self) -> None:
        """Remove the temporary files, among which a login for a helper program may be."""
        shutil.rmtree(self.temporary, ignore_errors=True)

    def keep_log(self, reason: str) -> None:
        """Of a run that could not start its logs stay, with the reason, and what says that there was one."""
        with self.log.open("a") as log:
            log.write(f"{reason}\n")
        for path in sorted(self.path.rglob("*"), reverse=True):
            if path.is_dir():
                with suppress(OSError):  # a log lies in it
                    path.rmdir()
            elif path.name != _ABOUT and (path.suffix != ".log" or not path.stat().st_size):
                path.unlink()

    def lock(self) -> FileLock:
        """Held as long as the run's process lives, however it dies."""
        return FileLock(self.path / "lock", mode=0o600)

    def about(self) -> dict[str, str]:
        """Settings the run was started with, without secrets; empty when the run died before it wrote them."""
        path = self.path / _ABOUT
        try:
            content = json.loads(path.read_text()) if path.exists() else {}
        except (OSError, ValueError) as error:
            raise StartError(f"{path}: expected JSON as the run wrote it, found {error}; remove the file") from error
        settings = content.get("settings", {}) if isinstance(content, dict) else None
        if not isinstance(settings, dict):
            raise StartError(f"{path}: expected JSON as the run wrote it, found no settings; remove the file")
        return {str(key): str(value) for key, value in settings.items()}


def make_folder(reports: Path, run: RunId, settings: Mapping[str, str]) -> RunFolder:
    """Make the folder of a new run; raises StartError when the place cannot be written to."""
    folder = RunFolder(run=run, path=(reports / run).absolute())
    try:
        folder.temporary.mkdir(mode=0o700, parents=True)
        about = {"run": run, "started": datetime.now(UTC).isoformat(timespec="seconds"), "settings": dict(settings)}
        descriptor = os.open(folder.path / _ABOUT, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(about, file, indent=2)
    except OSError as error:
        raise StartError(
            f"setting reports_dir: cannot write to {folder.path}: {error.strerror}; name a folder to write to"
        ) from error
    return folder


def find_folder(reports: Path, named: str) -> RunFolder:
    """Folder of an earlier run by run id or by path; StartError names near ones and the latest."""
    for path in (Path(named), reports / named):
        if (path / "journal").is_dir() or (path / _ABOUT).is_file():
            return RunFolder(run=RunId(path.absolute().name), path=path.absolute())
    raise StartError(f"no run {named!r}: expected a run id below {reports} or a run's folder; {_known(reports, named)}")


def _known(reports: Path, named: str) -> str:
    """Runs that were perhaps meant: those of a like name, then the latest."""
    by_age = sorted(reports.glob(f"*/{_ABOUT}"), key=lambda path: path.stat().st_mtime, reverse=True)
    runs = [path.parent.name for path in by_age]
    if not runs:
        return "there are none"
    shown = list(dict.fromkeys([*get_close_matches(named, runs, cutoff=0.8), *runs[:_SHOWN]]))
    more = len(runs) - len(shown)
    return f"there are: {', '.join(shown)}" + (f" and {more} more" if more else "")


def take(lock: FileLock, run: RunId) -> None:
    """Take the lock of a run; raises StartError when its process still lives."""
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StartError(f"run {run} is still going on (its lock is held); wait for it or stop it first") from error
