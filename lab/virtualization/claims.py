"""PersistentVolumeClaims: bound at once, on first use, or to a volume that somebody filled for them."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import (
    FINAL_PODS,
    annotation,
    claims_of,
    deleting,
    name_of,
    namespace_of,
    phase_of,
    uid_of,
)
from lab.virtualization.events import emit
from lab.virtualization.profiles import default_class
from lab.virtualization.quantities import parse
from lab.world.model import Volume

PROTECTION = "kubernetes.io/pvc-protection"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
IMMEDIATE = "cdi.kubevirt.io/storage.bind.immediate.requested"
_KIND = "PersistentVolumeClaim"
BLANK = "blank"
"""Digest of a volume that nobody has written to."""


class ClaimBinding:
    """Facts/openshift.md 4.3; a claim with a populator waits until a volume names it in its claimRef."""

    watches: tuple[str, ...] = ("PersistentVolumeClaim", "PersistentVolume", "Pod")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == _KIND:
            return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
        if obj["kind"] == "PersistentVolume":
            claim = obj["spec"].get("claimRef")
            holders = {(claim["namespace"], claim["name"])} if claim else set()
            holders |= self._holders(name_of(obj))
            return [Ref(_KIND, namespace, name) for namespace, name in holders]
        return [Ref(_KIND, namespace_of(obj), name) for name in claims_of(obj.get("spec") or {})]

    def _holders(self, volume: str) -> set[tuple[str, str]]:
        claims = self._lab.store.list(_KIND)
        return {(namespace_of(claim), name_of(claim)) for claim in claims if claim["spec"].get("volumeName") == volume}

    async def reconcile(self, ref: Ref) -> float | None:
        claim = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if claim is None:
            return None
        if deleting(claim):
            self._unprotect(claim)
        elif phase_of(claim) == "Bound":
            self._lose(claim)
        elif phase_of(claim) != "Lost":
            await self._bind(self._prepared(claim))
        return None

    def _unprotect(self, claim: Object) -> None:
        finalizers = claim["metadata"].get("finalizers") or []
        if PROTECTION in finalizers and not self._used(claim):
            left = [item for item in finalizers if item != PROTECTION]
            self._lab.store.patch(_KIND, namespace_of(claim), name_of(claim), {"metadata": {"finalizers": left}})

    def _consumers(self, claim: Object) -> list[Object]:
        pods = self._lab.store.list("Pod", namespace_of(claim))
        return [pod for pod in pods if phase_of(pod) not in FINAL_PODS and name_of(claim) in claims_of(pod["spec"])]

    def _used(self, claim: Object) -> bool:
        """A pod gets no node before its claims are bound, and only pods that have one hold claims (Kubernetes,
        pkg/controller/volume/pvcprotection)."""
        return phase_of(claim) == "Bound" and bool(self._consumers(claim))

    def _lose(self, claim: Object) -> None:
        """The volume of a bound claim was taken away: how a prime claim ends."""
        volume = self._lab.store.get("PersistentVolume", "", claim["spec"]["volumeName"])
        if volume is None or volume["spec"].get("claimRef", {}).get("uid") != uid_of(claim):
            self._lab.store.set_status(_KIND, namespace_of(claim), name_of(claim), {"phase": "Lost"})

    def _prepared(self, claim: Object) -> Object:
        """What admission and the first sync add: finalizer, default class, volume mode, phase Pending."""
        store, change = self._lab.store, Object()
        finalizers = claim["metadata"].get("finalizers") or []
        if PROTECTION not in finalizers:
            change["metadata"] = {"finalizers": [*finalizers, PROTECTION]}
        spec = {} if "volumeMode" in claim["spec"] else {"volumeMode": "Filesystem"}
        if claim["spec"].get("storageClassName") is None and (klass := default_class(store, for_machines=False)):
            spec["storageClassName"] = klass
        if spec:
            change["spec"] = spec
        key = (_KIND, namespace_of(claim), name_of(claim))
        patched = store.patch(*key, change) if change else claim
        if not phase_of(claim):
            store.set_status(*key, {"phase": "Pending"})
        return patched or claim

    async def _bind(self, claim: Object) -> None:
        volume = self._reserved(claim)
        if volume is None:
            if not self._may_provision(claim):
                return
            await self._lab.clock.work(1.0, owner=uid_of(claim), what="provision volume")
            current = self._lab.store.get(_KIND, namespace_of(claim), name_of(claim))
            if current is None or deleting(current) or uid_of(current) != uid_of(claim):
                return
            volume = self._lab.store.create(self._volume(claim))
        self._join(claim, volume)

    def _reserved(self, claim: Object) -> Object | None:
        volumes = self._lab.store.list("PersistentVolume")
        named = (volume for volume in volumes if volume["spec"].get("claimRef", {}).get("uid") == uid_of(claim))
        return next(named, None) or self._chosen(claim)

    def _chosen(self, claim: Object) -> Object | None:
        """A volume that somebody made by hand and the claim names, while nobody else has it."""
        name = str(claim["spec"].get("volumeName") or "")
        volume = self._lab.store.get("PersistentVolume", "", name) if name else None
        if volume is None or volume["spec"].get("claimRef"):
            return None
        return self._lab.store.patch("PersistentVolume", "", name, {"spec": {"claimRef": claim_reference(claim)}})

    def _may_provision(self, claim: Object) -> bool:
        klass = self._lab.store.get("StorageClass", "", claim["spec"].get("storageClassName") or "")
        if klass is None:
            return False
        late = klass.get("volumeBindingMode") == "WaitForFirstConsumer" and IMMEDIATE not in _annotations(claim)
        if late and not annotation(claim, SELECTED_NODE):
            # the change comes back as an event, so a populator sees the node and this claim is looked at again
            self._select_node(claim)
            return False
        return not (claim["spec"].get("dataSourceRef") or claim["spec"].get("dataSource"))

    def _select_node(self, claim: Object) -> None:
        consumers = self._consumers(claim)
        if consumers:
            node = consumers[0]["spec"].get("nodeName") or self._lab.world.nodes[0].name
            change = {"metadata": {"annotations": {SELECTED_NODE: node}}}
            self._lab.store.patch(_KIND, namespace_of(claim), name_of(claim), change)

    def _volume(self, claim: Object) -> Object:
        spec = claim["spec"]
        klass = self._lab.store.get("StorageClass", "", spec["storageClassName"]) or {}
        driver = str(klass.get("provisioner", "lab.csi"))
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {
                "name": f"pvc-{uid_of(claim)}",
                "finalizers": ["kubernetes.io/pv-protection", f"external-provisioner.volume.kubernetes.io/{driver}"],
                "annotations": {"pv.kubernetes.io/provisioned-by": driver},
            },
            "spec": {
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "accessModes": spec["accessModes"],
                "volumeMode": spec["volumeMode"],
                "storageClassName": spec["storageClassName"],
                "persistentVolumeReclaimPolicy": klass.get("reclaimPolicy", "Delete"),
                "claimRef": claim_reference(claim),
                "csi": {"driver": driver, "volumeHandle": f"handle-{uid_of(claim)}"},
            },
        }

    def _join(self, claim: Object, volume: Object) -> None:
        key = (_KIND, namespace_of(claim), name_of(claim))
        marks = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
        self._lab.store.patch(*key, {"metadata": {"annotations": marks}, "spec": {"volumeName": name_of(volume)}})
        self._fill(claim, volume)
        spec = volume["spec"]
        status = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": spec["capacity"]}
        self._lab.store.set_status(*key, status)
        message = f"Successfully provisioned volume {name_of(volume)}"
        emit(self._lab, claim, "ProvisioningSucceeded", message)

    def _fill(self, claim: Object, volume: Object) -> None:
        """Content travels with the volume: what was written for its first claim now belongs to this one."""
        volumes, uid = self._lab.world.volumes, uid_of(claim)
        former = name_of(volume).removeprefix("pvc-")
        if former != uid and former in volumes:
            moved = volumes.pop(former)
            volumes.setdefault(uid, moved)
        size = parse(volume["spec"]["capacity"]["storage"])
        volumes.setdefault(uid, Volume(size=size, digest=BLANK))


def _annotations(obj: Object) -> Object:
    return dict(obj["metadata"].get("annotations") or {})


def claim_reference(claim: Object) -> Object:
    """`claimRef` of the volume that belongs to this claim."""
    return {
        "apiVersion": "v1",
        "kind": _KIND,
        "namespace": namespace_of(claim),
        "name": name_of(claim),
        "uid": uid_of(claim),
    }
