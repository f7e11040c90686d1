"""Bookkeeping of a machine's pipeline in the Plan's status, with the awkward parts of facts/forklift.md 2.2."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.mtv.itineraries import Step

PENDING, RUNNING, COMPLETED = "Pending", "Running", "Completed"
_UNIT = {"unit": "MB"}


def built(steps: list[Step], disks: Sequence[tuple[str, int]]) -> list[Object]:
    """A pipeline nobody has begun; `disks` are names and MiB."""
    return [_step(step, disks) for step in steps]


def _step(step: Step, disks: Sequence[tuple[str, int]]) -> Object:
    tasks = [_task(name, total) for name, total in disks] if step.per_disk else []
    total = sum(task["progress"]["total"] for task in tasks) if step.per_disk else 1
    shown: Object = {
        "name": step.name,
        "description": step.description,
        "progress": {"completed": 0, "total": total},
    }
    if step.name != "Cutover":
        shown["phase"] = PENDING
    if step.per_disk:
        shown |= {"annotations": dict(_UNIT), "tasks": tasks}
    return shown


def _task(name: str, total: int) -> Object:
    """Tasks start without a phase."""
    return {"name": name, "progress": {"completed": 0, "total": total}, "annotations": dict(_UNIT)}


def step_named(vm: Object, name: str) -> Object | None:
    return next((step for step in vm["pipeline"] if step["name"] == name), None)


def begin(step: Object, stamp: str) -> None:
    """Once more Running when it comes back: its first `started` and `completed` stay."""
    step.setdefault("started", stamp)
    step["phase"] = RUNNING


def finish(step: Object, stamp: str) -> None:
    """Completed; the progress is not forced to its total."""
    step["completed"], step["phase"] = stamp, COMPLETED


def move(vm: Object, before: str, after: str, stamp: str) -> None:
    """Booking for a change of phase: before and after are names of steps, empty past the end."""
    if before == after:
        return
    old, new = step_named(vm, before), step_named(vm, after)
    if old is not None:
        finish(old, stamp)
    if new is not None:
        begin(new, stamp)


def fail(target: Object, phase: str, reason: str) -> None:
    """Add a reason to the error of a step or a machine."""
    error = target.setdefault("error", {"phase": phase, "reasons": []})
    if reason not in error["reasons"]:
        error["reasons"].append(reason)


def count(step: Object) -> None:
    """Progress and phase of a transfer step follow its tasks (facts/forklift.md 2.5)."""
    tasks = step.get("tasks") or []
    step["progress"] = {**step["progress"], "completed": sum(task["progress"]["completed"] for task in tasks)}
    phases = {task.get("phase") for task in tasks}
    if PENDING in phases:
        step["phase"] = PENDING
    elif phases <= {COMPLETED}:
        step["phase"] = COMPLETED
    else:
        step["phase"] = RUNNING


def mark(task: Object, phase: str, *, share: float, reason: str, stamp: str) -> None:
    """What is known of one disk: phase, share of its size, and why it waits or that it is done."""
    total = task["progress"]["total"]
    task["phase"], task["progress"] = phase, {"completed": int(total * share), "total": total}
    if reason:
        task["reason"] = reason
    else:
        task.pop("reason", None)
    if phase != PENDING:
        task.setdefault("started", stamp)
    if phase == COMPLETED:
        task.setdefault("completed", stamp)
