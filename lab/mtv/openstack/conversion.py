"""Turning the copy of a server's image into a raw disk, where it is not one (kubev2v/forklift, .../converter.go)."""

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import condition, name_of, namespace_of, phase_of, uid_of

SOURCE_CLAIM = "forklift.konveyor.io/conversionSourcePVC"
_SECONDS = 10.0


def converted(run: VmRun, claim: Object) -> bool:
    """One step per pass: room to work in, then a Job, then the room goes again."""
    labels = run.identity | {"plan": run.view.uid, SOURCE_CLAIM: name_of(claim)}
    scratch = next(iter(run.client.list("DataVolume", run.namespace, labels)), None)
    job = next(iter(run.client.list("Job", run.namespace, labels)), None)
    if job is not None and condition(job, "Complete") is not None:
        if scratch is not None:
            run.client.delete("DataVolume", namespace_of(scratch), name_of(scratch), uid=uid_of(scratch))
        return True
    if scratch is None:
        run.client.create(_scratch(claim, labels))
    elif job is None and phase_of(scratch) == "Succeeded":
        run.toolkit.start(_work(run, run.client.create(_job(claim, labels))))
    return False


def _scratch(claim: Object, labels: dict[str, str]) -> Object:
    spec = claim["spec"]
    storage = {key: spec[key] for key in ("volumeMode", "accessModes", "storageClassName", "resources")}
    metadata = {
        "generateName": f"scratch-dv-{name_of(claim)}-",
        "namespace": namespace_of(claim),
        "labels": labels,
        "annotations": {"cdi.kubevirt.io/storage.bind.immediate.requested": "true"},
    }
    body = {"source": {"blank": {}}, "storage": storage}
    return {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": metadata, "spec": body}


def _job(claim: Object, labels: dict[str, str]) -> Object:
    container = {
        "name": "convert",
        "image": "registry.lab.test/mtv/virt-v2v",
        "command": ["/usr/local/bin/image-converter"],
    }
    metadata = {"generateName": f"convert-{name_of(claim)}-", "namespace": namespace_of(claim), "labels": labels}
    template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
    spec = {"backoffLimit": 3, "completions": 1, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


async def _work(run: VmRun, job: Object) -> None:
    """The content stays what it is; only its form changes."""
    await run.lab.clock.work(_SECONDS, owner=run.id, what="convert image")
    if run.client.get("Job", namespace_of(job), name_of(job)) is not None:
        done = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
        run.lab.store.set_status("Job", namespace_of(job), name_of(job), done)
