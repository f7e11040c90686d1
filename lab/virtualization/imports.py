"""What CDI finds at the source of a DataVolume: content by digest, and the guest on a boot disk."""

from base64 import b64decode
from collections.abc import Callable
from copy import deepcopy

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.ovirt.contents import engine_content
from lab.virtualization.anatomy import namespace_of, uid_of
from lab.virtualization.claims import BLANK
from lab.virtualization.export_forms import TOKEN_HEADER
from lab.world import media
from lab.world.contents import content_of
from lab.world.model import GIB, Disk, Layer, Machine, Snapshot, Volume

Source = Callable[[Lab, Object, str], Volume | None]
"""(lab, DataVolume, checkpoint) -> content without a size of its own, None when the source has no such thing."""

_SECONDS_PER_GIB = 6.0
_DELTA_SECONDS = 10.0


def content(lab: Lab, data_volume: Object, checkpoint: str) -> Volume | None:
    """What one copy from the source yields; a kind of source that nobody serves is refused loudly."""
    kind = source_kind(data_volume)
    if kind not in SOURCES:
        lab.requests.refused[f"DataVolume source {kind}"] += 1
        return None
    return SOURCES[kind](lab, data_volume, checkpoint)


def source_kind(data_volume: Object) -> str:
    """blank, vddk, http, pvc, ... or sourceRef."""
    spec = data_volume["spec"]
    return next(iter(spec.get("source") or {}), "sourceRef" if "sourceRef" in spec else "blank")


def duration(data_volume: Object, volume: Volume, *, delta: bool) -> float:
    """Emulated seconds that the copy takes."""
    if source_kind(data_volume) == "blank":
        return 1.0
    return _DELTA_SECONDS if delta else max(5.0, volume.size / GIB * _SECONDS_PER_GIB)


def _blank(_lab: Lab, _data_volume: Object, _checkpoint: str) -> Volume:
    return Volume(size=0, digest=BLANK)


def _vddk(lab: Lab, data_volume: Object, checkpoint: str) -> Volume | None:
    """The disk as the checkpoint's snapshot froze it; without a checkpoint as it is now."""
    backing = data_volume["spec"]["source"]["vddk"]["backingFile"]
    for machine in lab.world.machines.values():
        for disk in machine.disks:
            if backing == disk.file or backing in disk.parents:
                return _frozen(machine, disk, checkpoint)
    return None


def _frozen(machine: Machine, disk: Disk, checkpoint: str) -> Volume | None:
    frozen: Layer | None = None
    if checkpoint:
        snapshot = _snapshot(machine, checkpoint)
        if snapshot is None or disk.key not in snapshot.layers:
            return None
        frozen = snapshot.layers[disk.key]
    return content_of(machine, disk, frozen)


def _snapshot(machine: Machine, moref: str) -> Snapshot | None:
    return next((snapshot for snapshot in machine.snapshots if snapshot.moref == moref), None)


def _imageio(lab: Lab, data_volume: Object, checkpoint: str) -> Volume | None:
    """A disk of the oVirt engine; a checkpoint is the id that one of its snapshots gave to the disk."""
    return engine_content(lab.world.ovirt, data_volume["spec"]["source"]["imageio"]["diskId"], checkpoint)


def _claim(lab: Lab, data_volume: Object, _checkpoint: str) -> Volume | None:
    source = data_volume["spec"]["source"]["pvc"]
    return _clone(lab, source.get("namespace", namespace_of(data_volume)), source["name"])


def _data_source(lab: Lab, data_volume: Object, _checkpoint: str) -> Volume | None:
    reference = data_volume["spec"]["sourceRef"]
    namespace = reference.get("namespace", namespace_of(data_volume))
    found = lab.store.get("DataSource", namespace, reference["name"])
    claim = ((found or {}).get("spec") or {}).get("source", {}).get("pvc")
    return _clone(lab, claim["namespace"], claim["name"]) if claim else None


def _clone(lab: Lab, namespace: str, name: str) -> Volume | None:
    claim = lab.store.get("PersistentVolumeClaim", namespace, name)
    found = lab.world.volumes.get(uid_of(claim)) if claim else None
    copy = deepcopy(found)
    if copy is not None:
        media.lose(copy)
    return copy


def _fetched(lab: Lab, data_volume: Object, _checkpoint: str) -> Volume | None:
    """A disk that is served at the URL, for the headers that the DataVolume's Secrets send along."""
    source = data_volume["spec"]["source"]["http"]
    served = lab.world.served.get(source["url"])
    if served is None or f"{TOKEN_HEADER}:{served.token}" not in _headers(lab, data_volume):
        return None
    copy = deepcopy(served.volume)
    media.lose(copy)
    return copy


def _headers(lab: Lab, data_volume: Object) -> set[str]:
    names = data_volume["spec"]["source"]["http"].get("secretExtraHeaders") or []
    found = (lab.store.get("Secret", namespace_of(data_volume), name) for name in names)
    secrets = [secret for secret in found if secret is not None]
    return {b64decode(value).decode() for secret in secrets for value in (secret.get("data") or {}).values()}


SOURCES: dict[str, Source] = {
    "blank": _blank,
    "vddk": _vddk,
    "imageio": _imageio,
    "http": _fetched,
    "pvc": _claim,
    "sourceRef": _data_source,
}
"""Other platforms add theirs when their service starts."""
