"""Claims that a populator fills with the disks of a machine: a cold migration to the own cluster (forklift.md 3.6)."""

from math import ceil

from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.kernel.addresses import endpoint
from lab.mtv.populator_secrets import credentials
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.virtualization.anatomy import name_of
from lab.virtualization.profiles import preferred_modes
from lab.world.model import Disk

POPULATOR = "OvirtVolumePopulator"
_MIB = 1024**2
_OVERHEAD = 10
"""Per cent that are added for a filesystem (facts/forklift.md 6.2, controller_filesystem_overhead)."""


def ensure_claims(run: VmRun) -> None:
    """One per disk; those that an earlier pass made stay as they are."""
    secret = credentials(run)
    for disk in run.disks:
        if run.client.list(POPULATOR, run.namespace, {"migration": run.migration, "diskID": run.disk_name(disk)}):
            continue
        populator = run.client.create(_populator(run, disk, secret))
        claim, edit = _claim(run, disk, name_of(populator)), defect_of(run.lab).claim
        if edit is not None:
            edit(claim, disk is run.disks[0])
        run.client.create(claim)


def _metadata(run: VmRun, disk: Disk) -> Object:
    """The labels of a machine's other objects are missing here, and 2.10 has not even the plan's."""
    id_ = run.disk_name(disk)
    plan = {"plan": run.view.uid} if run.toolkit.release.labels_plan_name else {}
    return {
        "generateName": f"{id_}-",
        "namespace": run.namespace,
        "labels": run.identity | plan | {"diskID": id_},
    }


def _populator(run: VmRun, disk: Disk, secret: str) -> Object:
    at = endpoint(str((run.view.pair.source or {"spec": {}})["spec"].get("url", "")))
    spec: Object = {
        "engineUrl": f"https://{at.host}:{at.port}",
        "engineSecretName": secret,
        "diskId": run.disk_name(disk),
    }
    transfer = run.view.spec.get("transferNetwork")
    return {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": POPULATOR,
        "metadata": _metadata(run, disk),
        "spec": spec | ({"transferNetwork": transfer} if transfer else {}),
    }


def _claim(run: VmRun, disk: Disk, populator: str) -> Object:
    """Class by the storage domain; modes by the class's profile, whatever the map says."""
    klass = str((run.view.storage_destination(disk.datastore) or {}).get("storageClass", ""))
    access, mode = preferred_modes(run.view.destination.cluster.store, klass)
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": _metadata(run, disk) | {"annotations": {DISK_SOURCE: run.disk_name(disk)}},
        "spec": {
            "storageClassName": klass,
            "accessModes": access,
            "volumeMode": mode,
            "resources": {"requests": {"storage": str(_size(disk.size, mode))}},
            "dataSourceRef": {"apiGroup": "forklift.konveyor.io", "kind": POPULATOR, "name": populator},
        },
    }


def _size(size: int, mode: str) -> int:
    """In whole MiB, with room for a filesystem."""
    whole = ceil(size / _MIB) * _MIB
    return ceil(whole / (1 - _OVERHEAD / 100)) if mode == "Filesystem" else whole
