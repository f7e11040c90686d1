"""A lab of one drill's own, as a process, and the questions a judge asks it."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.lab_process import lab_process

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class RunningLab:
    folder: Path

    def endpoints(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / "endpoints.json").read_text())
        return found

    def ask(self, path: str) -> Any:
        """An answer of the control service."""
        endpoints = self.endpoints()
        request = urllib.request.Request(
            f"{endpoints['control']}{path}", headers={"Authorization": f"Bearer {endpoints['control_token']}"}
        )
        trust = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        with urllib.request.urlopen(request, timeout=30, context=trust) as answer:
            return json.load(answer)

    def state(self) -> dict[str, str]:
        """Every stored thing of every service with the hash of its content."""
        found: dict[str, str] = self.ask("/state")
        return found

    def tasks_under_way(self) -> list[str]:
        """Tasks on the source that have not ended."""
        return [path for path in self.diff()["added"] if path.startswith("vcenter/task")]

    def diff(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.ask("/diff")
        return found


@contextmanager
def running_lab(folder: Path, *options: str) -> Iterator[RunningLab]:
    """A lab that ends with the block, and with this process however that ends."""
    with lab_process(folder, *options):
        yield RunningLab(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return f"{self.out}{self.err}"


def behave(*arguments: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """Start the suite as a user does, in a process group of its own."""
    return subprocess.Popen(
        [str(BIN / "behave"), *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], seconds: float = 120) -> Finished:
    """The end of a run; one that is not at its end in time does not live on in a lab that others use."""
    try:
        out, err = process.communicate(timeout=seconds)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    return Finished(code=process.returncode, out=out, err=err)


def acceptance(*arguments: str, seconds: float = 120) -> Finished:
    done = subprocess.run(
        [str(BIN / "acceptance"), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )
    return Finished(code=done.returncode, out=done.stdout, err=done.stderr)


def run_ids(reports: Path) -> Sequence[str]:
    """Ids of the runs below a reports folder."""
    return sorted(path.name for path in reports.glob("auto-*"))
