"""Trying the VDDK image of a vSphere Provider: a Job in the target namespace (facts/forklift.md 1.6)."""

from hashlib import md5

from lab.cluster.store import Object
from lab.mtv.conditions import ADVISORY, CRITICAL, Condition
from lab.mtv.plan_view import PlanView
from lab.virtualization.anatomy import name_of, namespace_of

_SECONDS = 5.0


def vddk_conditions(view: PlanView) -> list[Condition]:
    """ValidatingVDDK, which holds Ready back, until a Job for this image has succeeded."""
    image = ((view.pair.source or {"spec": {}})["spec"].get("settings") or {}).get("vddkInitImage")
    if view.source_type != "vsphere" or not image:
        return []
    labels = _labels(view, str(image))
    jobs = view.destination.client.list("Job", view.target_namespace, {key: labels[key] for key in ("plan", "vddk")})
    status: Object = (jobs[0].get("status") or {}) if jobs else {}
    if status.get("succeeded"):
        return []
    if status.get("failed"):
        message = "VDDK init image is invalid."
        return [Condition(type="VDDKInvalid", category=CRITICAL, message=message, reason="NotValid")]
    if not jobs:
        _launch(view, str(image), labels)
    message = "Validating VDDK init image."
    return [Condition(type="ValidatingVDDK", category=ADVISORY, message=message, reason="Started")]


def _labels(view: PlanView, image: str) -> dict[str, str]:
    mark = md5(image.encode(), usedforsecurity=False).hexdigest()
    return {"plan": view.uid, "vddk": mark, "resource": "vddk-config"}


def _launch(view: PlanView, image: str, labels: dict[str, str]) -> None:
    """The target namespace is made for it, so it may exist before any Migration."""
    client, namespace = view.destination.client, view.target_namespace
    if client.get("Namespace", "", namespace) is None:
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    containers = [{"name": "validator", "image": "registry.lab.test/mtv/virt-v2v-rhel9:lab"}]
    sidecar = [{"name": "vddk-side-car", "image": image}]
    pod = {"restartPolicy": "Never", "initContainers": sidecar, "containers": containers}
    job = client.create(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "generateName": f"vddk-validator-{view.name}",
                "namespace": namespace,
                "labels": labels,
            },
            "spec": {"completions": 1, "backoffLimit": 2, "template": {"metadata": {"labels": labels}, "spec": pod}},
        }
    )
    view.toolkit.start(_finish(view, job))


async def _finish(view: PlanView, job: Object) -> None:
    key, store = ("Job", namespace_of(job), name_of(job)), view.destination.cluster.store
    store.set_status(*key, {"active": 1})
    await view.lab.clock.work(_SECONDS, owner=view.uid, what="try VDDK image")
    done = {"type": "Complete", "status": "True"}
    if store.get(*key) is not None:
        store.set_status(*key, {"succeeded": 1, "conditions": [done]})
