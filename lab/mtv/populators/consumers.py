"""The pod that uses claims before their machine does, so that a class that binds late gives them a node."""

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import claims_of, name_of, namespace_of, phase_of, uid_of

_APP = {"forklift.app": "consumer"}


def have_consumer(run: VmRun) -> None:
    """For claims that are Pending and that no consumer has yet (facts/forklift.md 3.2)."""
    used = {name for pod in run.objects("Pod", **_APP) for name in claims_of(pod["spec"])}
    waiting = [name_of(claim) for claim in run.claims().values() if phase_of(claim) in ("", "Pending")]
    new = [name for name in waiting if name not in used]
    if new:
        run.client.create(_pod(run, new))


def _pod(run: VmRun, claims: list[str]) -> Object:
    container = {"name": "main", "image": "registry.lab.test/mtv/virt-v2v", "command": ["/bin/sh", "-c", "exit 0"]}
    metadata = {
        "generateName": f"{run.prefix}pvcinit-",
        "namespace": run.namespace,
        "labels": run.labels() | _APP,
    }
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
    spec = {"restartPolicy": "Never", "containers": [container], "volumes": volumes}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {"phase": "Pending"}}


def forget_consumer(run: VmRun) -> None:
    """When the machine itself takes the claims over."""
    for pod in run.objects("Pod", **_APP):
        run.client.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))
