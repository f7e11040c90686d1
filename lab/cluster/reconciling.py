"""Controllers: loops that look at an object again whenever something they watch has changed."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lab.cluster.refusals import Refused
from lab.cluster.store import Object, Store

_LOG = logging.getLogger(__name__)
_FIRST_RETRY, _LAST_RETRY = 0.05, 5.0
"""Seconds; each failure in a row doubles the pause."""


class Ref(NamedTuple):
    """An object to look at; the namespace of a cluster-scoped one is empty."""

    kind: str
    namespace: str
    name: str


class Reconciler(Protocol):
    """Brings the world of one object to what its specification says."""

    watches: tuple[str, ...]

    def refs(self, obj: Object) -> Iterable[Ref]:
        """What to look at when this object of a watched kind was added, changed or deleted."""
        ...

    async def reconcile(self, ref: Ref) -> float | None:
        """One visit; returns the seconds of wall time after which it wants to look again by itself."""
        ...


@dataclass(slots=True)
class _Loop:
    """One reconciler at work: never two visits of the same object at once, different objects side by side."""

    store: Store
    reconciler: Reconciler
    errors: list[str]
    _visits: dict[Ref, asyncio.Task[float | None]] = field(default_factory=dict)
    _again: set[Ref] = field(default_factory=set)
    _timers: dict[Ref, asyncio.TimerHandle] = field(default_factory=dict)
    _failures: dict[Ref, int] = field(default_factory=dict)
    _closed: bool = False

    async def run(self) -> None:
        async for event in self.store.subscribe(*self.reconciler.watches):
            try:
                for ref in self.reconciler.refs(event.object):
                    self._enqueue(ref)
            except Exception as error:  # noqa: BLE001 - one odd object must not end the loop
                self._complain(f"refs of {event.object['kind']} {event.object['metadata']['name']}", error)

    def close(self) -> list[asyncio.Task[float | None]]:
        """Stop visiting; returns what is still being cancelled."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        visits = list(self._visits.values())
        for visit in visits:
            visit.cancel()
        return visits

    def _enqueue(self, ref: Ref) -> None:
        timer = self._timers.pop(ref, None)
        if timer is not None:
            timer.cancel()
        if self._closed:
            return
        if ref in self._visits:
            self._again.add(ref)
            return
        visit = asyncio.ensure_future(self.reconciler.reconcile(ref))
        self._visits[ref] = visit
        visit.add_done_callback(lambda done: self._done(ref, done))

    def _done(self, ref: Ref, visit: asyncio.Task[float | None]) -> None:
        self._visits.pop(ref, None)
        if visit.cancelled() or self._closed:
            return
        error = visit.exception()
        pause = self._failed(ref, error) if error is not None else visit.result()
        if error is None:
            self._failures.pop(ref, None)
        if ref in self._again:
            self._again.discard(ref)
            self._enqueue(ref)
        elif pause is not None:
            self._timers[ref] = asyncio.get_running_loop().call_later(pause, self._enqueue, ref)

    def _failed(self, ref: Ref, error: BaseException) -> float:
        failures = self._failures.get(ref, 0)
        self._failures[ref] = failures + 1
        if isinstance(error, Refused) and error.code in (401, 403, 409):
            # somebody else was faster, the namespace goes away, a token has expired: part of a controller's life
            _LOG.info("%s: %s", ref, error)
        else:
            self._complain(f"reconcile {ref.kind} {ref.namespace}/{ref.name}", error)
        return float(min(_LAST_RETRY, _FIRST_RETRY * 2.0 ** min(failures, 10)))

    def _complain(self, where: str, error: BaseException) -> None:
        what = f"{type(self.reconciler).__name__}: {where}: {error!r}"
        self.errors.append(what)
        _LOG.error("%s", what, exc_info=error)


class Controllers:
    """A set of reconcilers on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.errors: list[str] = []
        """Every unexpected error of a reconciler; a test that ends with some has found a defect of the lab."""
        self._loops: list[_Loop] = []
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, reconciler: Reconciler) -> None:
        """Before `start`."""
        self._loops.append(_Loop(self._store, reconciler, self.errors))

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(loop.run()) for loop in self._loops]

    async def stop(self) -> None:
        """Cancel everything and wait until it has seen it."""
        ending: list[asyncio.Task[None] | asyncio.Task[float | None]] = list(self._tasks)
        for task in self._tasks:
            task.cancel()
        for loop in self._loops:
            ending += loop.close()
        if ending:
            await asyncio.wait(ending, timeout=2)
