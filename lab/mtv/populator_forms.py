"""Shapes of what a volume populator works with: its pod, and the prime claim that data lands in first."""

from collections.abc import Mapping

from lab.cluster.store import Object
from lab.virtualization.anatomy import annotation, name_of, namespace_of, owner_reference, uid_of
from lab.virtualization.claims import SELECTED_NODE

POD_PREFIX = "populate-"
_KEYS = ("migration", "plan", "vmID")
_IMAGES = {"OvirtVolumePopulator": "ovirt-populator", "OpenstackVolumePopulator": "openstack-populator"}


def pod_name(claim: Object) -> str:
    return f"{POD_PREFIX}{uid_of(claim)}"


def prime_name(claim: Object) -> str:
    return f"prime-{uid_of(claim)}"


def populator_pod(claim: Object, populator: Object, secret: str) -> Object:
    """The pod that fills the prime claim; a block device or a file in a filesystem (facts/forklift.md 4.2)."""
    mounted = {"name": "target", "devicePath": "/dev/block"}
    block = claim["spec"].get("volumeMode") == "Block"
    container = {
        "name": "populate",
        "image": f"registry.lab.test/mtv/{_IMAGES[populator['kind']]}",
        "args": [f"--cr-name={name_of(populator)}", f"--cr-namespace={namespace_of(populator)}"],
        "envFrom": [{"secretRef": {"name": secret}}],
        **({"volumeDevices": [mounted]} if block else {"volumeMounts": [{"name": "target", "mountPath": "/mnt/"}]}),
    }
    spec: Object = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "target", "persistentVolumeClaim": {"claimName": prime_name(claim)}}],
    }
    labels = {"pvcName": name_of(claim)} | _chosen(populator["metadata"].get("labels") or {})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(pod_name(claim), claim, labels), "spec": spec}


def prime_claim(claim: Object) -> Object:
    """As its claim, without the populator; on the node that the claim's consumer runs on."""
    spec = {key: value for key, value in claim["spec"].items() if key not in ("dataSourceRef", "dataSource")}
    metadata = _metadata(prime_name(claim), claim, _chosen(claim["metadata"].get("labels") or {}))
    node = annotation(claim, SELECTED_NODE)
    if node:
        metadata["annotations"] = {SELECTED_NODE: node}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def _chosen(labels: Mapping[str, str]) -> dict[str, str]:
    return {key: labels[key] for key in _KEYS if key in labels}


def _metadata(name: str, claim: Object, labels: Mapping[str, str]) -> Object:
    owner = owner_reference(claim)
    return {"name": name, "namespace": namespace_of(claim), "labels": dict(labels), "ownerReferences": [owner]}
