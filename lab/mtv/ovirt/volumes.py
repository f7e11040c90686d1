"""DataVolumes by imageio: a warm migration, and any to another cluster (facts/forklift.md 3.6)."""

from base64 import b64encode
from collections.abc import Iterator

from lab.cluster.store import Object
from lab.mtv.ovirt.snapshots import checkpoint
from lab.mtv.provider_secrets import authority
from lab.mtv.references import resolve
from lab.mtv.vm_objects import storage
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.world.model import Disk


def certificates(run: VmRun) -> Object:
    """The ConfigMap by which CDI trusts the engine."""
    secret = resolve(run.lab, "Secret", (run.view.pair.source or {"spec": {}})["spec"].get("secret"))
    pem = authority(secret) or run.lab.authority.ca_pem
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"generateName": run.prefix, "namespace": run.namespace, "labels": run.labels()},
        "binaryData": {"ca.pem": b64encode(pem.encode()).decode()},
    }


def data_volumes(run: VmRun, secret: str, config_map: str) -> Iterator[Object]:
    """In the order of the storage map, as Forklift makes them."""
    stores = [store.name for store in run.view.source.stores().values()]
    for store in sorted(stores, key=lambda name: _place(run, name)):
        for disk in run.disks:
            if disk.datastore == store:
                yield _data_volume(run, disk, secret, config_map)


def _place(run: VmRun, store: str) -> int:
    entries = (run.view.storage or {"spec": {}})["spec"].get("map") or []
    destinations = [entry["destination"] for entry in entries]
    wanted = run.view.storage_destination(store)
    return next((place for place, item in enumerate(destinations) if item is wanted), len(destinations))


def _data_volume(run: VmRun, disk: Disk, secret: str, config_map: str) -> Object:
    annotations = run.labels() | {
        DISK_SOURCE: run.disk_name(disk),
        "cdi.kubevirt.io/storage.deleteAfterCompletion": "false",
        "cdi.kubevirt.io/storage.bind.immediate.requested": "true",
    }
    warm = run.view.mode == "warm"
    source = {
        "url": (run.view.pair.source or {"spec": {}})["spec"].get("url", ""),
        "diskId": run.disk_name(disk),
        "secretRef": secret,
        "certConfigMap": config_map,
    }
    spec: Object = {"source": {"imageio": source}, "storage": storage(run, disk)}
    if warm:
        annotations["cdi.kubevirt.io/storage.usePopulator"] = "false"
        spec |= {"checkpoints": [checkpoint(run, disk)], "finalCheckpoint": False}
    metadata = {
        "generateName": run.prefix,
        "namespace": run.namespace,
        "labels": run.labels(),
        "annotations": annotations,
    }
    return {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": metadata, "spec": spec}
