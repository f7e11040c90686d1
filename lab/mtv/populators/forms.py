"""Shapes of what a volume populator works with: its pod, and the prime claim that data lands in first."""

from collections.abc import Mapping

from lab.cluster.store import Object
from lab.virtualization.anatomy import annotation, name_of, namespace_of, owner_reference, uid_of
from lab.virtualization.claims import SELECTED_NODE

POD_PREFIX, CONTAINER = "populate-", "populate"
_KEYS = ("migration", "plan", "vmID")
SOURCE_HOST = "sourceHost"
_IMAGES = {
    "OvirtVolumePopulator": "ovirt-populator",
    "OpenstackVolumePopulator": "openstack-populator",
    "VSphereXcopyVolumePopulator": "vsphere-copy-offload-populator",
}
_ACCOUNTS = {"VSphereXcopyVolumePopulator": "populator"}
"""ServiceAccounts of pods that do not run as any other."""


def pod_name(claim: Object) -> str:
    return f"{POD_PREFIX}{uid_of(claim)}"


def prime_name(claim: Object) -> str:
    return f"prime-{uid_of(claim)}"


def populator_pod(claim: Object, populator: Object, secret: str) -> Object:
    """The pod that fills the prime claim; a block device or a file in a filesystem (facts/forklift.md 4.2)."""
    mounted = {"name": "target", "devicePath": "/dev/block"}
    block = claim["spec"].get("volumeMode") == "Block"
    container = {
        "name": CONTAINER,
        "image": f"registry.lab.test/mtv/{_IMAGES[populator['kind']]}",
        "args": [f"--cr-name={name_of(populator)}", f"--cr-namespace={namespace_of(populator)}", *_source(populator)],
        "envFrom": [{"secretRef": {"name": secret}}],
        **({"volumeDevices": [mounted]} if block else {"volumeMounts": [{"name": "target", "mountPath": "/mnt/"}]}),
    }
    spec: Object = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "target", "persistentVolumeClaim": {"claimName": prime_name(claim)}}],
    }
    account = _ACCOUNTS.get(populator["kind"])
    if account:
        spec["serviceAccountName"] = account
    known = populator["metadata"].get("labels") or {}
    host = {SOURCE_HOST: known[SOURCE_HOST]} if SOURCE_HOST in known else {}
    labels = {"pvcName": name_of(claim)} | _chosen(known) | host
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(pod_name(claim), claim, labels), "spec": spec}


def _source(populator: Object) -> list[str]:
    """What an array is to copy (kubev2v/forklift v2.11.7, cmd/populator-controller)."""
    spec = populator["spec"]
    named = (("source-vm-id", "vmId"), ("source-vmdk", "vmdkPath"))
    return [f"--{name}={spec[key]}" for name, key in named if key in spec]


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
