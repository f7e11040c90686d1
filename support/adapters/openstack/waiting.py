"""Waiting for a cloud, which tells nobody of its changes: looked at again and again until a budget ends."""

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from support.adapters.pacing import PacedWait
from support.domain.errors import SourceError

Value = TypeVar("Value")

BUDGET = "source_task"
_FIRST, _LONGEST = 0.1, 2.0
"""Seconds between two looks: at first, and after a while."""
_PACE = tenacity.wait_exponential(multiplier=_FIRST, exp_base=1.5, max=_LONGEST)


class NotYet(SourceError):
    """It is not as wanted now but may be a moment later; says what was seen."""


def left(deadline: float) -> float:
    """Seconds until a deadline of the monotonic clock, never none at all."""
    return max(1.0, deadline - time.monotonic())


def until(look: Callable[[], Value], subject: str, wanted: str, seconds: float) -> Value:
    """Look again after each NotYet. Raises WaitTimeout that carries the last one."""
    wait = PacedWait(subject=subject, wanted=wanted, budget=BUDGET, seconds=seconds, not_yet=NotYet, pace=_PACE)
    return wait.until(look)
