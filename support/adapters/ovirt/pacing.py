"""Waiting for an engine, which has no request that lasts until something changes: looks, ever less often."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from support.domain.errors import WaitTimeout

Value = TypeVar("Value")

_FIRST, _LONGEST = 0.1, 2.0
"""Seconds between two looks: at first, and after a while."""


class NotYet(Exception):
    """What was wanted is not there; the text says what was seen instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait with the words of its failure; `budget` is the name of the setting its seconds come from."""

    subject: str
    wanted: str
    seconds: float
    budget: str = "source_task"

    def until(self, look: Callable[[], Value]) -> Value:
        """Look again after each NotYet, at least once. Raises WaitTimeout that carries the last one."""
        started = time.monotonic()
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(NotYet),
            stop=tenacity.stop_after_delay(self.seconds),
            wait=tenacity.wait_exponential(multiplier=_FIRST, max=_LONGEST),
            reraise=True,
        )
        try:
            return again(look)
        except NotYet as last:
            raise WaitTimeout(
                subject=self.subject,
                wanted=self.wanted,
                budget=self.budget,
                seconds=self.seconds,
                last_seen=str(last),
                age=max(0.0, time.monotonic() - started - self.seconds),
            ) from last
