"""Preflight inspection of a warm migration: a pod that looks into the first snapshot (facts/forklift.md 2.3)."""

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, phase_of, uid_of

_APP = {"forklift.app": "virt-v2v-inspection"}
_SECONDS = 8.0
_FAILED = "Preflight inspection failed. See pod logs for details."


def inspected(run: VmRun) -> bool:
    """Launch the pod, or tell whether it is through; it goes once it has succeeded."""
    pod = next(iter(run.objects("Pod", **_APP)), None)
    if pod is None:
        run.toolkit.start(_inspect(run, run.client.create(_pod(run))))
        return False
    if phase_of(pod) == "Failed":
        run.fail("PreflightInspection", _FAILED)
    if phase_of(pod) != "Succeeded":
        return False
    run.client.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))
    return True


def _pod(run: VmRun) -> Object:
    metadata = {"generateName": run.prefix, "namespace": run.namespace, "labels": run.labels() | _APP}
    containers = [{"name": "virt-v2v-inspection", "image": "registry.lab.test/mtv/virt-v2v-rhel9:lab"}]
    spec = {"restartPolicy": "Never", "containers": containers}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


async def _inspect(run: VmRun, pod: Object) -> None:
    """A source that is gone by the end cannot have been inspected."""
    key, store = ("Pod", namespace_of(pod), name_of(pod)), run.view.destination.cluster.store
    store.set_status(*key, {"phase": "Running"})
    await run.lab.clock.work(_SECONDS, owner=run.id, what="preflight inspection")
    store.set_status(*key, {"phase": "Succeeded" if run.source is not None else "Failed"})
