"""The processes that a drill starts: labs of its own, and the suite as a user runs it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

_ROOT = Path(__file__).parents[1]
_LAB = (sys.executable, "-m", "lab")
_RUNS: set[subprocess.Popen[str]] = set()
"""Runs of the suite that have not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run of the suite: its exit code, None when it took too long, and what it said."""

    code: int | None
    said: str


@contextmanager
def lab_up(folder: Path, *options: str) -> Iterator[bool]:
    """A lab that ends with the block, and with this process however that ends; False when it did not start."""
    command = [*_LAB, "up", "--dir", str(folder), "--until-eof", *options]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process with pipes has none")
        try:
            yield any(line.strip() == "ready" for line in process.stdout)
        finally:
            process.stdin.close()


def refusal_of_lab(folder: Path, *options: str) -> str:
    """What a lab that is started with these options says against it; empty when it starts."""
    command = [*_LAB, "up", "--dir", str(folder), "--until-eof", *options]
    done = subprocess.run(command, cwd=_ROOT, input="", capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    return "" if done.returncode == 0 else done.stderr.strip()


def difference_of_lab(folder: Path) -> str:
    """What is not as it was when the lab was ready; empty when all is."""
    command = [*_LAB, "diff", "--dir", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()


def behave(
    chosen: Sequence[str], defines: Mapping[str, str], seconds: float | None, secrets: Mapping[str, str] | None = None
) -> Ended:
    """Run the suite; `chosen` are the arguments that choose scenarios, `secrets` environment variables.

    `seconds`: how long it may take; None for as long as it wants.
    """
    given = [*chosen, *(f"-D{key}={value}" for key, value in defines.items())]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "behave", *given],
        cwd=_ROOT,
        env={**os.environ, **(secrets or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _RUNS.add(process)
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Ended(code=None, said=f"the suite did not end within {seconds:g} s")
    finally:
        _RUNS.discard(process)
    return Ended(code=process.returncode, said=said)


def end_runs_with_us() -> None:
    """Let SIGTERM reach the runs of the suite that were started here, which then tear down as for Ctrl-C."""
    signal.signal(signal.SIGTERM, _end_runs)


def _end_runs(number: int, _frame: FrameType | None) -> None:
    for process in tuple(_RUNS):
        process.terminate()
    sys.exit(128 + number)


def results_in(reports: Path) -> list[dict[str, Any]]:
    """One result per scenario, as Allure has it; one that never began has no steps."""
    found = sorted((reports / "allure-results").glob("*-result.json"))
    return [{"steps": [], **json.loads(path.read_text())} for path in found]
