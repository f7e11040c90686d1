"""Remembers what watches saw change, in words: for the timeline of a failure, not for any decision."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from support.adapters.openshift.readings import ref_of
from support.domain.evidence import Happening

Reading = Mapping[str, Any]
_NOTHING: Reading = {}
_LONGEST = 5000


class Chronicle:
    """Safe to be told by many watches at once; beyond a length the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: deque[Happening] = deque(maxlen=_LONGEST)

    def saw(self, before: Reading | None, after: Reading | None) -> None:
        """An object came (no before), changed or went (no after)."""
        known = after or before
        if known is None or "kind" not in known:
            return
        now, who = datetime.now(UTC), str(ref_of(known))
        told = [Happening(at=now, who=who, what=what) for what in differences(before, after)]
        with self._lock:
            self._seen.extend(told)

    def changes(self) -> Sequence[Happening]:
        with self._lock:
            return tuple(self._seen)


def differences(before: Reading | None, after: Reading | None) -> Iterator[str]:
    """What a person would say has changed; nothing for a change that only machines care about."""
    if after is None:
        yield "is gone"
        return
    if before is None:
        yield "appeared"
    before = before or _NOTHING
    if _meta(after).get("deletionTimestamp") and not _meta(before).get("deletionTimestamp"):
        yield "is being deleted"
    old, new = before.get("status") or _NOTHING, after.get("status") or _NOTHING
    for field in ("phase", "printableStatus"):
        if new.get(field) and new.get(field) != old.get(field):
            yield f"{field} {new[field]}"
    yield from _conditions(old, new, "")
    yield from _machines(old, new)
    yield from _containers(old, new)


def _conditions(old: Reading, new: Reading, whose: str) -> Iterator[str]:
    before, after = _standing(old), _standing(new)
    for kind, condition in after.items():
        if before.get(kind, _NOTHING).get("status") != condition.get("status"):
            said = ": ".join(str(condition[each]) for each in ("reason", "message") if condition.get(each))
            yield f"{whose}condition {kind} is {condition.get('status')}{f' ({said})' if said else ''}"
    for kind in before.keys() - after.keys():
        yield f"{whose}condition {kind} no longer stands"


def _standing(status: Reading) -> dict[str, Reading]:
    return {str(each.get("type")): each for each in status.get("conditions") or ()}


def _machines(old: Reading, new: Reading) -> Iterator[str]:
    """The pipelines of a Plan or Migration."""
    before = {each.get("id"): each for each in _moved(old)}
    for machine in _moved(new):
        known = before.get(machine.get("id"), _NOTHING)
        whose = f"{machine.get('name') or machine.get('id')}: "
        if machine.get("phase") != known.get("phase"):
            yield f"{whose}phase {machine.get('phase')}"
        yield from _steps(known, machine, whose)
        yield from _conditions(known, machine, whose)


def _moved(status: Reading) -> Sequence[Reading]:
    moved: Sequence[Reading] = (status.get("migration") or _NOTHING).get("vms") or status.get("vms") or ()
    return [each for each in moved if isinstance(each, Mapping)]


def _steps(old: Reading, new: Reading, whose: str) -> Iterator[str]:
    before = {each.get("name"): each for each in old.get("pipeline") or ()}
    for step in new.get("pipeline") or ():
        known = before.get(step.get("name"), _NOTHING)
        if step.get("phase") and step.get("phase") != known.get("phase"):
            yield f"{whose}step {step.get('name')} {step['phase']}"
        reasons = (step.get("error") or _NOTHING).get("reasons") or ()
        if reasons and not known.get("error"):
            yield f"{whose}step {step.get('name')} failed: {'; '.join(map(str, reasons))}"


def _containers(old: Reading, new: Reading) -> Iterator[str]:
    before = {each.get("name"): each for each in old.get("containerStatuses") or ()}
    for container in new.get("containerStatuses") or ():
        known, name = before.get(container.get("name"), _NOTHING), container.get("name")
        if container.get("restartCount", 0) > known.get("restartCount", 0):
            yield f"container {name} restarted"
        for how in ("waiting", "terminated"):
            now = (container.get("state") or _NOTHING).get(how)
            if now and now != (known.get("state") or _NOTHING).get(how):
                yield f"container {name} is {how}: {now.get('reason') or now.get('exitCode')}"


def _meta(obj: Reading) -> Reading:
    meta: Reading = obj.get("metadata") or _NOTHING
    return meta
