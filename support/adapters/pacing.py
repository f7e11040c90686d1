"""Waiting for systems that announce nothing: looked at again and again, at a pace, until a budget ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity
from tenacity.wait import wait_base

from support.domain.errors import WaitTimeout

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PacedWait:
    """A wait with the words of its failure.

    Attributes:
        budget: name of the setting that the seconds come from.
        not_yet: raised by a look that should be repeated; its text says what was seen instead.
        pace: seconds between two looks.
    """

    subject: str
    wanted: str
    budget: str
    seconds: float
    not_yet: type[Exception]
    pace: wait_base

    def until(self, look: Callable[[], Value]) -> Value:
        """Look at least once, and again after each `not_yet`. Raises WaitTimeout that carries the last one."""
        started = time.monotonic()
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(self.not_yet),
            stop=tenacity.stop_after_delay(self.seconds),
            wait=self.pace,
            reraise=True,
        )
        try:
            return again(look)
        except self.not_yet as last:
            raise WaitTimeout(
                subject=self.subject,
                wanted=self.wanted,
                budget=self.budget,
                seconds=self.seconds,
                last_seen=str(last),
                age=max(0.0, time.monotonic() - started - self.seconds),
            ) from last
