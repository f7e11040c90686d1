"""Waiting for an engine, which has no request that lasts until something changes: looks, ever less often."""

from dataclasses import dataclass

import tenacity
from tenacity.wait import wait_base

from support.adapters.pacing import PacedWait

_FIRST, _LONGEST = 0.1, 2.0
"""Seconds between two looks: at first, and after a while."""
_PACE = tenacity.wait_exponential(multiplier=_FIRST, max=_LONGEST)


class NotYet(Exception):
    """What was wanted is not there; the text says what was seen instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(PacedWait):
    """As any other, at the pace of an engine."""

    budget: str = "source_task"
    not_yet: type[Exception] = NotYet
    pace: wait_base = _PACE
