"""Populators and the claims that they fill, as MTV makes them for any source (facts/forklift.md 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of
from lab.virtualization.profiles import preferred_modes

_MIB = 1024**2
_OVERHEAD = 10
"""Per cent that are added for a filesystem (facts/forklift.md 6.2, controller_filesystem_overhead)."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One thing at the source that becomes a disk."""

    id: str
    label: str
    """Key of the label that has the id, on whatever is made for it."""
    size: int
    store: str
    """What the plan's storage map has a class for."""
    annotations: Mapping[str, str]


def made_for(run: VmRun, kind: str, copied: Copied) -> Object | None:
    """What was made for it in this migration."""
    labels = {"migration": run.migration, copied.label: copied.id}
    return next(iter(run.client.list(kind, run.namespace, labels)), None)


def populator(run: VmRun, kind: str, copied: Copied, *, name: str, spec: Mapping[str, Any]) -> Object:
    """Over the network that the plan transfers through, where it has one."""
    transfer = run.view.spec.get("transferNetwork")
    return {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": kind,
        "metadata": _metadata(run, copied, name),
        "spec": dict(spec) | ({"transferNetwork": transfer} if transfer else {}),
    }


def claim_of(run: VmRun, copied: Copied, source: Object) -> Object:
    """Named after what is copied; class by the map, modes by the class's profile whatever the map says."""
    klass = str((run.view.storage_destination(copied.store) or {}).get("storageClass", ""))
    access, mode = preferred_modes(run.view.destination.cluster.store, klass)
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": _metadata(run, copied, copied.id) | {"annotations": dict(copied.annotations)},
        "spec": {
            "storageClassName": klass,
            "accessModes": access,
            "volumeMode": mode,
            "resources": {"requests": {"storage": str(_size(copied.size, mode))}},
            "dataSourceRef": {"apiGroup": "forklift.konveyor.io", "kind": source["kind"], "name": name_of(source)},
        },
    }


def _metadata(run: VmRun, copied: Copied, name: str) -> Object:
    """The labels of a machine's other objects are missing here, and 2.10 has not even the plan's."""
    plan = {"plan": run.view.uid} if run.toolkit.release.labels_plan_name else {}
    labels = run.identity | plan | {copied.label: copied.id}
    return {"generateName": f"{name}-", "namespace": run.namespace, "labels": labels}


def _size(size: int, mode: str) -> int:
    """In whole MiB, with room for a filesystem."""
    whole = ceil(size / _MIB) * _MIB
    return ceil(whole / (1 - _OVERHEAD / 100)) if mode == "Filesystem" else whole
