"""What is kept of each copy of a warm migration, and when the next one is due (facts/forklift.md 2.6)."""

from datetime import timedelta

from lab.cluster.store import Object
from lab.mtv.pipeline import COMPLETED
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


def copied_mark(run: VmRun) -> str:
    """Annotation by which CDI says that the last snapshot is on the claim; empty when nothing was snapshot."""
    precopies = (run.status.get("warm") or {}).get("precopies") or []
    return f"cdi.kubevirt.io/storage.checkpoint.copied.{precopies[-1]['snapshot']}" if precopies else ""
