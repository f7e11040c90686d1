"""Standard streams whose reader went away (`behave | head`) must not take verdict, teardown or exit code with them."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener

_MARK = "outlives_its_reader"


def outlive_readers(config: Configuration) -> None:
    """From now on neither standard output nor standard error can end this process, whoever writes to them."""
    if sys.stdout is None:
        _stand_in(config)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not hasattr(stream, _MARK):
            _mend(stream)


def _mend(stream: TextIO) -> None:
    """In place: Behave's reporters and formatters hold this very object by now."""
    for name in ("write", "flush"):
        setattr(stream, name, _forgiving(stream, getattr(stream, name)))
    setattr(stream, _MARK, True)


def _forgiving(stream: TextIO, call: Callable[..., object]) -> Callable[..., object]:
    def forgiving(*given: object) -> object:
        try:
            return call(*given)
        except OSError:
            _send_nowhere(stream)
            return None

    return forgiving


def _send_nowhere(stream: TextIO) -> None:
    """What is buffered goes there too, or Python would complain of it at exit and leave with 120."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _stand_in(config: Configuration) -> None:
    """Python has no standard output at all when it was closed by the shell (`>&-`), and Behave takes that badly."""
    sys.stdout = nowhere = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    config.outputs = [each if each.name or each.stream else StreamOpener(stream=nowhere) for each in config.outputs]
    for reporter in config.reporters:
        if getattr(reporter, "stream", nowhere) is None:
            reporter.stream = nowhere
