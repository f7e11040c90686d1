"""Writing the status of Forklift's objects: once at the end of a pass, only when it changed, with its events."""

from collections.abc import Iterable, Sequence

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.conditions import CRITICAL, ERROR, WARN, Condition, conditions_of, staged
from lab.virtualization.anatomy import name_of, namespace_of, uid_of
from lab.virtualization.events import record


def report(
    lab: Lab, obj: Object, wanted: Sequence[Condition], fields: Object | None = None, *, dropped: Iterable[str] = ()
) -> Object:
    """Write conditions and fields; a field given as None goes away. Returns the object as it is now."""
    now = staged(conditions_of(obj), wanted, lab.clock.stamp(), dropped=dropped)
    return write(lab, obj, {**(fields or {}), "conditions": now})


def write(lab: Lab, obj: Object, fields: Object) -> Object:
    """Merge fields into the status of the object, if it is still the same one, and tell changed conditions."""
    key = (obj["kind"], namespace_of(obj), name_of(obj))
    current = lab.store.get(*key)
    if current is None or uid_of(current) != uid_of(obj):
        return obj
    before: Object = current.get("status") or {}
    merged = {**before, "observedGeneration": obj["metadata"].get("generation", 1), **fields}
    status = {name: value for name, value in merged.items() if value is not None}
    if status == before:
        return current
    written = lab.store.set_status(*key, status)
    _tell(lab, current, before.get("conditions") or [], status.get("conditions") or [])
    return written if written is not None else current


def _tell(lab: Lab, subject: Object, before: Sequence[Object], after: Sequence[Object]) -> None:
    """One event per added, changed or removed condition (facts/forklift.md 0.3)."""
    old, new = ({item["type"]: item for item in items} for items in (before, after))
    for type_ in [*new, *(gone for gone in old if gone not in new)]:
        if old.get(type_) != new.get(type_):
            _emit(lab, subject, new.get(type_) or old[type_])


def _emit(lab: Lab, subject: Object, condition: Object) -> None:
    told = {
        "type": "Warning" if condition.get("category") in (CRITICAL, ERROR, WARN) else "Normal",
        "reason": condition["type"],
        "message": str(condition.get("message", "")),
        "source": {"component": str(subject["kind"]).lower()},
    }
    record(lab, subject, told, retold=True)
