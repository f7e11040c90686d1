"""The work of a populator's pod: it finds the disk, copies it to the prime claim and tells how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.mtv.offload import copying
from lab.mtv.offload.copying import Terms
from lab.mtv.offload.entering import CannotPopulate
from lab.mtv.openstack.contents import image_content
from lab.mtv.populators.forms import CONTAINER, prime_name
from lab.mtv.toolkit import Toolkit
from lab.ovirt.contents import engine_content
from lab.virtualization.anatomy import name_of, namespace_of, uid_of
from lab.virtualization.events import emit
from lab.world.model import GIB, Volume

Content = Callable[[Lab, Object], Volume | None]
"""(lab, populator resource) -> what its pod finds at the source; None when the source has no such thing."""


def _ovirt(lab: Lab, populator: Object) -> Volume | None:
    return engine_content(lab.world.ovirt, str(populator["spec"]["diskId"]))


OFFLOAD = "VSphereXcopyVolumePopulator"
CONTENTS: Mapping[str, Content] = {
    "OvirtVolumePopulator": _ovirt,
    "OpenstackVolumePopulator": image_content,
    OFFLOAD: copying.content,
}
"""By kind of populator; a source that is copied this way is a row more."""

_START_SECONDS, _SECONDS_PER_GIB = 2.0, 6.0
_PORTIONS = 10


@dataclass(frozen=True, slots=True)
class PopulatorPod:
    """One run of a pod, which fills the prime claim of a claim."""

    toolkit: Toolkit
    claim: Object
    populator: Object
    pod: Object

    @property
    def _lab(self) -> Lab:
        return self.toolkit.lab

    async def run(self) -> None:
        """Progress goes to the populator's status, from where the migration reads it."""
        clock, machine = self._lab.clock, str((self.pod["metadata"].get("labels") or {}).get("vmID", ""))
        self._enter("Running")
        await clock.work(_START_SECONDS, owner=machine, what="populator start")
        try:
            terms = self._terms()
        except CannotPopulate as problem:
            self._fail(str(problem))
            return
        self._say(f"I copy started, pvc={name_of(self.claim)}", *(f"I {key}={terms.told[key]}" for key in terms.told))
        for portion in range(1, _PORTIONS + 1):
            await clock.work(terms.seconds / _PORTIONS, owner=machine, what="populate claim")
            if not self._tell(portion * 100 // _PORTIONS, terms):
                return
            if portion > 1 and chosen(self._lab, Fault.DISK_TRANSFER):
                self._fail("copying was interrupted")
                return
        self._write()
        self._say("I copy finished")
        self._enter("Succeeded")

    def _terms(self) -> Terms:
        """Raises CannotPopulate; what is not copied by an array takes as long as it is large."""
        if self.populator["kind"] == OFFLOAD:
            return copying.terms(self._lab, self.claim, self.populator)
        found = CONTENTS[self.populator["kind"]](self._lab, self.populator)
        if found is None:
            raise CannotPopulate("the source has no such disk")
        return Terms(seconds=max(5.0, found.size / GIB * _SECONDS_PER_GIB), told={})

    def _fail(self, reason: str) -> None:
        self._say(f"F {reason}")
        self._enter("Failed")
        if self.claim["spec"]["dataSourceRef"]["kind"] == OFFLOAD:
            where = f"{namespace_of(self.pod)}/{name_of(self.pod)}"
            message = f"VSphere xcopy populator failed (no retry): Please check the logs of the populator pod, {where}"
            emit(self._lab, self.claim, "PopulatorFailed", message, warning=True)

    def _say(self, *lines: str) -> None:
        self._lab.logs.append(uid_of(self.pod), CONTAINER, *lines)

    def _tell(self, percent: int, terms: Terms) -> bool:
        """False when the migration has been taken back meanwhile."""
        key = (self.populator["kind"], namespace_of(self.populator), name_of(self.populator))
        current = self._lab.store.get(*key)
        if current is None or uid_of(current) != uid_of(self.populator):
            return False
        more = dict(terms.told) if self.toolkit.release.tells_xcopy else {}
        self._lab.store.set_status(*key, {"progress": str(percent)} | more)
        return True

    def _write(self) -> None:
        """What is on the disk by now, in the room that the prime claim has."""
        prime = self._lab.store.get("PersistentVolumeClaim", namespace_of(self.claim), prime_name(self.claim))
        found, volumes = CONTENTS[self.populator["kind"]](self._lab, self.populator), self._lab.world.volumes
        if prime is None or found is None or uid_of(prime) not in volumes:
            return
        found.size = volumes[uid_of(prime)].size
        volumes[uid_of(prime)] = found

    def _enter(self, phase: str) -> None:
        key = ("Pod", namespace_of(self.pod), name_of(self.pod))
        current = self._lab.store.get(*key)
        if current is not None and uid_of(current) == uid_of(self.pod):
            self._lab.store.set_status(*key, {"phase": phase, "podIP": "10.129.1.9"})
