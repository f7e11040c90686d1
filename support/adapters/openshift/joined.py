"""Two feeds as one: a machine and its instance are watched by loops of their own."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from support.ports.cluster import Feed

First = TypeVar("First")
Second = TypeVar("Second")
State = TypeVar("State")

_TURN = 0.1
"""Longest blocking wait in seconds on the first feed before the second one is looked at."""


class Joined(Generic[First, Second, State]):
    """A Feed of what `shape` makes of two others; None until both were listed."""

    def __init__(self, first: Feed[First], second: Feed[Second], shape: Callable[[First, Second], State]) -> None:
        self._first = first
        self._second = second
        self._shape = shape

    def latest(self) -> State | None:
        first, second = self._first.latest(), self._second.latest()
        return None if first is None or second is None else self._shape(first, second)

    def version(self) -> int:
        """The sum: both only ever grow."""
        return self._first.version() + self._second.version()

    def await_change(self, seen: int, seconds: float) -> int:
        deadline = time.monotonic() + seconds
        while True:
            at = self._first.version()
            version = self.version()
            left = deadline - time.monotonic()
            if version != seen or left <= 0:
                return version
            self._first.await_change(at, min(left, _TURN))
