"""StorageProfiles: which access and volume modes CDI would choose for a storage class."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object, Store
from lab.kernel.service import Lab
from lab.virtualization.anatomy import annotation, name_of
from lab.virtualization.conditions import Condition, merged

DEFAULT = "storageclass.kubernetes.io/is-default-class"
DEFAULT_VIRT = "storageclass.kubevirt.io/is-default-virt-class"


class StorageProfiles:
    """Keeps one profile per class and its effective sets in the status (facts/openshift.md 4.2)."""

    watches: tuple[str, ...] = ("StorageClass", "StorageProfile")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref("StorageProfile", "", name_of(obj)),)

    async def reconcile(self, ref: Ref) -> float | None:
        store = self._lab.store
        klass, profile = store.get("StorageClass", "", ref.name), store.get("StorageProfile", "", ref.name)
        if klass is None:
            store.delete("StorageProfile", "", ref.name)
            return None
        if profile is None:
            profile = store.create(_profile(ref.name))
        store.set_status("StorageProfile", "", ref.name, self._status(klass, profile))
        return None

    def _status(self, klass: Object, profile: Object) -> Object:
        known = self._detected(name_of(klass))
        sets = (profile.get("spec") or {}).get("claimPropertySets") or known
        recognized = Condition("Recognized", bool(known), "Recognized" if known else "NotRecognized")
        return {
            "storageClass": name_of(klass),
            "provisioner": klass["provisioner"],
            "cloneStrategy": "csi-clone",
            "claimPropertySets": sets,
            "conditions": merged(
                (profile.get("status") or {}).get("conditions", ()), [recognized], self._lab.clock.stamp()
            ),
        }

    def _detected(self, name: str) -> list[Object]:
        for klass in self._lab.world.storage_classes:
            if klass.name == name:
                return [{"accessModes": [access], "volumeMode": volume} for access, volume in klass.modes]
        return []


def _profile(name: str) -> Object:
    return {
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "StorageProfile",
        "metadata": {"name": name, "labels": {"app": "containerized-data-importer"}},
        "spec": {},
    }


def default_class(store: Store, *, for_machines: bool) -> str:
    """Name of the default class, empty when there is none; of several the newest wins."""
    keys = (DEFAULT_VIRT, DEFAULT) if for_machines else (DEFAULT,)
    for key in keys:
        marked = [klass for klass in store.list("StorageClass") if annotation(klass, key) == "true"]
        if marked:
            return name_of(max(marked, key=lambda klass: str(klass["metadata"]["creationTimestamp"])))
    return ""


def preferred_modes(store: Store, class_name: str, volume_mode: str = "") -> tuple[list[str], str]:
    """Access modes and volume mode that fill the gaps of a DataVolume's `spec.storage`."""
    profile = store.get("StorageProfile", "", class_name) or {}
    sets = (profile.get("status") or {}).get("claimPropertySets") or []
    fitting = [item for item in sets if volume_mode in ("", item["volumeMode"])]
    best = fitting[0] if fitting else {"accessModes": ["ReadWriteOnce"], "volumeMode": volume_mode or "Filesystem"}
    return list(best["accessModes"]), str(best["volumeMode"])
