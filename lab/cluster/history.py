"""What happened to the stored objects, in order, so that a watch can begin anywhere that is not too long ago."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from weakref import WeakSet

from lab.cluster.refusals import expired

Object = dict[str, Any]
"""A Kubernetes object as JSON. What the store hands out is shared: read it, never change it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change; `previous` is the object before it, None for an addition."""

    type: Literal["ADDED", "MODIFIED", "DELETED"]
    object: Object
    previous: Object | None
    version: int


class Subscription:
    """Endless asynchronous iterator of the events of some kinds; it collects from the moment it is made."""

    def __init__(self, kinds: frozenset[str], waiting: Iterable[Event]) -> None:
        self._kinds = kinds
        self._waiting = deque(waiting)
        self._arrived = asyncio.Event()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Event:
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def offer(self, event: Event) -> None:
        if event.object["kind"] in self._kinds:
            self._waiting.append(event)
            self._arrived.set()


@dataclass(slots=True)
class History:
    """Bounded memory of events and everybody who listens; a listener that nobody holds any more is forgotten."""

    length: int
    _events: deque[Event] = field(default_factory=deque)
    _listeners: WeakSet[Subscription] = field(default_factory=WeakSet)
    forgotten: int = 0
    """Version of the newest event that is no longer remembered."""

    def add(self, event: Event) -> None:
        self._events.append(event)
        if len(self._events) > self.length:
            self.forgotten = self._events.popleft().version
        for listener in list(self._listeners):
            listener.offer(event)

    def subscribe(self, kinds: frozenset[str], existing: Iterable[Event]) -> Subscription:
        listener = Subscription(kinds, existing)
        self._listeners.add(listener)
        return listener

    def since(self, version: int, kinds: frozenset[str]) -> list[Event]:
        """Events after a version; raises Refused (410 Expired) when some of them are forgotten."""
        if version < self.forgotten:
            raise expired(version, self.forgotten)
        return [event for event in self._events if event.version > version and event.object["kind"] in kinds]

    def forget(self) -> None:
        """Drop everything, as a compaction of etcd does: older versions are too old from now on."""
        if self._events:
            self.forgotten = self._events[-1].version
            self._events.clear()
