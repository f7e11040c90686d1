"""Tells of a command without scenarios: one line per step, for people at a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from support.domain.finding import Report
from support.domain.migration import MachineProgress


class Printing:
    """Steps on standard error; what only a report could use is dropped."""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        sys.stderr.write(f"  {title}\n")
        yield

    def progress(self, machines: tuple[MachineProgress, ...]) -> None: ...

    def compared(self, report: Report) -> None: ...

    def measured(self, title: str, seconds: float) -> None: ...

    def warned(self, text: str) -> None: ...

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None: ...
