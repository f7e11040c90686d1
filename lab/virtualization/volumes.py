"""PersistentVolumes: Bound while their claim lives, then released and, by their policy, removed or kept."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import deleting, name_of, phase_of, uid_of

_KIND = "PersistentVolume"


class VolumeReclaim:
    """Facts/openshift.md 4.3: Delete removes a released volume a moment later, Retain keeps it for ever."""

    watches: tuple[str, ...] = ("PersistentVolume", "PersistentVolumeClaim")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == _KIND:
            return (Ref(_KIND, "", name_of(obj)),)
        volume = obj["spec"].get("volumeName")
        return (Ref(_KIND, "", volume),) if volume else ()

    async def reconcile(self, ref: Ref) -> float | None:
        volume = self._lab.store.get(_KIND, "", ref.name)
        if volume is None:
            return None
        phase = self._phase(volume)
        if phase_of(volume) != phase:
            self._lab.store.set_status(_KIND, "", ref.name, {"phase": phase})
        if phase != "Bound" and deleting(volume):
            self._remove(volume)
        elif phase == "Released" and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
            await self._lab.clock.work(1.0, owner=ref.name, what="delete volume")
            self._remove(volume)
        return None

    def _phase(self, volume: Object) -> str:
        reference = volume["spec"].get("claimRef")
        if not reference:
            return "Available"
        claim = self._lab.store.get("PersistentVolumeClaim", reference["namespace"], reference["name"])
        if claim is None or uid_of(claim) != reference["uid"]:
            return "Released"
        return "Bound"

    def _remove(self, volume: Object) -> None:
        current = self._lab.store.get(_KIND, "", name_of(volume))
        if current is None or self._phase(current) == "Bound":
            return
        self._lab.store.delete(_KIND, "", name_of(volume), uid=uid_of(volume))
        self._lab.store.patch(_KIND, "", name_of(volume), {"metadata": {"finalizers": []}})
        self._lab.world.volumes.pop(str(current["spec"].get("claimRef", {}).get("uid", "")), None)
