"""The history of a Plan: one entry, called a snapshot, per Migration that it has executed."""

from collections.abc import Iterable

from lab.cluster.store import Object
from lab.mtv.conditions import ADVISORY, Condition, put, types_of
from lab.mtv.plan_view import PlanView
from lab.virtualization.anatomy import name_of, namespace_of, uid_of

EXECUTING, SUCCEEDED, FAILED, CANCELED = "Executing", "Succeeded", "Failed", "Canceled"
DURABLE = (EXECUTING, SUCCEEDED, FAILED, CANCELED)
MESSAGES = {
    EXECUTING: "The plan is EXECUTING.",
    SUCCEEDED: "The plan execution has SUCCEEDED.",
    FAILED: "The plan execution has FAILED.",
    CANCELED: "The plan execution has been CANCELED.",
}
VM_MESSAGES = {
    SUCCEEDED: "The VM migration has SUCCEEDED.",
    FAILED: "The VM migration has FAILED.",
    CANCELED: "The migration has been canceled.",
}


def verdict(type_: str, *, reason: str = "", message: str = "") -> Condition:
    """One of the durable conditions of a Plan or a snapshot."""
    text = message or MESSAGES[type_]
    return Condition(type=type_, category=ADVISORY, message=text, reason=reason, durable=True)


def vm_verdict(type_: str, *, reason: str = "", message: str = "") -> Condition:
    """One of the durable conditions of a machine."""
    text = message or VM_MESSAGES[type_]
    return Condition(type=type_, category=ADVISORY, message=text, reason=reason, durable=True)


def new_snapshot(view: PlanView, migration: Object, stamp: str) -> Object:
    """An entry that has begun to execute (facts/forklift.md 2.1)."""
    return {
        "plan": mark(view.plan),
        "migration": mark(migration),
        "provider": {"source": mark(view.pair.source), "destination": mark(view.pair.destination)},
        "map": {"network": mark(view.networks), "storage": mark(view.storage)},
        "conditions": [verdict(EXECUTING).written(stamp)],
    }


def mark(obj: Object | None) -> Object:
    """What a snapshot remembers of an object."""
    if obj is None:
        return {}
    generation = obj["metadata"].get("generation", 1)
    return {"namespace": namespace_of(obj), "name": name_of(obj), "uid": uid_of(obj), "generation": generation}


def modified(view: PlanView, snapshot: Object) -> bool:
    """Whether something that the run stands on was changed, or from 2.12 on: replaced by another of its name."""
    pairs: Iterable[tuple[Object, Object | None]] = (
        (snapshot["plan"], view.plan),
        (snapshot["provider"]["source"], view.pair.source),
        (snapshot["provider"]["destination"], view.pair.destination),
        (snapshot["map"]["network"], view.networks),
        (snapshot["map"]["storage"], view.storage),
    )
    keys = ("uid", "generation") if view.toolkit.release.edits_cancel else ("uid",)
    known = ((before, mark(now)) for before, now in pairs if now is not None)
    return any(before.get(key) != now.get(key) for before, now in known for key in keys)


def active(state: Object) -> Object | None:
    """The snapshot that executes, if one does."""
    history = state.get("history") or []
    return history[-1] if history and EXECUTING in types_of(history[-1]["conditions"]) else None


def close(snapshot: Object, condition: Condition, stamp: str) -> None:
    """End a snapshot's execution with a verdict."""
    snapshot["conditions"] = [item for item in snapshot["conditions"] if item["type"] != EXECUTING]
    put(snapshot["conditions"], condition, stamp)


def durable_of(state: Object) -> list[Condition]:
    """What the last snapshot makes true of the Plan; a deleted Migration leaves no trace there (forklift.md 2.8)."""
    history = state.get("history") or []
    found = history[-1]["conditions"] if history else []
    return [
        verdict(item["type"], reason=item.get("reason", ""), message=item.get("message", ""))
        for item in found
        if item.get("reason") != "Deleted"
    ]
