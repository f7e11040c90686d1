"""Waiting for a machine of the source, by the watches of its cluster."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from support.domain.errors import WaitTimeout
from support.ports.cluster import Feed

State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait with the words of its failure; `budget` is the name of the setting that the seconds come from."""

    subject: str
    wanted: str
    seconds: float
    budget: str = "source_task"

    def until(self, feed: Feed[State], want: Callable[[State], bool]) -> None:
        """Until a state is as wanted; `want` may raise what ends the wait. Raises WaitTimeout with what was seen."""
        deadline = time.monotonic() + self.seconds
        while True:
            version, state = feed.version(), feed.latest()
            if state is not None and want(state):
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise self.late("nothing" if state is None else str(state))
            feed.await_change(version, left)

    def late(self, seen: str) -> WaitTimeout:
        """Its failure."""
        return WaitTimeout(
            subject=self.subject, wanted=self.wanted, budget=self.budget, seconds=self.seconds, last_seen=seen, age=0
        )
