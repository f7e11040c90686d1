"""One worker process as its employer sees it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from support.run.parallel.messages import Errand, Line, Told

_MODULE = "support.run.parallel.worker"
_KEPT_BACK = ("MTV_", "COPYOFFLOAD_")
"""Settings may be among them, and secrets among those: a worker gets them by its pipe alone."""
_TAIL = 4000
_END_SECONDS = 10.0
"""For what Python does after the last message."""


class WorkerProcess:
    """Lives in a session of its own, so that Ctrl-C at the terminal reaches the run alone, and dies with the run."""

    def __init__(self, errand: Errand, temporary: Path) -> None:
        self.errand = errand
        self.told: Told | None = None
        self._output = temporary / f"worker-{errand.label.replace(':', '-')}.out"
        self.connection, theirs = _pipe()
        with self._output.open("wb") as output, theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", _MODULE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=_environment(os.environ, temporary),
            )
        with suppress(OSError):  # it may be dead already; then its silence is what is reported
            self.connection.send(errand)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def label(self) -> str:
        return self.errand.label

    def hear(self) -> Line | None:
        """Take one message; raises EOFError when the process has nothing more to say, because it ended."""
        try:
            message = self.connection.recv()
        except OSError as error:  # cut off within a message
            raise EOFError from error
        if isinstance(message, Told):
            self.told = message
            return None
        return message if isinstance(message, Line) else None

    def interrupt(self, number: int) -> None:
        """By a signal, after which it cleans up its scenario and tells what came of it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def end(self) -> str:
        """Wait for the end, take down what it may have left running, and say how it ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.connection.close()
        code = self._process.wait()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def last_words(self) -> str:
        """End of what it wrote to its standard streams; not cleaned of secrets."""
        return self._output.read_text(errors="replace").strip()[-_TAIL:]


def _pipe() -> tuple["Connection[Errand, Any]", "Connection[Any, Errand]"]:
    ours, theirs = Pipe(duplex=True)
    return ours, theirs


def _environment(environ: Mapping[str, str], temporary: Path) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith(_KEPT_BACK)}
    return {**kept, "TMPDIR": str(temporary)}
