"""Phases of a warm migration: snapshots, copies of what changed between them, and the cutover (forklift.md 2.6)."""

from datetime import datetime

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.inspection import inspected
from lab.mtv.itineraries import step_of
from lab.mtv.phases.disks import follow
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.plan_view import PlanView
from lab.mtv.precopies import begin_precopy
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of
from lab.world import snapshots

_NAME, DESCRIPTION = "forklift-migration-precopy", "Forklift Operator warm migration precopy"


@handles("CreateInitialSnapshot", "CreateSnapshot", "CreateFinalSnapshot")
def create_snapshot(run: VmRun) -> str | None:
    """Each appends a precopy."""
    source, step = run.source, step_of(run.vm, str(run.status["phase"]))
    if source is None:
        run.fail(step, "VM not found")
        return None
    snapshot = snapshots.take(run.lab.world, source, _NAME, DESCRIPTION)
    deltas = [{"disk": disk.file, "deltaId": f"{snapshot.moref}/{disk.key}"} for disk in source.disks]
    begin_precopy(run, run.step(step), snapshot.moref, deltas=deltas)
    return onward(run)


@handles(
    "WaitForInitialSnapshot",
    "StoreInitialSnapshotDeltas",
    "WaitForPreviousSnapshotRemoval",
    "WaitForSnapshot",
    "StoreSnapshotDeltas",
    "WaitForPenultimateSnapshotRemoval",
    "WaitForFinalSnapshot",
    "WaitForFinalSnapshotRemoval",
)
def pass_by(run: VmRun) -> str | None:
    """Snapshots of the lab's vCenter are made and merged by the next pass."""
    return onward(run)


@handles("PreflightInspection")
def preflight_inspection(run: VmRun) -> str | None:
    return onward(run) if inspected(run) else None


@handles("CopyingPaused")
def copying_paused(run: VmRun) -> str | None:
    """Only here is the cutover looked at; one in the past means now (facts/forklift.md 2.6)."""
    now = run.lab.clock.now()
    if run.cutover and not chosen(run.lab, Fault.CUTOVER_IGNORED) and datetime.fromisoformat(run.cutover) <= now:
        return "StorePowerState"
    following = datetime.fromisoformat(run.status["warm"]["nextPrecopyAt"])
    return onward(run) if following <= now else None


@handles("RemovePreviousSnapshot", "RemovePenultimateSnapshot")
def remove_previous_snapshot(run: VmRun) -> str | None:
    """All but the last, from which the next delta starts."""
    withdraw(run.view, run.status, keep=1)
    return onward(run)


@handles("RemoveFinalSnapshot")
def remove_final_snapshot(run: VmRun) -> str | None:
    withdraw(run.view, run.status)
    return onward(run)


def withdraw(view: PlanView, status: Object, *, keep: int = 0) -> None:
    """Remove a machine's precopy snapshots from its source, but for the last `keep`."""
    precopies = (status.get("warm") or {}).get("precopies") or []
    first = 1 if chosen(view.lab, Fault.PRECOPY_SNAPSHOT_STAYS) else 0
    ours = {precopy["snapshot"] for precopy in precopies[first : len(precopies) - keep]}
    source = view.source.machines().get(str(status["id"]))
    if source is None:
        return
    for snapshot in [item for item in source.snapshots if item.moref in ours]:
        snapshots.remove(view.lab.world, source, snapshot)


@handles("AddCheckpoint")
def add_checkpoint(run: VmRun) -> str | None:
    """Back to copying: the loop of a warm migration."""
    _checkpoint(run, final=False)
    return "CopyDisks"


@handles("AddFinalCheckpoint")
def add_final_checkpoint(run: VmRun) -> str | None:
    _checkpoint(run, final=True)
    return onward(run)


def _checkpoint(run: VmRun, *, final: bool) -> None:
    known = [precopy["snapshot"] for precopy in run.status["warm"]["precopies"]]
    added = {"previous": known[-2], "current": known[-1]}
    for volume in run.objects("DataVolume"):
        checkpoints = [item for item in volume["spec"]["checkpoints"] if item["current"] != added["current"]]
        change = {"spec": {"checkpoints": [*checkpoints, added], "finalCheckpoint": final}}
        run.client.patch("DataVolume", namespace_of(volume), name_of(volume), change)


@handles("Finalize")
def finalize(run: VmRun) -> str | None:
    return follow(run, run.step("Cutover"))
