"""What a migration sees of the populators that fill its claims (facts/forklift.md 2.5)."""

from collections.abc import Callable

from lab.cluster.store import Object
from lab.mtv.phases import onward
from lab.mtv.pipeline import COMPLETED, count, mark
from lab.mtv.populator_forms import pod_name
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, phase_of

_MISSING = "PVC is missing; disk transfer cannot continue"
Progress = Callable[[VmRun, str], str]
"""(run, name of a task) -> per cent as a text, empty while nothing is told."""


def follow_claims(run: VmRun, progress: Progress) -> str | None:
    """A task is done when its claim is bound; until then it has progress, but no phase."""
    step, claims = run.step("DiskTransfer"), run.claims()
    for task in step["tasks"]:
        claim = claims.get(task["name"])
        problem = _MISSING if claim is None else _report(run, task, claim, progress)
        if problem:
            run.fail("DiskTransfer", problem)
            return None
    count(step)
    return onward(run) if step["phase"] == COMPLETED else None


def _report(run: VmRun, task: Object, claim: Object, progress: Progress) -> str:
    """What is wrong with it; a failed pod only counts while nothing gets on."""
    if phase_of(claim) == "Bound":
        mark(task, COMPLETED, share=1.0, reason="Transfer completed.", stamp=run.lab.clock.stamp())
        return ""
    total, before = task["progress"]["total"], task["progress"]["completed"]
    completed = total * int(progress(run, task["name"]) or 0) // 100
    if completed == before and _failed(run, claim):
        return f"populator pod failed for PVC {claim['metadata']['uid']}. Please check the pod logs"
    task["progress"] = {"completed": completed, "total": total}
    return ""


def _failed(run: VmRun, claim: Object) -> bool:
    pod = run.client.get("Pod", namespace_of(claim), pod_name(claim))
    return pod is not None and phase_of(pod) == "Failed"


def own_populators(run: VmRun, kind: str) -> None:
    """From now on each populator goes with its claim."""
    for claim in run.claims().values():
        name = str((claim["spec"].get("dataSourceRef") or {}).get("name", ""))
        resource = run.client.get(kind, namespace_of(claim), name) if name else None
        if resource is not None:
            change = {"metadata": {"ownerReferences": [owner_reference(claim, controller=False)]}}
            run.client.patch(kind, namespace_of(resource), name_of(resource), change)
