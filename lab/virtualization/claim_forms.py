"""Shapes of the claims and pods that CDI makes for a DataVolume."""

from math import ceil

from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import annotation, name_of, namespace_of, owner_reference, uid_of
from lab.virtualization.claims import IMMEDIATE
from lab.virtualization.imports import source_kind
from lab.virtualization.profiles import default_class, preferred_modes
from lab.virtualization.quantities import parse, show

USE_POPULATOR = "cdi.kubevirt.io/storage.usePopulator"
_APP = {"app": "containerized-data-importer"}
_MIB = 1024**2
_FILESYSTEM_OVERHEAD = 0.06
"""CDI's default share of a filesystem volume that an image cannot use."""


def claim_for(store: Store, volume: Object) -> Object:
    """The DataVolume's claim: labels and annotations copied, gaps of `spec.storage` filled from the profile."""
    populated = source_kind(volume) not in ("pvc", "snapshot", "sourceRef") and (
        annotation(volume, USE_POPULATOR) != "false"
    )
    spec = claim_spec(store, volume)
    annotations = dict(volume["metadata"].get("annotations") or {})
    if populated:
        annotations |= {
            USE_POPULATOR: "true",
            "cdi.kubevirt.io/storage.populator.kind": "VolumeImportSource",
        }
        spec["dataSourceRef"] = {
            "apiGroup": "cdi.kubevirt.io",
            "kind": "VolumeImportSource",
            "name": f"volume-import-source-{uid_of(volume)}",
        }
    metadata = {
        "name": name_of(volume),
        "namespace": namespace_of(volume),
        "labels": (volume["metadata"].get("labels") or {}) | _APP,
        "annotations": annotations,
        "ownerReferences": [owner_reference(volume)],
    }
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def claim_spec(store: Store, volume: Object) -> Object:
    """`spec.pvc` as it is, or `spec.storage` with class, modes and filesystem overhead filled in."""
    if "pvc" in volume["spec"]:
        return dict(volume["spec"]["pvc"])
    wanted = volume["spec"]["storage"]
    klass = wanted.get("storageClassName") or default_class(store, for_machines=True)
    access, mode = preferred_modes(store, klass, wanted.get("volumeMode", ""))
    size = parse(((wanted.get("resources") or {}).get("requests") or {}).get("storage", "1Gi"))
    if mode == "Filesystem":
        size = ceil(size / (1 - _FILESYSTEM_OVERHEAD) / _MIB) * _MIB
    spec: Object = {
        "accessModes": wanted.get("accessModes") or access,
        "volumeMode": mode,
        "resources": {"requests": {"storage": show(size)}},
    }
    return spec | {"storageClassName": klass} if klass else spec


def prime_for(claim: Object) -> Object:
    """The helper that data lands in first; bound at once whatever its class says."""
    spec = {key: value for key, value in claim["spec"].items() if key not in ("dataSourceRef", "dataSource")}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": f"prime-{uid_of(claim)}",
            "namespace": namespace_of(claim),
            "labels": dict(_APP),
            "annotations": {IMMEDIATE: ""},
            "ownerReferences": [owner_reference(claim)],
        },
        "spec": spec,
    }


def importer_pod(carrier: Object, checkpoint: str) -> Object:
    """`importer-<claim>`, for warm imports with the checkpoint in its name."""
    suffix = f"-checkpoint-{checkpoint}" if checkpoint else ""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"importer-{name_of(carrier)}{suffix}",
            "namespace": namespace_of(carrier),
            "labels": _APP | {"cdi.kubevirt.io": "importer"},
            "ownerReferences": [owner_reference(carrier)],
        },
        "spec": {
            "restartPolicy": "OnFailure",
            "containers": [{"name": "importer", "image": "registry.lab.test/cnv/virt-cdi-importer:4.20"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name_of(carrier)}}],
        },
    }
