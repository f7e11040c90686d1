"""Labs as processes of their own, and one lab in a thread whose state a test may change."""

import asyncio
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lab.kernel.service import Options
from lab.process.asking import ask
from lab.process.assembly import Assembly, new_lab

Result = TypeVar("Result")

SPEED = 40.0
READY_SECONDS = 30.0


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
        assert self.popen.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.popen.stdout, selectors.EVENT_READ)
            assert selector.select(READY_SECONDS), "the lab said nothing"
        line = self.popen.stdout.readline()
        assert line == "ready\n", f"the lab said {line!r} and {self.popen.stderr.read() if self.popen.stderr else ''}"

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


class Assembled:
    """A whole lab in a thread; `on_loop` runs something where the lab runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab = new_lab(folder, Options(speed=SPEED))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.assembly = Assembly(self.lab, asyncio.Event())

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.assembly.start(), self._loop).result(30)
        asyncio.run_coroutine_threadsafe(self.assembly.start_late(), self._loop).result(30)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.assembly.stop(), self._loop).result(30)
        asyncio.run_coroutine_threadsafe(_rest(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def on_loop(self, call: Callable[[], Result]) -> Result:
        async def run() -> Result:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def diff(self) -> dict[str, list[str]]:
        return ask(self.folder, "/diff")

    def settled(self, wanted: Callable[[dict[str, list[str]]], bool], seconds: float = 10) -> dict[str, list[str]]:
        """The first diff for which something holds, or the last one before time was up."""
        end = time.monotonic() + seconds
        while not wanted(found := self.diff()) and time.monotonic() < end:
            time.sleep(0.02)
        return found


async def _rest() -> None:
    """Let cancelled tasks see it."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=5)


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
