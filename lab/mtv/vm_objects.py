"""Secrets, DataVolumes and conversion pods that a machine needs in the target namespace."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from math import ceil

from lab.cluster.store import Object
from lab.mtv import ova_storage, static_addresses
from lab.mtv.object_names import claim_names
from lab.mtv.provider_secrets import value
from lab.mtv.references import resolve
from lab.mtv.vm_run import DISK_INDEX, DISK_SOURCE, VmRun
from lab.virtualization.anatomy import name_of, namespace_of
from lab.world.model import Disk

V2V_APP = {"forklift.app": "virt-v2v"}
_MIB = 1024**2
_OVERHEAD = 10
"""Per cent that are added for a filesystem (facts/forklift.md 6.2, controller_filesystem_overhead)."""


def secret(run: VmRun, use: str) -> Object:
    """Credentials of the source for whoever copies; `use` is the label isDV or isV2V."""
    if run.view.source_type == "ova":
        return plain(run, "Secret", {use: "true"}) | opaque({})
    known = resolve(run.lab, "Secret", (run.view.pair.source or {"spec": {}})["spec"].get("secret"))
    keys = {"accessKeyId": value(known, "user"), "secretKey": value(known, "password")}
    return plain(run, "Secret", {use: "true"}) | opaque(keys)


def config_map(run: VmRun) -> Object:
    """What the conversion pod is told about its disks."""
    return plain(run, "ConfigMap", {}) | {"data": {"input.xml": f"<domain><name>{run.target_name}</name></domain>"}}


def opaque(texts: Mapping[str, str]) -> Object:
    """What a Secret with these texts has beside its metadata."""
    return {"type": "Opaque", "data": {key: b64encode(text.encode()).decode() for key, text in texts.items()}}


def plain(run: VmRun, kind: str, labels: dict[str, str]) -> Object:
    """Something small that belongs to one machine, still empty."""
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"generateName": run.prefix, "namespace": run.namespace, "labels": run.labels() | labels},
    }


def data_volumes(run: VmRun, credentials: str) -> Iterator[Object]:
    """One per disk in boot order; blank ones where virt-v2v copies (facts/forklift.md 3.6)."""
    for index, disk in enumerate(run.disks):
        yield _data_volume(run, disk, index, credentials)


def _data_volume(run: VmRun, disk: Disk, index: int, credentials: str) -> Object:
    labels = run.labels()
    annotations = labels | {
        DISK_SOURCE: run.disk_name(disk),
        "cdi.kubevirt.io/storage.deleteAfterCompletion": "false",
    }
    if run.view.source_type == "vsphere":
        annotations[DISK_INDEX] = str(index)
    if not run.view.v2v_copies:
        labels = labels | {"vmUUID": run.vm.machine.uuid}
        if not run.view.to_host or run.view.mode == "warm":
            annotations["cdi.kubevirt.io/storage.bind.immediate.requested"] = "true"
        if run.view.mode == "warm":
            annotations["cdi.kubevirt.io/storage.usePopulator"] = "false"
    metadata = {
        **claim_names(run, index, disk),
        "namespace": run.namespace,
        "labels": labels,
        "annotations": annotations,
    }
    source = {"blank": {}} if run.view.v2v_copies else {"vddk": _vddk(run, disk, credentials)}
    spec: Object = {"source": source, "storage": storage(run, disk)}
    if run.view.mode == "warm":
        first = run.status["warm"]["precopies"][0]["snapshot"]
        spec |= {"checkpoints": [{"previous": "", "current": first}], "finalCheckpoint": False}
    return {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": metadata, "spec": spec}


def _vddk(run: VmRun, disk: Disk, credentials: str) -> Object:
    provider = run.view.pair.source or {"spec": {}}
    source = {
        "backingFile": run.disk_name(disk),
        "uuid": run.vm.machine.uuid,
        "url": provider["spec"].get("url", ""),
        "secretRef": credentials,
        "thumbprint": (provider.get("status") or {}).get("fingerprint", ""),
    }
    image = (provider["spec"].get("settings") or {}).get("vddkInitImage")
    return source | {"initImageURL": image} if image else source


def storage(run: VmRun, disk: Disk) -> Object:
    """Class and, where the map says so, modes; the size in whole MiB."""
    wanted = run.view.storage_destination(disk.datastore) or {}
    mode, access = wanted.get("volumeMode"), wanted.get("accessMode")
    size = disk.size
    if mode == "Filesystem" and run.view.source_type == "vsphere":
        size = ceil(size / (1 - _OVERHEAD / 100))
    shown: Object = {"resources": {"requests": {"storage": str(ceil(size / _MIB) * _MIB)}}}
    if wanted.get("storageClass"):
        shown["storageClassName"] = wanted["storageClass"]
    return shown | ({"volumeMode": mode} if mode else {}) | ({"accessModes": [access]} if access else {})


def conversion(run: VmRun) -> Object:
    """The Conversion resource that drives a pod from 2.12 on."""
    labels = run.labels() | {"conversion-type": _type(run)}
    claims = [{"name": name_of(claim), "namespace": namespace_of(claim)} for claim in run.claims().values()]
    return {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Conversion",
        "metadata": {"generateName": run.prefix, "namespace": run.view.namespace, "labels": labels},
        "spec": {"type": _type(run), "diskRefs": claims},
    }


def _type(run: VmRun) -> str:
    return "InPlace" if run.view.in_place else "Remote"


def conversion_pod(run: VmRun, conversion_name: str) -> Object:
    """The virt-v2v pod with every claim of the machine, in boot order."""
    claims = run.claims()
    ordered = [claims[run.disk_name(disk)] for disk in run.disks]
    volumes = [_mounted(name_of(claim), name_of(claim)) for claim in ordered]
    if run.view.source_type == "ova":
        volumes.append(_mounted(ova_storage.VOLUME, ova_storage.export_claim(run)))
    labels = run.labels() | V2V_APP | ({"conversion": conversion_name} if conversion_name else {})
    metadata = {
        "generateName": run.prefix,
        "namespace": run.namespace,
        "labels": labels | (run.view.spec.get("convertorLabels") or {}),
        "annotations": {DISK_SOURCE: run.id, "forklift.konveyor.io/conversion-type": _type(run)},
    }
    container = {"name": "virt-v2v", "image": "registry.lab.test/mtv/virt-v2v-rhel9:lab", "env": _environment(run)}
    spec = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": volumes,
        "nodeSelector": run.view.spec.get("convertorNodeSelector") or {},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _mounted(name: str, claim: str) -> Object:
    return {"name": name, "persistentVolumeClaim": {"claimName": claim}}


def _environment(run: VmRun) -> list[Object]:
    """The guest's addresses go along when the Plan keeps them, as far as the inventory was ever told of them."""
    name = {"name": "V2V_vmName", "value": run.vm.machine.name}
    if run.view.source_type == "ova":
        archive = run.disk_name(run.disks[0]).partition("::")[0]
        return [name, {"name": "V2V_diskPath", "value": archive}, {"name": "V2V_source", "value": "ova"}]
    told = run.view.sight.told(run.id) if run.view.spec.get("preserveStaticIPs", True) else ()
    shown = static_addresses.listed(run.vm.machine.guest.family, told)
    return [name, {"name": static_addresses.VARIABLE, "value": shown}] if shown else [name]
