"""A Hook's Job and its pods, and what its playbook would come to (facts/forklift.md 2.7)."""

import re

from lab.cluster.store import Object
from lab.mtv.hooks import playbook
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, uid_of

_START_SECONDS, _RUN_SECONDS = 2.0, 4.0
_ATTEMPTS = 2
"""backoffLimit 1: one pod and one more."""
_LIMIT_MESSAGE = "Job has reached the specified backoff limit"
_FAILS = re.compile(r"^\s*-?\s*(ansible\.builtin\.)?(fail\s*:|assert\s*:)", re.MULTILINE)
_COMMAND_FAILS = re.compile(r"(command|shell|cmd)\s*:\s*[\"']?(/bin/|/usr/bin/)?(false|exit [1-9])")


def launch(run: VmRun, hook: Object, step: str) -> None:
    """Create ConfigMap and Job in the Plan's namespace and let them run."""
    store, labels = run.lab.store, _labels(run, hook, step)
    job = store.create(_job(run, hook, step, labels))
    config = store.create(_config(run, hook, labels, job))
    run.toolkit.start(_run(run, hook, job, name_of(config)))


def job_of(run: VmRun, step: str) -> Object | None:
    """This machine's Job for a step, if it was launched."""
    labels = run.identity | {"step": step.lower(), "resource": "hook-config"}
    return next(iter(run.lab.store.list("Job", run.view.namespace, labels)), None)


def _labels(run: VmRun, hook: Object, step: str) -> dict[str, str]:
    return run.labels("hook-config") | {"step": step.lower(), "hook": uid_of(hook)}


def _stem(run: VmRun, step: str) -> str:
    return f"{run.view.name}-{run.id}-{step}-".lower()


def _job(run: VmRun, hook: Object, step: str, labels: dict[str, str]) -> Object:
    """A deadline sits on the pods, the Job itself has none."""
    container: Object = {"name": "hook", "image": hook["spec"]["image"]}
    if playbook(hook):
        command = "/bin/entrypoint ansible-runner run /tmp/runner -p /tmp/hook/playbook.yml"
        container["command"] = command.split()
    pod: Object = {"restartPolicy": "Never", "containers": [container]}
    if hook["spec"].get("deadline"):
        pod["activeDeadlineSeconds"] = hook["spec"]["deadline"]
    metadata = {
        "generateName": _stem(run, step),
        "namespace": run.view.namespace,
        "labels": labels,
        "ownerReferences": [owner_reference(run.view.plan)],
    }
    spec = {"backoffLimit": 1, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _config(run: VmRun, hook: Object, labels: dict[str, str], job: Object) -> Object:
    workload = f"vm:\n  id: {run.id}\n  name: {run.vm.machine.name}\n"
    plan = f"plan:\n  name: {run.view.name}\n  namespace: {run.view.namespace}\n"
    data = {"workload.yml": workload, "playbook.yml": playbook(hook) or "", "plan.yml": plan}
    metadata = {
        "generateName": job["metadata"]["generateName"],
        "namespace": run.view.namespace,
        "labels": labels,
        "ownerReferences": [owner_reference(job)],
    }
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


async def _run(run: VmRun, hook: Object, job: Object, config: str) -> None:
    """Pods one after the other until one succeeds or the limit is reached."""
    store, key = run.lab.store, ("Job", namespace_of(job), name_of(job))
    fails = _would_fail(playbook(hook) or "")
    store.set_status(*key, {"active": 1})
    for attempt in range(1, _ATTEMPTS + 1):
        pod = store.create(_pod(job, config))
        at = ("Pod", namespace_of(pod), name_of(pod))
        await run.lab.clock.work(_START_SECONDS, owner=run.id, what="hook pod start")
        store.set_status(*at, {"phase": "Running"})
        await run.lab.clock.work(_RUN_SECONDS, owner=run.id, what="hook")
        if store.get(*key) is None:
            return
        ended = {"exitCode": 2 if fails else 0, "reason": "Error" if fails else "Completed"}
        container = {"name": "hook", "state": {"terminated": ended}, "restartCount": 0}
        store.set_status(*at, {"phase": "Failed" if fails else "Succeeded", "containerStatuses": [container]})
        if not fails:
            store.set_status(*key, {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]})
            return
        store.set_status(*key, {"active": 1, "failed": attempt})
    reason = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": _LIMIT_MESSAGE}
    store.set_status(*key, {"failed": _ATTEMPTS, "conditions": [reason]})


def _would_fail(text: str) -> bool:
    """The lab does not run Ansible: a task that says it fails, fails; everything else goes well."""
    return bool(_FAILS.search(text) or _COMMAND_FAILS.search(text))


def _pod(job: Object, config: str) -> Object:
    template = job["spec"]["template"]
    spec = template["spec"] | {"volumes": [{"name": "hook", "configMap": {"name": config}}]}
    metadata = {
        "generateName": f"{name_of(job)}-",
        "namespace": namespace_of(job),
        "labels": template["metadata"]["labels"] | {"job-name": name_of(job)},
        "ownerReferences": [owner_reference(job)],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
