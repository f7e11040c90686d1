"""Starts the embedded lab as a child that ends with its parent; all the suite knows of it is how to start it."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from support.domain.errors import StartError

_READY = b"ready"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_TAIL = 2000
_EDGE = 200
"""Characters of a long line that are told from either end."""


class LabChild:
    """One `python -m lab up` below this process.

    The child lives until its standard input ends, which the kernel sees to even when this process is killed; it has a
    process group of its own, so that Ctrl-C at the terminal reaches only the run, which needs its lab to clean up.
    """

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self._folder = folder
        self._command = [sys.executable, "-m", "lab", "up", "--dir", str(folder), "--until-eof", *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready; raises StartError with the lab's own words when it does not come up."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module and checked settings
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,  # a line is read when it is there, never held back beside the next one
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        if not self._said_ready():
            self.stop()
            raise StartError(f"the embedded lab did not start: {self._last_words()} (see {self._log})")

    def stop(self) -> None:
        """End the lab; its state goes with it."""
        if self._process is None:
            return
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def _log(self) -> Path:
        return self._folder / "lab.log"

    def _said_ready(self) -> bool:
        process = self._process
        if process is None or process.stdout is None:
            return False
        deadline = time.monotonic() + _START_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            line = _line(process.stdout, left)
            if line is None or line.strip() == _READY:
                return line is not None
        return False

    def _last_words(self) -> str:
        text = self._log.read_text(errors="replace").strip()
        short = "\n".join(_shortened(line) for line in text.splitlines())
        return short[-_TAIL:] or f"nothing on standard error within {_START_SECONDS:g} s"


def _shortened(line: str) -> str:
    """What is wrong stands at a line's beginning or end; a list of all that would be right, in its middle."""
    return line if len(line) <= 2 * _EDGE else f"{line[:_EDGE]} [...] {line[-_EDGE:]}"


def _line(stream: IO[bytes], seconds: float) -> bytes | None:
    """The next line, empty when none came in time, None at the end of the stream."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        if not selector.select(seconds):
            return b""
    return stream.readline() or None
