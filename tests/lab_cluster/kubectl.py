"""kubectl as its makers ship it, against a lab that runs as a process of its own."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.drills.running_lab import RunningLab, running_lab

PROGRAM = shutil.which("kubectl")
REQUIRED = os.environ.get("REQUIRE_FOREIGN_CLIENTS") == "1"
"""Set by CI: there, a kubectl that is missing is a failure and no reason to skip."""

Object = dict[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Kubectl:
    """Runs commands with the lab's own kubeconfig; `folder` is for files and kubectl's cache."""

    lab: RunningLab
    folder: Path
    kubeconfig: str = "kubeconfig"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that goes on, such as a watch; the caller ends it."""
        return subprocess.Popen(
            self._command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment(),
        )

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A command that ends, however it ends."""
        return subprocess.run(
            self._command(*arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self._environment(),
        )

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """Standard output of a command that must succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def refused(self, *arguments: str, stdin: str = "") -> str:
        """Standard error of a command that must fail."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode != 0, f"kubectl {' '.join(arguments)} did not fail: {done.stdout}"
        return done.stderr

    def table(self, *arguments: str) -> list[dict[str, str]]:
        """Rows of `get` by the titles above them; cells end where the next title begins."""
        head, *lines = self("get", *arguments).splitlines()
        starts = [title.start() for title in re.finditer(r"\S+( \S+)*", head)]
        spans = list(zip(starts, [*starts[1:], None], strict=True))
        return [{head[a:b].strip(): line[a:b].strip() for a, b in spans} for line in lines]

    def object(self, *arguments: str) -> Object:
        found: Object = json.loads(self("get", *arguments, "-o", "json"))
        return found

    def apply(self, *objects: Object) -> str:
        """`apply -f -`, client-side."""
        return self("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def _command(self, *arguments: str) -> list[str]:
        assert PROGRAM is not None
        return [PROGRAM, "--cache-dir", str(self.folder / "cache"), *arguments]

    def _environment(self) -> dict[str, str]:
        return os.environ | {"KUBECONFIG": str(self.lab.folder / self.kubeconfig), "HOME": str(self.folder)}


def first_line(process: subprocess.Popen[str], containing: str) -> str:
    """The next line of a command that goes on which contains a text; the test's own timeout ends the wait."""
    assert process.stdout is not None
    for line in process.stdout:
        if containing in line:
            return line
    raise AssertionError(f"the command ended before it said {containing!r}: {process.communicate()}")


def soon(check: Callable[[], Result], seconds: float = 20) -> Result:
    """What a check returns, once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s; last seen {found!r}"
        time.sleep(0.1)
    return found


@contextmanager
def driven_lab(folder: Path, *options: str) -> Iterator[Kubectl]:
    """A lab with a kubectl for it; skips, or fails in CI, where there is none."""
    if PROGRAM is None:
        assert not REQUIRED, "kubectl is missing, and REQUIRE_FOREIGN_CLIENTS=1 says that it must not be"
        pytest.skip("no kubectl on PATH")
    with running_lab(folder / "lab", "--speed", "40", *options) as lab:
        yield Kubectl(lab, folder)


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """kubectl for a lab of the module's own."""
    with driven_lab(tmp_path_factory.mktemp("kubectl")) as ready:
        yield ready
