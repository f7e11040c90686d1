"""The only module of the suite that waits: a named budget, a stop for lost causes, and the last thing seen."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from support.domain.budget import Budgets
from support.domain.errors import SuiteError, WaitTimeout
from support.ports.cluster import Feed
from support.workflow.seen import short

State = TypeVar("State")
Value = TypeVar("Value")
Clock = Callable[[], float]
"""Monotonic seconds."""

_NAP = 1.0
"""Longest sleep in seconds: a stop may depend on time alone, and a key press wants an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What is waited for and how long: `wanted` completes "<subject> is not ..."; seconds come from the budget.

    `since`: the reading of the clock that they count from, where several waits share their time; else the wait's begin.
    """

    subject: str
    wanted: str
    budget: str
    seconds: float
    since: float | None = None


def patience(budgets: Budgets, budget: str, subject: str, wanted: str) -> Patience:
    """Patience with the seconds of a budget; an unknown budget name is an AttributeError."""
    return Patience(subject=subject, wanted=wanted, budget=budget, seconds=getattr(budgets, budget))


def until(
    feed: Feed[State],
    want: Callable[[State], Value | None],
    how: Patience,
    stop: Callable[[State], None] | None = None,
    clock: Clock = time.monotonic,
) -> Value:
    """Wait until `want` makes something of the latest state; None means not yet.

    Args:
        stop: raises the domain error when the wanted state can no longer come; asked at least every second.

    Raises WaitTimeout, SuiteError when the watched thing is deleted meanwhile, and what feed or stop raise.
    """
    changed = clock()
    started = changed if how.since is None else how.since
    last: State | None = None
    while True:
        version = feed.version()
        state = feed.latest()
        if state is not None:
            last = state
            value = want(state)
            if value is not None:
                return value
            if stop is not None:
                stop(state)
        elif last is not None:
            raise SuiteError(f"{how.subject}: deleted by somebody before it was {how.wanted}; last seen {short(last)}")
        now = clock()
        left = how.seconds - (now - started)
        if left <= 0:
            raise _timeout(how, last, now - changed)
        if feed.await_change(version, min(left, _NAP)) != version:
            changed = clock()


def _timeout(how: Patience, last: object, age: float) -> WaitTimeout:
    seen = "nothing" if last is None else short(last)
    return WaitTimeout(
        subject=how.subject, wanted=how.wanted, budget=how.budget, seconds=how.seconds, last_seen=seen, age=age
    )


class Standing:
    """Since when each of several things has been true without a break."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def longest(self, holding: Iterable[str]) -> float | None:
        """Note what holds now; seconds the oldest of it has been holding, None when nothing does."""
        now = self._clock()
        self._since = {name: self._since.get(name, now) for name in holding}
        return max((now - since for since in self._since.values()), default=None)
