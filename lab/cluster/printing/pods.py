"""The columns of a Pod, whose status is put together from those of its containers."""

from datetime import datetime

from lab.cluster.printing.ages import age
from lab.cluster.printing.columns import AGE, NAME, Column, Object, Table, at, of, value

_OVER = ("Succeeded", "Failed")


def _started(pod: Object) -> list[Object]:
    return list(value(pod, "status.containerStatuses") or [])


def _ready(pod: Object) -> str:
    return f"{sum(map(_runs, _started(pod)))}/{len(value(pod, 'spec.containers') or [])}"


def _runs(container: Object) -> bool:
    return bool(container.get("ready")) and value(container, "state.terminated") is None


def _status(pod: Object) -> str:
    """What keeps the pod from being just in its phase: a container's reason, or that it goes."""
    phase = str(value(pod, "status.reason") or value(pod, "status.phase") or "")
    reason = _initializing(pod)
    if not reason:
        reasons = (_reason_of(item.get("state") or {}) for item in _started(pod))
        reason = next((found for found in reasons if found), phase)
    if reason == "Completed" and any(map(_runs, _started(pod))):
        reason = "Running" if value(pod, "status.?Ready") == "True" else "NotReady"
    going = "deletionTimestamp" in pod["metadata"] and value(pod, "status.phase") not in _OVER
    return "Terminating" if going else reason


def _initializing(pod: Object) -> str:
    """`Init:1/2` and the like while an init container is not through."""
    wanted = value(pod, "spec.initContainers") or []
    for done, item in enumerate(value(pod, "status.initContainerStatuses") or []):
        state = item.get("state") or {}
        if value(state, "terminated.exitCode") == 0:
            continue
        waiting = value(state, "waiting.reason")
        failed = _reason_of(state) if "terminated" in state else ""
        named = failed or (waiting if waiting and waiting != "PodInitializing" else "")
        return f"Init:{named or f'{done}/{len(wanted)}'}"
    return ""


def _reason_of(state: Object) -> str:
    for key in ("waiting", "terminated"):
        if reason := value(state, f"{key}.reason"):
            return str(reason)
    ended = state.get("terminated")
    if ended is None:
        return ""
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _restarts(pod: Object, now: datetime) -> str:
    times = sum(item.get("restartCount", 0) for item in _started(pod))
    stamps = [value(item, "lastState.terminated.finishedAt") for item in _started(pod)]
    last = max((stamp for stamp in stamps if stamp), default="")
    return f"{times} ({age(last, now)} ago)" if times and last else str(times)


def _gates(pod: Object) -> str:
    wanted = [str(item["conditionType"]) for item in value(pod, "spec.readinessGates") or []]
    passed = [name for name in wanted if value(pod, f"status.?{name}") == "True"]
    return f"{len(passed)}/{len(wanted)}" if wanted else "<none>"


PODS: Table = {
    "Pod": (
        NAME,
        Column("Ready", of(_ready)),
        Column("Status", of(_status)),
        Column("Restarts", _restarts),
        AGE,
        Column("IP", at("status.podIP", "<none>"), priority=1),
        Column("Node", at("spec.nodeName", "<none>"), priority=1),
        Column("Nominated Node", at("status.nominatedNodeName", "<none>"), priority=1),
        Column("Readiness Gates", of(_gates), priority=1),
    ),
}
