"""The phases that a vSphere's machine goes through in another way when an array copies its disks."""

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.mtv import vm_objects
from lab.mtv.itineraries import step_of
from lab.mtv.offload.claims import ensure_claims
from lab.mtv.offload.jump_start import adopted, data_volumes
from lab.mtv.offload.secrets import NoStorageSecret
from lab.mtv.phases import disks as disk_phases
from lab.mtv.phases import target as target_phases
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.populators.consumers import forget_consumer, have_consumer
from lab.mtv.populators.progress import follow_claims, populator_of
from lab.mtv.precopies import pause
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of

SOURCE = "vsphere"
_TOLD = "xcopyUsed"


@handles("CreateDataVolumes", source=SOURCE)
def create_disks(run: VmRun) -> str | None:
    """Claims for populators; a warm migration's are taken over by DataVolumes at once."""
    if not run.view.populates:
        return disk_phases.create_data_volumes(run)
    try:
        ensure_claims(run)
    except (NoStorageSecret, Refused) as problem:
        run.fail(step_of(run.vm, "CreateDataVolumes"), str(problem))
        return None
    have_consumer(run)
    if run.view.mode != "warm":
        return onward(run)
    if not run.objects("DataVolume"):
        credentials = name_of(run.client.create(vm_objects.secret(run, "isDV")))
        for volume in data_volumes(run, credentials):
            run.client.create(volume)
    return onward(run) if adopted(run) else None


@handles("AllocateDisks", source=SOURCE)
def allocate_disks(run: VmRun) -> str | None:
    """Up to 2.12.0 the step of virt-v2v's blank disks shows what populators do."""
    return _follow(run, "DiskAllocation") if run.view.populates else disk_phases.allocate_disks(run)


@handles("CopyDisks", source=SOURCE)
def copy_disks(run: VmRun) -> str | None:
    """Whatever a warm migration copies after its first time is CDI's."""
    if not run.view.populates or (run.status.get("warm") or {}).get("successes"):
        return disk_phases.copy_disks(run)
    after = _follow(run, "DiskTransfer")
    if after is not None and run.view.mode == "warm":
        pause(run, run.step("DiskTransfer"))
    return after


def _follow(run: VmRun, step: str) -> str | None:
    claims = run.claims()
    if run.toolkit.release.tells_xcopy:
        for task in run.step(step)["tasks"]:
            _note(run, task, claims.get(task["name"]))
    return follow_claims(run, claims, step)


def _note(run: VmRun, task: Object, claim: Object | None) -> None:
    """Whether the array copied, once the populator says so."""
    populator = populator_of(run, claim) if claim is not None else None
    told = ((populator or {}).get("status") or {}).get(_TOLD)
    if told:
        task.setdefault("annotations", {})[_TOLD] = told


@handles("CreateVM", source=SOURCE)
def create_vm(run: VmRun) -> str | None:
    """As for any source; then nobody waits for the claims any more."""
    after = target_phases.create_vm(run)
    if after is not None and run.view.populates:
        forget_consumer(run)
    return after
