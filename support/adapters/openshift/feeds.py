"""Latest states for the suite's waits: any number of feeds share one list-and-watch loop per kind and namespace."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.chronicle import Chronicle
from support.adapters.openshift.watching import Loop, Pace
from support.domain.names import ObjectRef
from support.ports.cluster import Feed

State = TypeVar("State")
Shape = Callable[[Mapping[str, Object]], State | None]


class _Shaped(Generic[State]):
    """A Feed: a loop's objects in the shape somebody waits for; only a change of the shape is news.

    The shape is made in the waiter's thread, so what it raises comes out of the wait.
    """

    def __init__(self, loop: Loop, shape: Shape[State]) -> None:
        self._loop = loop
        self._shape = shape
        self._lock = threading.Lock()
        self._seen = -1
        self._state: State | None = None
        self._version = 0

    def latest(self) -> State | None:
        with self._lock:
            self._refresh()
            if self._loop.error is not None:
                raise self._loop.error
            return self._state

    def version(self) -> int:
        with self._lock:
            self._refresh()
            return self._version

    def await_change(self, seen: int, seconds: float) -> int:
        deadline = time.monotonic() + seconds
        while True:
            at = self._loop.version()
            version = self.version()
            left = deadline - time.monotonic()
            if version != seen or left <= 0 or self._loop.ended:
                return version
            self._loop.wait(at, left)

    def _refresh(self) -> None:
        at = self._loop.version()
        if at == self._seen:
            return
        self._seen = at
        if self._loop.error is not None:
            # News, too: `latest` raises what ended the loop.
            self._version += 1
            return
        self._seen, objects = self._loop.look()
        if objects is None:
            return
        state = self._shape(objects)
        # The first list is news even if it shows nothing: whoever waits for an absence has it.
        if state != self._state or self._version == 0:
            self._state = state
            self._version += 1


class Feeds:
    """All feeds of one connection; `chronicle` remembers in words what their watches saw."""

    def __init__(self, api: Api, pace: Pace | None = None) -> None:
        self.api = api
        self.chronicle = Chronicle()
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        self._loops: dict[tuple[str, str], Loop] = {}

    def follow(self, kind: str, namespace: str, shape: Shape[State]) -> Feed[State]:
        """Feed of what `shape` makes of all objects of a kind, by name.

        Args:
            namespace: "" for cluster-scoped kinds, or for all namespaces; then the keys are "namespace/name".
            shape: called with every change, never before the first list; None means "does not exist".

        Raises ClusterError when the cluster has no such kind.
        """
        loop = self._loop_of(kind, namespace)
        return _Shaped(loop, shape)

    def follow_one(self, ref: ObjectRef, shape: Callable[[Object], State]) -> Feed[State]:
        """Feed of one object; None while it does not exist."""

        def pick(objects: Mapping[str, Object]) -> State | None:
            found = objects.get(ref.name)
            return None if found is None else shape(found)

        return self.follow(ref.kind, ref.namespace, pick)

    def close(self) -> None:
        """Stop all loops; whoever still waits on one of their feeds gets a ClusterError."""
        with self._lock:
            loops = list(self._loops.values())
            self._loops.clear()
        for loop in loops:
            loop.close()

    def _loop_of(self, kind: str, namespace: str) -> Loop:
        found = self.api.kind(kind)
        place = (f"{found.plural}.{found.group}", namespace if found.namespaced else "")
        with self._lock:
            loop = self._loops.get(place)
            # One that gave up is not handed out again: whoever follows anew deserves a new attempt.
            if loop is None or loop.ended:
                loop = self._loops[place] = Loop(self.api, found, place[1], self._pace, self.chronicle.saw)
                loop.start()
            return loop
