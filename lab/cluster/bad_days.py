"""Variations of the API server that are right but inconvenient, when the lab was started with one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.refusals import Refused, expired
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab

_SLOW_SECONDS = 0.05
_DROPPED_AFTER = 0.5
_BUSY_EVERY = 9
_EXPIRED_EVERY = 3


@dataclass(slots=True)
class BadDays:
    """Asked once per request for stored objects."""

    lab: Lab
    _reads: "count[int]" = field(default_factory=lambda: count(1))
    _resumed: "count[int]" = field(default_factory=lambda: count(1))

    async def begin(self, asked: Asked) -> None:
        """Take time, or raise Refused (503) for a reading."""
        if chosen(self.lab, Fault.API_SLOW):
            await asyncio.sleep(_SLOW_SECONDS)
        if asked.verb in ("get", "list") and chosen(self.lab, Fault.API_BUSY) and next(self._reads) % _BUSY_EVERY == 0:
            raise Refused(503, "ServiceUnavailable", "the server is currently unable to handle the request")

    def resume(self, asked: Asked) -> None:
        """Raise Refused (410) for a watch that goes on from a version, now and then."""
        goes_on = asked.verb == "watch" and asked.number("resourceVersion") > 0
        if goes_on and chosen(self.lab, Fault.WATCHES_EXPIRED) and next(self._resumed) % _EXPIRED_EVERY == 0:
            raise expired(asked.number("resourceVersion"), self.lab.store.version)

    def ordered(self, objects: Sequence[Object]) -> list[Object]:
        """Items of a list that is not paged, in the order in which they are told."""
        return list(reversed(objects)) if chosen(self.lab, Fault.LISTS_REVERSED) else list(objects)

    @property
    def longest_watch(self) -> float | None:
        """Seconds after which a watch ends whatever its client asked for."""
        return _DROPPED_AFTER if chosen(self.lab, Fault.WATCHES_DROPPED) else None
