"""SIGINT and SIGTERM: the first one lets the run clean up, the second one leaves at once with the way back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

EXIT_INTERRUPTED = 130


class Signals:
    """Handlers of one run; SIGTERM too, which Behave would simply die of (facts/behave.md 1.9)."""

    def __init__(self, farewell: str) -> None:
        """`farewell`: what the second signal prints, such as the cleanup command."""
        self._farewell = farewell
        self._shields = 0
        self._held_back = False
        self.interrupted = False

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
            raise KeyboardInterrupt

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            self._say(f"\nLeft at once. {self._farewell}\n")
            os._exit(EXIT_INTERRUPTED)
        self.interrupted = True
        name = signal.Signals(number).name
        self._say(f"\n{name}: cleaning up what the run made; once more leaves at once.\n")
        if not self._shields:
            raise KeyboardInterrupt
        self._held_back = True

    @staticmethod
    def _say(text: str) -> None:
        with suppress(OSError):  # its reader may have gone, and a handler must do what it is for
            os.write(2, text.encode())  # neither Python's buffers nor Behave's capture may stand in between
