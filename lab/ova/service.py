"""The OVA service: appliances on an export, and the provider servers that MTV starts to read them."""

from collections.abc import Mapping

from lab.cluster.reconciling import Controllers
from lab.kernel.fingerprint import digest
from lab.kernel.service import Lab
from lab.ova.pods import ServerPods
from lab.ova.servers import ProviderServers


class OvaService:
    """Speaks only through the store: nobody but a pod ever mounts the export, so nothing listens."""

    name = "ova"

    def __init__(self) -> None:
        self._lab: Lab | None = None
        self._controllers: Controllers | None = None

    async def start(self, lab: Lab) -> None:
        """The endpoint is the export's `host:/path`, which names no address of this machine."""
        self._lab, self._controllers = lab, Controllers(lab.store)
        lab.endpoints[self.name] = lab.world.export.url
        for reconciler in (ProviderServers(lab), ServerPods(lab)):
            self._controllers.add(reconciler)
        await self._controllers.start()

    async def stop(self) -> None:
        if self._controllers is not None:
            await self._controllers.stop()

    @property
    def errors(self) -> list[str]:
        """What went wrong inside the controllers; anything here is a defect of the lab."""
        return self._controllers.errors if self._controllers is not None else []

    def fingerprint(self) -> Mapping[str, str]:
        """The appliances; what is in the cluster is the cluster's to report."""
        export = self._lab.world.export if self._lab is not None else None
        if export is None:
            return {}
        marks = {f"appliances/{appliance.path}": digest(appliance) for appliance in export.appliances.values()}
        return marks | {f"networks/{network.name}": digest(network) for network in export.networks.values()}
