"""The phases that run a machine's hooks."""

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.hook_jobs import job_of, launch
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.references import resolve
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import condition


@handles("PreHook", "PostHook")
def run_hook(run: VmRun) -> str | None:
    """A failed hook's step has `completed` and an error, but stays Running at 0/1 (facts/forklift.md 2.7)."""
    step = str(run.status["phase"])
    if chosen(run.lab, Fault.HOOK_SKIPPED):
        return _done(run, step)
    job = job_of(run, step)
    if job is None:
        hook = resolve(run.lab, "Hook", run.vm.hook(_other(step) if chosen(run.lab, Fault.HOOKS_SWAPPED) else step))
        if hook is None:
            run.fail(step, "Hook not found.")
        else:
            launch(run, hook, step)
        return None
    return _judge(run, step, job)


def _judge(run: VmRun, step: str, job: Object) -> str | None:
    failed = condition(job, "Failed")
    if failed is not None and not chosen(run.lab, Fault.HOOK_FAILURE_IGNORED):
        run.fail(step, str(failed["message"]))
        run.step(step)["completed"] = run.lab.clock.stamp()
        return None
    return _done(run, step) if failed is not None or condition(job, "Complete") is not None else None


def _done(run: VmRun, step: str) -> str:
    run.step(step)["progress"] = {"completed": 1, "total": 1}
    return onward(run)


def _other(step: str) -> str:
    return "PostHook" if step == "PreHook" else "PreHook"
