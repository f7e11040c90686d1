"""DataVolumes: a claim is made, filled by way of a prime claim, and handed over."""

from collections.abc import Iterable, Sequence

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.virtualization import imports
from lab.virtualization.anatomy import (
    annotation,
    deleting,
    name_of,
    namespace_of,
    owner_named,
    owner_reference,
    phase_of,
    uid_of,
)
from lab.virtualization.claim_forms import claim_for, importer_pod, prime_for
from lab.virtualization.claims import IMMEDIATE, SELECTED_NODE, claim_reference
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.events import emit

_KIND, _CLAIM, _GROUP = "DataVolume", "PersistentVolumeClaim", "cdi.kubevirt.io"
_COPIED = "cdi.kubevirt.io/storage.checkpoint.copied."
_DONE = "cdi.kubevirt.io/storage.pod.phase"
_PORTIONS = 10
_CLONES = ("pvc", "snapshot", "sourceRef")


class DataVolumes:
    """Facts/openshift.md 4.1. One step per visit; what is already copied stands in the claim's annotations."""

    watches: tuple[str, ...] = (_KIND, _CLAIM)

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == _KIND:
            return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
        owner = owner_named(obj, _KIND) or owner_named(obj, _CLAIM) or name_of(obj)
        return (Ref(_KIND, namespace_of(obj), owner),)

    async def reconcile(self, ref: Ref) -> float | None:
        volume = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if volume is None or deleting(volume) or phase_of(volume) in ("Succeeded", "Failed"):
            return None
        claim = self._lab.store.get(_CLAIM, ref.namespace, ref.name)
        if claim is None:
            claim = self._lab.store.create(claim_for(self._lab.store, volume))
            self._report(volume, "Pending", "N/A")
        elif _adopts(volume) and not owner_named(claim, _KIND):
            self._adopt(volume, claim)
            return None
        elif not phase_of(volume) and owner_named(claim, _KIND) != name_of(volume):
            message = f'Resource "{name_of(claim)}" already exists and is not managed by DataVolume'
            emit(self._lab, volume, "ErrResourceExists", message, warning=True)
            return None
        carrier = self._carrier(volume, claim)
        if carrier is None:
            self._report(volume, self._waiting(volume, claim), "N/A")
            return None
        missing = self._missing(volume, claim)
        if missing:
            await self._copy(volume, claim, carrier, missing[0])
        elif imports_pause(volume):
            self._report(volume, "Paused", _progress(volume))
        else:
            self._hand_over(volume, claim, carrier)
        return None

    def _adopt(self, volume: Object, claim: Object) -> None:
        """Whoever made the claim lets it be taken over; the change brings the next visit."""
        owners = [*(claim["metadata"].get("ownerReferences") or []), owner_reference(volume)]
        self._lab.store.patch(_CLAIM, namespace_of(claim), name_of(claim), {"metadata": {"ownerReferences": owners}})
        self._report(volume, "Pending", "N/A")

    def _carrier(self, volume: Object, claim: Object) -> Object | None:
        """The bound claim that data is written to: the prime one, or without populators the claim itself."""
        if not _fills(claim) or phase_of(claim) == "Bound":
            return claim if phase_of(claim) == "Bound" else None
        if self._must_wait(volume, claim):
            return None
        key = (_CLAIM, namespace_of(claim), f"prime-{uid_of(claim)}")
        prime = self._lab.store.get(*key)
        if prime is None:
            prime = self._lab.store.create(prime_for(claim))
        return prime if phase_of(prime) in ("Bound", "Lost") else None

    def _must_wait(self, volume: Object, claim: Object) -> bool:
        klass = self._lab.store.get("StorageClass", "", claim["spec"].get("storageClassName") or "")
        if klass is None:
            return True
        late = klass.get("volumeBindingMode") == "WaitForFirstConsumer"
        asked = IMMEDIATE in (volume["metadata"].get("annotations") or {})
        return late and not asked and not annotation(claim, SELECTED_NODE)

    def _waiting(self, volume: Object, claim: Object) -> str:
        if not self._must_wait(volume, claim) or not claim["spec"].get("storageClassName"):
            return "Pending"
        return "PendingPopulation" if claim["spec"].get("dataSourceRef") else "WaitForFirstConsumer"

    def _missing(self, volume: Object, claim: Object) -> Sequence[str]:
        """Checkpoints still to copy, oldest first; a plain import has the one checkpoint ""."""
        checkpoints = volume["spec"].get("checkpoints") or []
        if checkpoints:
            return [item["current"] for item in checkpoints if not annotation(claim, _COPIED + item["current"])]
        filled = annotation(claim, _DONE) == "Succeeded"
        adopted = annotation(volume, "cdi.kubevirt.io/storage.prePopulated")
        return [] if filled or adopted or imports_pause(volume) else [""]

    async def _copy(self, volume: Object, claim: Object, carrier: Object, checkpoint: str) -> None:
        found = imports.content(self._lab, volume, checkpoint)
        kind = "Clone" if imports.source_kind(volume) in _CLONES else "Import"
        self._report(volume, f"{kind}Scheduled", _progress(volume))
        if found is None:
            return
        pod = self._importer(carrier, checkpoint) if kind == "Import" else None
        await self._lab.clock.work(2.0, owner=uid_of(volume), what="importer start")
        self._pod_phase(pod, "Running")
        delta = any(item["current"] == checkpoint and item.get("previous") for item in _checkpoints(volume))
        seconds = imports.duration(volume, found, delta=delta)
        for portion in range(_PORTIONS):
            if not self._report(volume, f"{kind}InProgress", f"{portion * 100 / _PORTIONS:.2f}%"):
                self._remove(pod)  # or it would hold the claim that it belongs to
                return
            await self._lab.clock.work(seconds / _PORTIONS, owner=uid_of(volume), what=f"{kind.lower()} data")
        target = self._lab.world.volumes.get(uid_of(carrier))
        if target is not None and not self._loses(volume, checkpoint):
            found.size = target.size
            self._lab.world.volumes[uid_of(carrier)] = found
        self._finish(claim, pod, checkpoint)

    def _loses(self, volume: Object, checkpoint: str) -> bool:
        """Whether a defect keeps the last delta of a warm migration from the claim."""
        final = volume["spec"].get("finalCheckpoint", False) and _checkpoints(volume)[-1]["current"] == checkpoint
        return bool(final) and chosen(self._lab, Fault.LAST_DELTA)

    def _importer(self, carrier: Object, checkpoint: str) -> Object:
        pod = importer_pod(carrier, checkpoint)
        key = ("Pod", namespace_of(pod), name_of(pod))
        return self._lab.store.get(*key) or self._lab.store.create(pod)

    def _pod_phase(self, pod: Object | None, phase: str) -> None:
        if pod is not None:
            self._lab.store.set_status("Pod", namespace_of(pod), name_of(pod), {"phase": phase})

    def _remove(self, pod: Object | None) -> None:
        if pod is not None:
            self._lab.store.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))

    def _finish(self, claim: Object, pod: Object | None, checkpoint: str) -> None:
        marks = {_COPIED + checkpoint: "true"} if checkpoint else {_DONE: "Succeeded"}
        self._pod_phase(pod, "Succeeded")
        self._remove(pod)
        # this write is the event that brings the next visit
        key = (_CLAIM, namespace_of(claim), name_of(claim))
        self._lab.store.patch(*key, {"metadata": {"annotations": marks}})

    def _hand_over(self, volume: Object, claim: Object, carrier: Object) -> None:
        """The prime claim's volume becomes the claim's; then prime, by now Lost, may go."""
        store, prime = self._lab.store, f"prime-{uid_of(claim)}"
        if phase_of(claim) != "Bound":
            change = {"spec": {"claimRef": claim_reference(claim)}}
            store.patch("PersistentVolume", "", carrier["spec"]["volumeName"], change)
            return
        if not chosen(self._lab, Fault.PRIME_CLAIMS_STAY):
            store.delete(_CLAIM, namespace_of(claim), prime)
        self._report(volume, "Succeeded", "100.0%")
        emit(self._lab, volume, "ImportSucceeded", f"Successfully imported into PVC {name_of(claim)}")

    def _report(self, volume: Object, phase: str, progress: str) -> bool:
        """Write the status; False when the DataVolume is gone or another one now."""
        key = (_KIND, namespace_of(volume), name_of(volume))
        current = self._lab.store.get(*key)
        if current is None or deleting(current) or uid_of(current) != uid_of(volume):
            return False
        before = (current.get("status") or {}).get("conditions", ())
        status = {
            "claimName": name_of(volume),
            "phase": phase,
            "progress": progress,
            "conditions": merged(before, _conditions(name_of(volume), phase), self._lab.clock.stamp()),
        }
        self._lab.store.set_status(*key, status)
        return True


def _adopts(volume: Object) -> bool:
    return annotation(volume, "cdi.kubevirt.io/allowClaimAdoption") == "true"


def _fills(claim: Object) -> bool:
    """Whether CDI's own populator fills a claim, and nobody else's."""
    return str((claim["spec"].get("dataSourceRef") or {}).get("apiGroup", "")) == _GROUP


def imports_pause(volume: Object) -> bool:
    """Between the checkpoints of a warm migration."""
    spec = volume["spec"]
    return "checkpoints" in spec and not spec.get("finalCheckpoint", False)


def _checkpoints(volume: Object) -> list[Object]:
    return list(volume["spec"].get("checkpoints") or [])


def _progress(volume: Object) -> str:
    return str((volume.get("status") or {}).get("progress", "N/A"))


def _conditions(name: str, phase: str) -> list[Condition]:
    bound = phase not in ("", "Pending", "PendingPopulation", "WaitForFirstConsumer")
    running = phase.endswith("InProgress")
    done = phase == "Succeeded"
    return [
        Condition("Bound", bound, "Bound" if bound else "Pending", f"PVC {name} {'Bound' if bound else 'Pending'}"),
        Condition("Running", running, *_running_reason(phase)),
        Condition("Ready", done, "" if done or not running else "TransferRunning"),
    ]


def _running_reason(phase: str) -> tuple[str, str]:
    if phase == "Succeeded":
        return "Completed", "Import Complete"
    return ("Pod is running", "") if phase.endswith("InProgress") else ("", "")
