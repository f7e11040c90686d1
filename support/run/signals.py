"""SIGINT and SIGTERM: the first one lets the run clean up, the second one leaves at once with the way back.

The journal needs no care for that: each record is on the disk before the deed is done.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

EXIT_INTERRUPTED = 130
_SENDERS = {
    signal.SIGINT: "SIGINT, as Ctrl-C sends it",
    signal.SIGTERM: "SIGTERM, as kill, CI systems and Kubernetes send it",
}


class Signals:
    """Handlers of one run; SIGTERM too, which Behave would simply die of (facts/behave.md 1.9)."""

    def __init__(self, farewell: str, ending: str = "") -> None:
        """What people are told.

        Args:
            farewell: by the second signal, and beforehand by the first: how to finish what it leaves undone.
            ending: by the first one: what is still done, and what a second one costs.
        """
        self._farewell = farewell
        self._ending = ending
        self._shields = 0
        self._held_back = False
        self._heard = False
        self._first: signal.Signals | None = None

    @property
    def interrupted(self) -> bool:
        return self._first is not None

    @property
    def number(self) -> signal.Signals:
        """The signal that came first; that of Ctrl-C where none did."""
        return self._first or signal.SIGINT

    @property
    def ended_by(self) -> str:
        """Who ended the run, in words for its reports; empty when nobody did."""
        return f"interrupted by {_SENDERS[self._first]}" if self._first is not None else ""

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle both signals inside the block and put the former handlers back."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """A first signal inside the block interrupts at its end: what tears down must not be torn."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
        if self._held_back and not self._shields:
            self._held_back = False
            raise KeyboardInterrupt(self.ended_by)

    def heed(self) -> None:
        """Interrupt again what goes on after the first signal, because the exception was lost on its way.

        pyVmomi drops whatever is raised while it makes an object, and Python itself what is raised in a destructor.
        """
        at_work = threading.current_thread() is threading.main_thread() and not _unwinding()
        if self.interrupted and at_work and not self._shields and not self._heard:
            raise KeyboardInterrupt(self.ended_by)

    def heard(self) -> None:
        """What the signal interrupts has ended: what follows is the clearing up."""
        self._heard = self.interrupted

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            self._say(f"\nLeft at once. {self._farewell}\n")
            os._exit(EXIT_INTERRUPTED)
        self._first = signal.Signals(number)
        told = " ".join(part for part in (self._ending, self._farewell) if part)
        self._say(f"\n{self._first.name}: {told}\n")
        if not self._shields:
            raise KeyboardInterrupt(self.ended_by)
        self._held_back = True

    @staticmethod
    def _say(text: str) -> None:
        with suppress(OSError):  # its reader may have gone, and a handler must do what it is for
            os.write(2, text.encode())  # neither Python's buffers nor Behave's capture may stand in between


def _unwinding() -> bool:
    """Whether an interruption is on its way up, and this is called by what is done on that way."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
