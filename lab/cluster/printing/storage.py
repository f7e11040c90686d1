"""The columns of volumes, claims and storage classes."""

from lab.cluster.printing.columns import AGE, NAME, Column, Object, Table, at, of, value

_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


def modes(found: list[str] | None) -> str:
    """Access modes, always in the order RWO, ROX, RWX, RWOP."""
    return ",".join(short for long, short in _SHORT.items() if long in (found or ()))


def _phase(obj: Object) -> str:
    return "Terminating" if "deletionTimestamp" in obj["metadata"] else str(value(obj, "status.phase") or "")


def _bound(path: str) -> Column:
    """Capacity and access modes are those of the volume: a claim shows them when it has one."""

    def read(claim: Object) -> str:
        found = value(claim, path) if value(claim, "spec.volumeName") else None
        return modes(found) if isinstance(found, list) else str(found or "")

    return Column("Capacity" if path.endswith("storage") else "Access Modes", of(read))


def _claim(volume: Object) -> str:
    there = value(volume, "spec.claimRef")
    return f"{there.get('namespace', '')}/{there.get('name', '')}" if there else ""


def _class_name(storage_class: Object) -> str:
    marks = storage_class["metadata"].get("annotations") or {}
    return str(storage_class["metadata"]["name"]) + (" (default)" if marks.get(_DEFAULT) == "true" else "")


def _attributes_class() -> Column:
    return Column("VolumeAttributesClass", at("spec.volumeAttributesClassName", "<unset>"))


_MODE = Column("VolumeMode", at("spec.volumeMode", "<unset>"), priority=1)

STORAGE: Table = {
    "PersistentVolume": (
        NAME,
        Column("Capacity", at("spec.capacity.storage", "")),
        Column("Access Modes", of(lambda volume: modes(value(volume, "spec.accessModes")))),
        Column("Reclaim Policy", at("spec.persistentVolumeReclaimPolicy", "")),
        Column("Status", of(_phase)),
        Column("Claim", of(_claim)),
        Column("StorageClass", at("spec.storageClassName", "")),
        _attributes_class(),
        Column("Reason", at("status.reason", "")),
        AGE,
        _MODE,
    ),
    "PersistentVolumeClaim": (
        NAME,
        Column("Status", of(_phase)),
        Column("Volume", at("spec.volumeName", "")),
        _bound("status.capacity.storage"),
        _bound("status.accessModes"),
        Column("StorageClass", at("spec.storageClassName", "")),
        _attributes_class(),
        AGE,
        _MODE,
    ),
    "StorageClass": (
        Column("Name", of(_class_name)),
        Column("Provisioner", at("provisioner", "")),
        Column("ReclaimPolicy", at("reclaimPolicy", "")),
        Column("VolumeBindingMode", at("volumeBindingMode", "")),
        Column("AllowVolumeExpansion", of(lambda it: str(bool(it.get("allowVolumeExpansion"))).lower())),
        AGE,
    ),
}
