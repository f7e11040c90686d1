"""A Block claim for each disk, and the populator that fills it (facts/forklift.md 4.2)."""

from collections.abc import Iterator
from http import HTTPStatus

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.mtv.offload.accounts import ensure_account
from lab.mtv.offload.entries import Mapped, all_mapped, mapped_for
from lab.mtv.offload.jump_start import notes
from lab.mtv.offload.names import claim_name
from lab.mtv.offload.secrets import disk_secret
from lab.mtv.populators.secrets import credentials
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.virtualization.anatomy import name_of, owner_reference
from lab.world.model import Disk

POPULATOR = "VSphereXcopyVolumePopulator"
_KEY = "vmdkKey"

Wanted = tuple[int, Disk, Mapped]
"""Number of a disk in boot order, the disk, and the entry of the map that it is copied by."""


def ensure_claims(run: VmRun) -> None:
    """One per disk, in the order of the storage map; those that an earlier pass made stay as they are.

    A disk whose claim's name is taken gets none, and its task tells so later. Raises NoStorageSecret, and Refused.
    """
    base = credentials(run)
    first: Object | None = None
    for index, disk, mapped in _wanted(run):
        claim = _made(run, "PersistentVolumeClaim", disk)
        claim = claim or _make(run, f"{base}-{index}", (index, disk, mapped))
        first = first or claim
    if first is not None:
        change = {"metadata": {"ownerReferences": [owner_reference(first, controller=False)]}}
        run.client.patch("Secret", run.namespace, base, change)


def _make(run: VmRun, secret: str, wanted: Wanted) -> Object | None:
    _, disk, mapped = wanted
    try:
        claim = run.client.create(_claim(run, secret, wanted))
    except Refused as clash:
        if clash.code == HTTPStatus.CONFLICT:
            return None
        raise
    _equip(run, claim, secret, (disk, mapped))
    return claim


def _wanted(run: VmRun) -> Iterator[Wanted]:
    disks = [(index, disk, mapped_for(run.view, disk)) for index, disk in enumerate(run.disks)]
    for each in all_mapped(run.view):
        for index, disk, mapped in disks:
            if mapped is not None and mapped.entry is each.entry:
                yield index, disk, mapped


def _made(run: VmRun, kind: str, disk: Disk) -> Object | None:
    return next(iter(run.client.list(kind, run.namespace, run.identity | {_KEY: str(disk.key)})), None)


def _equip(run: VmRun, claim: Object, secret: str, copied: tuple[Disk, Mapped]) -> None:
    """Its Secret, the account of its pod, and the populator that its data source stands for."""
    disk, mapped = copied
    base = run.client.get("Secret", run.namespace, secret.rpartition("-")[0]) or {}
    run.client.create(disk_secret(run, secret, base, str(mapped.plugin["secretRef"]), claim))
    ensure_account(run)
    run.client.create(
        {
            "apiVersion": "forklift.konveyor.io/v1beta1",
            "kind": POPULATOR,
            "metadata": {
                "name": name_of(claim),
                "namespace": run.namespace,
                "labels": dict(claim["metadata"]["labels"]),
                "ownerReferences": [owner_reference(claim, controller=False)],
            },
            "spec": {
                "vmId": run.id,
                "vmdkPath": run.disk_name(disk),
                "secretName": secret,
                "storageVendorProduct": mapped.plugin["storageVendorProduct"],
            },
        }
    )


def _claim(run: VmRun, secret: str, wanted: Wanted) -> Object:
    """Block, and for many nodes unless the map says otherwise; as large as the disk to the byte."""
    index, disk, mapped = wanted
    name, destination = claim_name(run, index, disk), mapped.destination
    claim: Object = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": name,
            "namespace": run.namespace,
            "labels": _labels(run, disk, mapped),
            "annotations": _annotations(run, disk) | {"cdi.kubevirt.io/storage.import.secretName": secret},
        },
        "spec": {
            "storageClassName": str(destination.get("storageClass", "")),
            "accessModes": [destination.get("accessMode") or "ReadWriteMany"],
            "volumeMode": "Block",
            "resources": {"requests": {"storage": str(disk.size)}},
            "dataSourceRef": {"apiGroup": "forklift.konveyor.io", "kind": POPULATOR, "name": name},
        },
    }
    edit = defect_of(run.lab).claim
    if edit is not None:
        edit(claim, index == 0)
    return claim


def _labels(run: VmRun, disk: Disk, mapped: Mapped) -> dict[str, str]:
    """The datastore's NAA id only where there is one; host and plan by release."""
    release, labels = run.toolkit.release, run.identity | {_KEY: str(disk.key)}
    if mapped.store.type == "VMFS":
        labels["volume.csi.k8s.io/affinity-source-naa"] = mapped.store.backing
    if release.labels_plan_name:
        labels["plan"] = run.view.uid
    if release.throttles_populators:
        labels["sourceHost"] = run.vm.machine.host
    return labels


def _annotations(run: VmRun, disk: Disk) -> dict[str, str]:
    file = run.disk_name(disk)
    return {DISK_SOURCE: file, "copy-offload": file} | notes(run, file)
