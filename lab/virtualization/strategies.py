"""Run strategies: what a machine wants of its instance now."""

from enum import Enum

from lab.cluster.store import Object
from lab.virtualization.anatomy import phase_of, uid_of

FINAL = ("Succeeded", "Failed")


class Wish(Enum):
    NOTHING = "nothing"
    START = "start"
    STOP = "stop"


def strategy_of(machine: Object) -> str:
    """`spec.runStrategy`, or what the deprecated `spec.running` means."""
    spec = machine["spec"]
    if "runStrategy" in spec:
        return str(spec["runStrategy"])
    return "Always" if spec.get("running") else "Halted"


def requests_of(machine: Object) -> list[Object]:
    """State changes that the start, stop and restart endpoints have queued."""
    return list((machine.get("status") or {}).get("stateChangeRequests") or [])


def wish(machine: Object, instance: Object | None) -> Wish:
    """What to do next; KubeVirt acts on one thing at a time."""
    actions = requests_of(machine)
    if instance is None:
        return _without(machine, start=any(item["action"] == "Start" for item in actions))
    stop = any(item["action"] == "Stop" and item.get("uid") == uid_of(instance) for item in actions)
    return _with(strategy_of(machine), phase_of(instance), stop=stop)


def _without(machine: Object, *, start: bool) -> Wish:
    strategy = strategy_of(machine)
    known = (machine.get("status") or {}).get("runStrategy", "")
    fresh = strategy == "RerunOnFailure" and known != strategy
    wanted = strategy in ("Always", "Once") or start or fresh
    return Wish.START if wanted else Wish.NOTHING


def _with(strategy: str, phase: str, *, stop: bool) -> Wish:
    ended = {
        "Always": phase in FINAL,
        "RerunOnFailure": phase in FINAL,
        "Halted": True,
    }
    return Wish.STOP if stop or ended.get(strategy, False) else Wish.NOTHING


def left_over(machine: Object, instance: Object | None) -> list[Object]:
    """The requests that are not fulfilled yet."""
    left = []
    for item in requests_of(machine):
        if item["action"] == "Stop" and instance is not None and item.get("uid") == uid_of(instance):
            left.append(item)
        if item["action"] == "Start" and (instance is None or _stopping(machine, instance)):
            left.append(item)
    return left


def _stopping(machine: Object, instance: Object) -> bool:
    stops = (item.get("uid") for item in requests_of(machine) if item["action"] == "Stop")
    return uid_of(instance) in stops or "deletionTimestamp" in instance["metadata"]
