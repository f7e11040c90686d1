"""The phases that a server goes through in its own way."""

from lab.cluster.store import Object
from lab.inventory.openstack.collector import collector_of
from lab.mtv.openstack.claims import NEEDS_CONVERSION, ensure_claims
from lab.mtv.openstack.conversion import converted
from lab.mtv.openstack.preparing import CannotPrepare, Preparation
from lab.mtv.openstack.tidying import forget_copies
from lab.mtv.openstack.workload import Workload
from lab.mtv.phases import target as target_phases
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.populators.consumers import forget_consumer, have_consumer
from lab.mtv.populators.progress import follow_claims, own_populators
from lab.mtv.vm_run import VmRun
from lab.openstack.refusals import Refused

SOURCE = "openstack"


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
    return follow_claims(run, {_task_of(run, claim): claim for claim in run.claims().values()})


def _task_of(run: VmRun, claim: Object) -> str:
    """The task is called as the image that the claim is filled with."""
    image = collector_of(run.lab).rows["images"].get(claim["metadata"]["labels"]["imageID"])
    return image.form.name if image is not None else ""


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
        own_populators(run)
        forget_consumer(run)
    return after
