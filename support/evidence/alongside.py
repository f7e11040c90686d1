"""Shows scenarios that run beside each other: lines of all of them as they move on, each scenario whole at its end."""

import sys
from collections.abc import Sequence
from itertools import cycle
from typing import TextIO, cast

from behave.formatter.base import Formatter
from rich.console import Console
from rich.text import Text

from support.evidence.progress import ProgressView
from support.evidence.redaction import Redactor
from support.evidence.terminal import ForgivingStream

_COLORS = ("cyan", "magenta", "green", "yellow", "blue", "red")


class Alongside:
    """Lines go to the real standard error, behind the label of their scenario; formatters show what has ended."""

    def __init__(
        self, formatters: Sequence[Formatter], redactor: Redactor, *, colored: bool = True, stream: TextIO | None = None
    ) -> None:
        self._views = [view for view in formatters if isinstance(view, ProgressView)]
        self._redactor = redactor
        out = ForgivingStream(stream or sys.__stderr__ or sys.stderr)
        self._console = Console(file=cast(TextIO, out), no_color=not colored or None, highlight=False, soft_wrap=True)
        self._colors = cycle(_COLORS)
        self._style: dict[str, str] = {}

    def line(self, label: str, text: str) -> None:
        """Something moved on."""
        if label not in self._style:
            self._style[label] = next(self._colors)
        width = max(map(len, self._style))
        self._console.print(Text.assemble((label.ljust(width), self._style[label]), " | ", self._redactor.clean(text)))

    def ended(self, label: str, verdict: str, text: str) -> None:
        """A scenario has come to its end; `text` is all there is to show of it."""
        self.line(label, verdict)
        for view in self._views:
            view.whole(self._redactor.clean(text))
