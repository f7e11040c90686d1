"""Waiting for a cloud, which tells nobody of its changes: looked at again and again until a budget ends."""

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from support.domain.errors import SourceError, WaitTimeout

Value = TypeVar("Value")

BUDGET = "source_task"
_FIRST, _LONGEST = 0.1, 2.0
"""Seconds between two looks: at first, and after a while."""


class NotYet(SourceError):
    """It is not as wanted now but may be a moment later; says what was seen."""


def left(deadline: float) -> float:
    """Seconds until a deadline of the monotonic clock, never none at all."""
    return max(1.0, deadline - time.monotonic())


def until(look: Callable[[], Value], subject: str, wanted: str, seconds: float) -> Value:
    """Look again after each NotYet. Raises WaitTimeout that carries the last one."""
    started = time.monotonic()
    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(NotYet),
        stop=tenacity.stop_after_delay(seconds),
        wait=tenacity.wait_exponential(multiplier=_FIRST, exp_base=1.5, max=_LONGEST),
        reraise=True,
    )
    try:
        return again(look)
    except NotYet as last:
        raise WaitTimeout(
            subject=subject,
            wanted=wanted,
            budget=BUDGET,
            seconds=seconds,
            last_seen=str(last),
            age=max(0.0, time.monotonic() - started - seconds),
        ) from last
