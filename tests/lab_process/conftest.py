"""Labs as processes of their own, and one lab in a thread whose state a test may change."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kernel.service import Options
from lab.process.asking import ask
from lab.process.assembly import Assembly
from tests.harness.lab_in_thread import LabInThread
from tests.harness.lab_process import wait_ready

SPEED = 40.0


def lab(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one lab command to its end."""
    command = [sys.executable, "-m", "lab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


class Process:
    """One `lab up`, ready."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "lab", "up", "--dir", str(folder), "--speed", str(SPEED), *options]
        self.popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_ready(self) -> None:
        wait_ready(self.popen)

    def endpoints(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "endpoints.json").read_text())
        return found

    def ended(self, seconds: float = 10) -> int:
        return self.popen.wait(seconds)

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                pipe.close()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts labs and ends what a test left running."""
    started: list[Process] = []

    def begin(folder: Path | None = None, *options: str) -> Process:
        process = Process(folder or tmp_path / "lab", *options)
        started.append(process)
        process.wait_ready()
        return process

    yield begin
    for process in started:
        process.close()


class Assembled(LabInThread):
    """A whole lab."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Options(speed=SPEED), [])
        self.folder = folder
        self.assembly = Assembly(self.lab, asyncio.Event())

    def start(self) -> None:
        super().start()
        self.wait_for(self.assembly.start())
        self.wait_for(self.assembly.start_late())

    def stop(self) -> None:
        self.wait_for(self.assembly.stop())
        super().stop()

    def diff(self) -> dict[str, list[str]]:
        return ask(self.folder, "/diff")

    def settled(self, wanted: Callable[[dict[str, list[str]]], bool], seconds: float = 10) -> dict[str, list[str]]:
        """The first diff for which something holds, or the last one before time was up."""
        end = time.monotonic() + seconds
        while not wanted(found := self.diff()) and time.monotonic() < end:
            time.sleep(0.02)
        return found


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembled]:
    running = Assembled(tmp_path_factory.mktemp("assembled"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def run_lab() -> Callable[..., subprocess.CompletedProcess[str]]:
    return lab


@pytest.fixture(autouse=True)
def _quiet_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setitem(os.environ, "PYTHONUNBUFFERED", "1")
