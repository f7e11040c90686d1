"""Wall time for everything on the wire, scaled durations for emulated work."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

FLOOR = 0.03
"""Seconds; no phase is shorter, so that a watcher can see each one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One finished piece of emulated work; seconds on the monotonic clock."""

    owner: str
    what: str
    start: float
    end: float


@dataclass(slots=True)
class Clock:
    """`speed` divides the duration of emulated work; timestamps, expiries and time-outs are never scaled."""

    speed: float = 1.0
    spans: list[Span] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def stamp(self) -> str:
        """RFC 3339 with whole seconds, as Kubernetes writes it."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def scaled(self, seconds: float) -> float:
        return max(FLOOR, seconds / self.speed)

    async def work(self, seconds: float, *, owner: str, what: str) -> None:
        """Let `seconds` of emulated work pass and remember them for the critical path of `owner`."""
        with self.span(owner, what):
            await asyncio.sleep(self.scaled(seconds))

    @contextmanager
    def span(self, owner: str, what: str) -> Iterator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self.spans.append(Span(owner=owner, what=what, start=start, end=time.monotonic()))
