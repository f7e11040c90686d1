"""Phases in which disks appear on the destination: DataVolumes made, allocated or filled."""

from http import HTTPStatus

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.defects.catalogue import chosen, defect_of
from lab.defects.model import Fault
from lab.mtv import vm_objects
from lab.mtv.destinations import lose_access
from lab.mtv.itineraries import step_of
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.pipeline import COMPLETED, PENDING, RUNNING, count, mark
from lab.mtv.precopies import copied_mark, pause
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.virtualization.anatomy import annotation, condition, name_of, phase_of


@handles("CreateDataVolumes")
def create_data_volumes(run: VmRun) -> str | None:
    """Credentials first, since DataVolumes name their Secret."""
    if not run.objects("DataVolume"):
        client = run.client
        use = "isV2V" if run.view.v2v_copies else "isDV"
        credentials = name_of(client.create(vm_objects.secret(run, use)))
        client.create(vm_objects.config_map(run))
        volumes, edit = list(vm_objects.data_volumes(run, credentials)), defect_of(run.lab).disks
        if edit is not None:
            edit(volumes)
        try:
            for data_volume in volumes:
                client.create(data_volume)
        except Refused as clash:
            if clash.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                raise  # of a token; the whole pass is tried again
            # A name by template may be taken, by another disk too; what was made before stays (facts/forklift.md 3.5).
            run.fail(step_of(run.vm, "CreateDataVolumes"), clash.message)
            return None
    return onward(run)


@handles("AllocateDisks")
def allocate_disks(run: VmRun) -> str | None:
    """Blank disks for virt-v2v, at hundred per cent in a moment."""
    return follow(run, run.step("DiskAllocation"))


@handles("CopyDisks")
def copy_disks(run: VmRun) -> str | None:
    step = run.step("DiskTransfer")
    begun = any(task.get("phase") == RUNNING for task in step["tasks"])
    if begun and chosen(run.lab, Fault.TOKEN_EXPIRES):
        lose_access(run.view.destination)
    if begun and chosen(run.lab, Fault.DISK_TRANSFER):
        run.fail("DiskTransfer", "Unable to process data: Unable to transfer source data to target directory")
        return None
    after = follow(run, step)
    if after is not None and run.view.mode == "warm":
        pause(run, step)
    return after


def follow(run: VmRun, step: Object) -> str | None:
    """Tasks tell what DataVolumes tell (facts/forklift.md 2.5)."""
    volumes = {annotation(volume, DISK_SOURCE): volume for volume in run.objects("DataVolume")}
    for task in step["tasks"]:
        _report(run, task, volumes.get(task["name"]))
    count(step)
    return onward(run) if step["phase"] == COMPLETED else None


def _report(run: VmRun, task: Object, volume: Object | None) -> None:
    stamp = run.lab.clock.stamp()
    if volume is None:
        mark(task, PENDING, share=0.0, reason="", stamp=stamp)
        return
    phase = phase_of(volume)
    if phase in ("Succeeded", "PendingPopulation", "WaitForFirstConsumer") and _done(run, phase):
        mark(task, COMPLETED, share=1.0, reason="Transfer completed.", stamp=stamp)
    elif phase == "Paused":
        _report_pause(run, task, volume)
    elif phase == "ImportInProgress":
        mark(task, RUNNING, share=_percent(volume) / 100, reason="", stamp=stamp)
    else:
        mark(task, PENDING, share=0.0, reason=_reason(volume), stamp=stamp)


def _report_pause(run: VmRun, task: Object, volume: Object) -> None:
    """Copied as far as the last snapshot, or not yet told of it."""
    claim = run.client.get("PersistentVolumeClaim", run.namespace, name_of(volume))
    copied = claim is not None and bool(annotation(claim, copied_mark(volume)))
    stamp = run.lab.clock.stamp()
    if copied:
        mark(task, COMPLETED, share=1.0, reason="Transfer completed.", stamp=stamp)
    else:
        mark(task, PENDING, share=0.0, reason="Waiting for checkpoint to be applied", stamp=stamp)


def _done(run: VmRun, phase: str) -> bool:
    """Sources that are converted take a claim that only waits for its first consumer, the conversion pod."""
    return phase == "Succeeded" or run.view.converts


def _percent(volume: Object) -> float:
    shown = str(volume["status"].get("progress", "")).removesuffix("%")
    return float(shown) if shown.replace(".", "", 1).isdigit() else 0.0


def _reason(volume: Object) -> str:
    for type_ in ("Bound", "Running"):
        found = condition(volume, type_)
        if found is not None and found.get("reason"):
            return f"{found['reason']}; {found.get('message', '')}"
    return ""
