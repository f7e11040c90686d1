"""OpenShift Virtualization in one piece: its furniture, its controllers, its guests' power."""

import asyncio
from collections.abc import Mapping

from lab.cluster.reconciling import Controllers
from lab.kernel.fingerprint import digest
from lab.kernel.service import Lab
from lab.virtualization import attachments, instancetypes, mac_pool
from lab.virtualization.anatomy import name_of, phase_of
from lab.virtualization.claims import ClaimBinding
from lab.virtualization.datavolumes import DataVolumes
from lab.virtualization.export_proxy import ExportProxy
from lab.virtualization.exports import Exports
from lab.virtualization.furniture import GOLDEN_CLAIM, furnish
from lab.virtualization.instances import Instances
from lab.virtualization.machines import Machines
from lab.virtualization.power import GuestPower
from lab.virtualization.profiles import StorageProfiles
from lab.virtualization.volumes import VolumeReclaim

_SETTLING_SECONDS = 20.0


class VirtualizationService:
    """KubeVirt and CDI; speaks through the store and the cluster's routes, and has a listener for exports."""

    def __init__(self, name: str = "virtualization") -> None:
        self.name = name
        self._lab: Lab | None = None
        self._power: GuestPower | None = None
        self._controllers: Controllers | None = None
        self._proxy: ExportProxy | None = None

    async def start(self, lab: Lab) -> None:
        self._lab, self._power = lab, GuestPower(lab)
        self._controllers = Controllers(lab.store)
        furnish(lab)
        self._proxy = ExportProxy(lab)
        await self._proxy.open()
        lab.store.admitters[attachments.KIND].append(attachments.admit)
        lab.store.admitters["VirtualMachine"] += [mac_pool.admitter(lab), instancetypes.admitter(lab.store)]
        for reconciler in (
            StorageProfiles(lab),
            ClaimBinding(lab),
            VolumeReclaim(lab),
            DataVolumes(lab),
            Machines(lab),
            Instances(lab, self._power),
            Exports(lab),
        ):
            self._controllers.add(reconciler)
        await self._controllers.start()
        async with asyncio.timeout(_SETTLING_SECONDS):
            await _settled(lab)

    async def stop(self) -> None:
        if self._proxy is not None:
            await self._proxy.close()
        if self._controllers is not None:
            await self._controllers.stop()
        if self._power is not None:
            self._power.all_off()

    def fingerprint(self) -> Mapping[str, str]:
        """Contents of all claims and the guests that are up; the objects themselves are the cluster's to report."""
        if self._lab is None:
            return {}
        world = self._lab.world
        contents = {f"volume/{uid}": digest(volume) for uid, volume in world.volumes.items()}
        return contents | {f"guest/{guest.namespace}/{guest.machine}": "up" for guest in world.running.values()}


async def _settled(lab: Lab) -> None:
    """The furniture stops moving: profiles recognized, the golden claim bound, its volume known to be so."""
    for kind, names, phase in (
        ("StorageProfile", {klass.name for klass in lab.world.storage_classes}, ""),
        ("PersistentVolumeClaim", {GOLDEN_CLAIM}, "Bound"),
    ):
        async for event in lab.store.subscribe(kind):
            if event.object.get("status") and phase_of(event.object) == phase:
                names.discard(name_of(event.object))
            if not names:
                break
    async for event in lab.store.subscribe("PersistentVolume"):
        if phase_of(event.object) == "Bound":
            break
