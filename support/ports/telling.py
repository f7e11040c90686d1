"""How the workflow tells people what happens; reports and progress views listen."""

from contextlib import AbstractContextManager
from typing import Protocol

from support.domain.finding import Report
from support.domain.migration import MachineProgress


class Tells(Protocol):
    def step(self, title: str) -> AbstractContextManager[None]:
        """A sub-step of the sentence that runs now."""
        ...

    def progress(self, machines: tuple[MachineProgress, ...]) -> None:
        """A migration moved on."""
        ...

    def compared(self, report: Report) -> None: ...

    def measured(self, title: str, seconds: float) -> None:
        """A duration worth keeping; the report says so where it is that of a simulation."""
        ...

    def warned(self, text: str) -> None:
        """What people should know when they read the verdict, which it does not change."""
        ...

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None: ...
