"""Conditions keep the time of their last change of status; everything else about them may be rewritten."""

from collections.abc import Iterable
from dataclasses import dataclass

from lab.cluster.store import Object


@dataclass(frozen=True, slots=True)
class Condition:
    type: str
    status: bool
    reason: str = ""
    message: str = ""


def merged(before: Iterable[Object], wanted: Iterable[Condition], stamp: str) -> list[Object]:
    """The wanted conditions in order; those whose status is as before keep their lastTransitionTime."""
    old = {item["type"]: item for item in before}
    return [_written(item, old.get(item.type), stamp) for item in wanted]


def _written(item: Condition, old: Object | None, stamp: str) -> Object:
    status = "True" if item.status else "False"
    since = old["lastTransitionTime"] if old is not None and old["status"] == status else stamp
    written: Object = {"type": item.type, "status": status, "lastTransitionTime": since}
    if item.reason:
        written["reason"] = item.reason
    if item.message:
        written["message"] = item.message
    return written
