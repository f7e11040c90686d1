"""A clock that moves only when somebody waits, and feeds whose states are what the world is like just now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass
class Clock:
    """Seconds; whatever is due happens one by one, each time somebody waits."""

    now: float = 0.0
    due: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += seconds
        if self.due:
            self.due.pop(0)()


@dataclass
class Live(Generic[State]):
    """Looks again at each question."""

    look: Callable[[], State | None]
    clock: Clock
    changes: int = 0

    def latest(self) -> State | None:
        return self.look()

    def version(self) -> int:
        return self.changes

    def await_change(self, seen: int, seconds: float) -> int:
        before = self.look()
        self.clock.tick(seconds)
        if self.look() != before:
            self.changes += 1
        return self.changes
