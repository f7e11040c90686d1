"""The phases that a server goes through in its own way."""

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.inventory.openstack.collector import collector_of
from lab.mtv import target_phases
from lab.mtv.openstack.claims import NEEDS_CONVERSION, POPULATOR, ensure_claims
from lab.mtv.openstack.conversion import converted
from lab.mtv.openstack.preparing import CannotPrepare, Preparation
from lab.mtv.openstack.tidying import forget_copies
from lab.mtv.openstack.workload import Workload
from lab.mtv.phases import handles, onward
from lab.mtv.pipeline import COMPLETED, count, mark
from lab.mtv.populator_consumers import forget_consumer, have_consumer
from lab.mtv.vm_run import VmRun
from lab.openstack.refusals import Refused
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, phase_of, uid_of

SOURCE = "openstack"
_MIB = 1024**2


@handles("CreateDataVolumes", source=SOURCE)
def create_claims(run: VmRun) -> str | None:
    """Images in the cloud, and a claim for each as soon as the inventory has seen it."""
    server = run.lab.world.cloud.servers.get(run.id)
    known = Workload.of(run.lab, run.id)
    if server is None or known is None:
        run.fail("Initialize", "resource not found")
        return None
    try:
        ready = Preparation.of(run.lab, server).advance()
    except (CannotPrepare, Refused) as problem:
        run.fail("Initialize", str(problem))
        return None
    ensure_claims(run, known)
    have_consumer(run)
    if not ready:
        return None
    forget_copies(run.toolkit, server)
    return onward(run)


@handles("CopyDisks", source=SOURCE)
def copy_disks(run: VmRun) -> str | None:
    """A task is done when its claim is bound, whatever its populator tells (facts/forklift.md 2.5)."""
    step = run.step("DiskTransfer")
    if chosen(run.lab, Fault.DISK_TRANSFER) and any(task["progress"]["completed"] for task in step["tasks"]):
        failed = uid_of(next(iter(run.claims().values())))
        run.fail("DiskTransfer", f"populator pod failed for PVC {failed}. Please check the pod logs")
        return None
    claims = {_task_of(run, claim): claim for claim in run.claims().values()}
    for task in step["tasks"]:
        claim = claims.get(task["name"])
        if claim is None:
            run.fail("DiskTransfer", "PVC is missing; disk transfer cannot continue")
            return None
        _report(run, task, claim)
    count(step)
    return onward(run) if step["phase"] == COMPLETED else None


def _task_of(run: VmRun, claim: Object) -> str:
    """The task is called as the image that the claim is filled with."""
    image = collector_of(run.lab).rows["images"].get(claim["metadata"]["labels"]["imageID"])
    return image.form.name if image is not None else ""


def _resource(run: VmRun, claim: Object) -> Object | None:
    return run.client.get(POPULATOR, namespace_of(claim), claim["spec"]["dataSourceRef"]["name"])


def _report(run: VmRun, task: Object, claim: Object) -> None:
    """Until it is done a task has progress, but no phase."""
    if phase_of(claim) == "Bound":
        mark(task, COMPLETED, share=1.0, reason="Transfer completed.", stamp=run.lab.clock.stamp())
        return
    told = str(((_resource(run, claim) or {}).get("status") or {}).get("progress", ""))
    total = task["progress"]["total"]
    task["progress"] = {"completed": total * int(told or 0) // 100, "total": total}


@handles("ConvertOpenstackSnapshot")
def convert_snapshot(run: VmRun) -> str | None:
    """Only an image of a whole server may be in another form than raw (facts/forklift.md 2.4)."""
    waiting = [claim for claim in run.claims().values() if _annotated(claim)]
    return onward(run) if all(converted(run, claim) for claim in waiting) else None


def _annotated(claim: Object) -> bool:
    return (claim["metadata"].get("annotations") or {}).get(NEEDS_CONVERSION) == "true"


@handles("CreateVM", source=SOURCE)
def create_vm(run: VmRun) -> str | None:
    """As for any source; then each populator goes with its claim, and nobody waits for the claims any more."""
    after = target_phases.create_vm(run)
    if after is not None:
        for claim in run.claims().values():
            resource = _resource(run, claim)
            if resource is not None:
                owner = [owner_reference(claim, controller=False)]
                change = {"metadata": {"ownerReferences": owner}}
                run.client.patch(POPULATOR, namespace_of(resource), name_of(resource), change)
        forget_consumer(run)
    return after
