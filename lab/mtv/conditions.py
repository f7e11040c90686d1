"""Conditions in Forklift's own shape: with a category, present when they hold and absent otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass

from lab.cluster.store import Object

CRITICAL, ERROR, WARN, REQUIRED, ADVISORY = "Critical", "Error", "Warn", "Required", "Advisory"
READY = "Ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition that holds (facts/forklift.md 0.3)."""

    type: str
    category: str
    message: str
    reason: str = ""
    items: tuple[str, ...] = ()
    durable: bool = False

    def written(self, stamp: str) -> Object:
        optional = {"reason": self.reason, "items": list(self.items), "durable": self.durable}
        shown: Object = {
            "type": self.type,
            "status": "True",
            "category": self.category,
            "message": self.message,
            "lastTransitionTime": stamp,
        }
        return shown | {key: value for key, value in optional.items() if value}


def staged(
    before: Iterable[Object], wanted: Iterable[Condition], stamp: str, *, dropped: Iterable[str] = ()
) -> list[Object]:
    """The wanted conditions after the durable ones that nobody dropped; unchanged ones keep their time."""
    old = list(before)
    fresh = {condition.type: condition.written(stamp) for condition in wanted}
    lost = set(dropped)
    kept = [item for item in old if item.get("durable") and item["type"] not in lost and item["type"] not in fresh]
    return kept + [_timed(item, old) for item in fresh.values()]


def _timed(item: Object, old: Iterable[Object]) -> Object:
    """`lastTransitionTime` moves only with the content."""
    for former in old:
        if former["type"] == item["type"] and former | {"lastTransitionTime": ""} == item | {"lastTransitionTime": ""}:
            return former
    return item


def put(conditions: list[Object], condition: Condition, stamp: str) -> None:
    """Set one condition among others in place."""
    written = _timed(condition.written(stamp), conditions)
    conditions[:] = [item for item in conditions if item["type"] != condition.type] + [written]


def drop(conditions: list[Object], *types: str) -> None:
    conditions[:] = [item for item in conditions if item["type"] not in types]


def types_of(conditions: Iterable[Object]) -> set[str]:
    return {str(item["type"]) for item in conditions}


def conditions_of(obj: Object) -> list[Object]:
    return list((obj.get("status") or {}).get("conditions") or [])


def has(obj: Object, *types: str) -> bool:
    """Whether one of these conditions holds on the object."""
    return bool(types_of(conditions_of(obj)) & set(types))


def blockers(conditions: Iterable[Condition]) -> list[Condition]:
    """Whatever keeps an object from being Ready."""
    return [item for item in conditions if item.category in (CRITICAL, ERROR)]
