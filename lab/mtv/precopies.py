"""What is kept of each copy of a warm migration, and when the next one is due (facts/forklift.md 2.6)."""

from datetime import timedelta

from lab.cluster.store import Object
from lab.mtv.pipeline import COMPLETED, RUNNING
from lab.mtv.vm_run import VmRun

_MINUTES = 60
"""Default of controller_precopy_interval; an emulated duration, so the lab's speed shortens it."""


def pause(run: VmRun, step: Object) -> None:
    """A full copy or a delta is through: times and counters of the last precopy."""
    now, warm = run.lab.clock.now(), run.status["warm"]
    interval = run.toolkit.setting("controller_precopy_interval", _MINUTES)
    wait = timedelta(seconds=run.lab.clock.scaled(interval * 60))
    step["completed"], step["phase"] = run.lab.clock.stamp(), COMPLETED
    warm["precopies"][-1]["end"] = run.lab.clock.stamp()
    warm["successes"] += 1
    warm["nextPrecopyAt"] = (now + wait).strftime("%Y-%m-%dT%H:%M:%SZ")


def copied_mark(volume: Object) -> str:
    """Annotation by which CDI says that the last checkpoint of a DataVolume is on its claim."""
    return f"cdi.kubevirt.io/storage.checkpoint.copied.{volume['spec']['checkpoints'][-1]['current']}"


def begin_precopy(run: VmRun, step: Object, snapshot: str, **more: object) -> None:
    """A snapshot was asked for; from the second on the tasks of the present step carry its number."""
    stamp = run.lab.clock.stamp()
    warm = run.status.setdefault("warm", {"successes": 0, "failures": 0, "consecutiveFailures": 0, "precopies": []})
    warm["precopies"].append({"start": stamp, "snapshot": snapshot, **more})
    for task in step.get("tasks") or []:
        task.setdefault("annotations", {})["Precopy"] = str(len(warm["precopies"]))
        task["started"] = stamp
        task.pop("completed", None)
    if step["name"] != "Initialize":
        step["phase"] = RUNNING
        step.pop("completed", None)
