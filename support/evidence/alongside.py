"""Shows scenarios that run beside each other: lines of all of them as they move on, each scenario whole at its end."""

import sys
from collections.abc import Sequence
from typing import TextIO

from behave.formatter.base import Formatter

from support.evidence.progress import ProgressView
from support.evidence.redaction import Redactor
from support.evidence.terminal import ForgivingStream


class Alongside:
    """Lines go to the real standard error, behind the label of their scenario; formatters show what has ended."""

    def __init__(self, formatters: Sequence[Formatter], redactor: Redactor, stream: TextIO | None = None) -> None:
        self._views = [view for view in formatters if isinstance(view, ProgressView)]
        self._redactor = redactor
        self._stream = ForgivingStream(stream or sys.__stderr__ or sys.stderr)

    def line(self, label: str, text: str) -> None:
        """Something moved on."""
        self._stream.write(f"{label} | {self._redactor.clean(text)}\n")
        self._stream.flush()

    def ended(self, label: str, verdict: str, text: str) -> None:
        """A scenario has come to its end; `text` is all there is to show of it."""
        self.line(label, verdict)
        for view in self._views:
            view.whole(text)
