"""What a migration sees of the populators that fill its claims (facts/forklift.md 2.5)."""

from collections.abc import Mapping

from lab.cluster.store import Object
from lab.mtv.phases.handlers import onward
from lab.mtv.pipeline import COMPLETED, count, mark
from lab.mtv.populators.forms import pod_name
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, phase_of, uid_of

_MISSING = "PVC is missing; disk transfer cannot continue"


def follow_claims(run: VmRun, claims: Mapping[str, Object], shown: str = "DiskTransfer") -> str | None:
    """A task is done when its claim, found by the task's name, is bound; until then it has progress, but no phase.

    `shown` is the name of the step whose tasks these are.
    """
    step = run.step(shown)
    for task in step["tasks"]:
        claim = claims.get(task["name"])
        problem = _MISSING if claim is None else _report(run, task, claim)
        if problem:
            run.fail(shown, problem)
            return None
    count(step)
    return onward(run) if step["phase"] == COMPLETED else None


def _report(run: VmRun, task: Object, claim: Object) -> str:
    """What is wrong with it; a failed pod only counts while nothing gets on."""
    if phase_of(claim) == "Bound":
        mark(task, COMPLETED, share=1.0, reason="Transfer completed.", stamp=run.lab.clock.stamp())
        return ""
    told = ((populator_of(run, claim) or {}).get("status") or {}).get("progress")
    total, before = task["progress"]["total"], task["progress"]["completed"]
    completed = total * int(told or 0) // 100
    if completed == before and _failed(run, claim):
        return f"populator pod failed for PVC {uid_of(claim)}. Please check the pod logs"
    task["progress"] = {"completed": completed, "total": total}
    return ""


def _failed(run: VmRun, claim: Object) -> bool:
    pod = run.client.get("Pod", namespace_of(claim), pod_name(claim))
    return pod is not None and phase_of(pod) == "Failed"


def populator_of(run: VmRun, claim: Object) -> Object | None:
    """None of a claim that none fills, and once it has gone."""
    source = claim["spec"].get("dataSourceRef")
    return run.client.get(str(source["kind"]), namespace_of(claim), str(source["name"])) if source else None


def own_populators(run: VmRun) -> None:
    """From now on each populator goes with its claim."""
    for claim in run.claims().values():
        found = populator_of(run, claim)
        if found is not None:
            change = {"metadata": {"ownerReferences": [owner_reference(claim, controller=False)]}}
            run.client.patch(found["kind"], namespace_of(found), name_of(found), change)
