"""What looking into MTV's inventory has in common for all sources: waits, and places in the order of their use."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import tenacity

from support.adapters.inventory.service import NotYet
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.source import Place

Value = TypeVar("Value")
Found = Mapping[str, Any]

PAUSE = 0.5
"""Seconds between two looks. The service's own pace is the collector's, which is seconds (forklift.md 5.9)."""


class Look:
    """One wait for the inventory, which tells nobody of its changes in a way that outlives a reload."""

    def __init__(self, subject: str, wanted: str, budget: str, seconds: float) -> None:
        self._subject = subject
        self._wanted = wanted
        self._budget = budget
        self._seconds = seconds

    def until(self, look: Callable[[], Value], pause: float) -> Value:
        """Look again after each NotYet. Raises WaitTimeout that carries the last one."""
        started = time.monotonic()
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(NotYet),
            stop=tenacity.stop_after_delay(self._seconds),
            wait=tenacity.wait_fixed(pause),
            reraise=True,
        )
        try:
            return again(look)
        except NotYet as last:
            raise WaitTimeout(
                subject=self._subject,
                wanted=self._wanted,
                budget=self._budget,
                seconds=self._seconds,
                last_seen=str(last),
                age=max(0.0, time.monotonic() - started - self._seconds),
            ) from last


def places(ids: Iterable[str], known: Mapping[str, Found]) -> tuple[Place, ...]:
    """Places in the order of first use. Raises ClusterError for an id that no collection explains."""
    unique = list(dict.fromkeys(ids))
    unknown = [each for each in unique if each not in known]
    if unknown:
        raise ClusterError(f"MTV's inventory refers to {', '.join(unknown)} but does not list it")
    found = [known[each] for each in unique]
    # By id after all: two keys may lead to the same network.
    return tuple({each["id"]: Place(id=str(each["id"]), name=str(each["name"])) for each in found}.values())
