"""Waiting on vCenter's own updates: one filter on a collector of its own, no polling."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.adapters.vsphere.faults import GONE, TRANSPORT
from support.adapters.vsphere.reading import moid
from support.adapters.vsphere.sdk import vmodl
from support.adapters.vsphere.session import Session

Seen = dict[str, dict[str, Any]]
"""Values by object id and property path; unset ones are absent."""

_Collector = vmodl.query.PropertyCollector
_STALE = (GONE, vmodl.query.InvalidCollectorVersion)
_LONGEST_WAIT = 20.0
"""Seconds of one request; well below the request's own time-out."""


@dataclass(slots=True)
class Sight:
    """What was last seen, whether it was what was wanted, and how old it is in seconds."""

    seen: Seen = field(default_factory=dict)
    reached: bool = False
    changed: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        return time.monotonic() - self.changed


def until(
    session: Session, refs: Sequence[Any], paths: Sequence[str], done: Callable[[Seen], bool], seconds: float
) -> Sight:
    """Follow the objects until `done` or until the seconds are over; looks at least once.

    Raises ManagedObjectNotFound when one of the objects is gone. A renewed login starts a new filter.
    """
    sight = Sight()
    deadline = time.monotonic() + seconds
    while True:
        generation = session.generation
        try:
            for seen in _updates(session, refs, paths, deadline):
                sight = Sight(seen, done(seen))
                if sight.reached:
                    break
            return sight
        except _STALE:
            if session.generation == generation:
                raise


def _updates(session: Session, refs: Sequence[Any], paths: Sequence[str], deadline: float) -> Iterator[Seen]:
    collector = session.content.propertyCollector.CreatePropertyCollector()
    try:
        # Whole properties, not parts of them: a change of one NIC's address resends all of guest.net.
        collector.CreateFilter(_filter(refs, paths), partialUpdates=False)
        yield from _changes(collector, deadline)
    finally:
        _destroy(collector)


def _changes(collector: Any, deadline: float) -> Iterator[Seen]:
    seen: Seen = {}
    version, left = "", deadline - time.monotonic()
    while True:
        wait = math.ceil(max(0.0, min(left, _LONGEST_WAIT)))
        update = collector.WaitForUpdatesEx(version, _Collector.WaitOptions(maxWaitSeconds=wait))
        if update is not None:
            version = update.version
            _apply(update, seen)
            if not update.truncated:
                yield seen
        left = deadline - time.monotonic()
        if left <= 0:
            return


def _filter(refs: Sequence[Any], paths: Sequence[str]) -> Any:
    return _Collector.FilterSpec(
        objectSet=[_Collector.ObjectSpec(obj=ref, skip=False) for ref in refs],
        propSet=[_Collector.PropertySpec(type=type(refs[0]), pathSet=list(paths), all=False)],
    )


def _apply(update: Any, seen: Seen) -> None:
    for filtered in update.filterSet or ():
        for change in filtered.objectSet or ():
            if change.kind == "leave":
                raise GONE(obj=change.obj)
            values = seen.setdefault(moid(change.obj), {})
            for each in change.changeSet or ():
                if each.val is None:
                    values.pop(each.name, None)
                else:
                    values[each.name] = each.val


def _destroy(collector: Any) -> None:
    """Filters go with their collector; one of an ended session is gone already."""
    try:
        collector.DestroyPropertyCollector()
    except (vmodl.MethodFault, *TRANSPORT):
        return
