"""One lab: all services on one context, started in the order in which they need each other."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lab.cluster.service import ClusterService
from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.control.service import ControlService
from lab.downloads.service import DownloadsService
from lab.guests.service import GuestsService
from lab.inventory.service import InventoryService
from lab.kernel.clock import Clock
from lab.kernel.folder import write_files
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options, Service
from lab.kernel.tls import new_authority
from lab.mtv.service import MtvService
from lab.vcenter.service import VcenterService
from lab.virtualization.service import VirtualizationService
from lab.world.estate import pristine

_STOP_SECONDS = 3.0
"""A service that takes longer to stop is left to the end of the process."""


def new_lab(folder: Path, options: Options) -> Lab:
    """A fresh world and a fresh authority; nothing listens yet."""
    lab = Lab(
        folder=folder,
        options=options,
        clock=Clock(options.speed),
        authority=new_authority(folder),
        requests=RequestJournal(),
        world=pristine(),
        store=Store(),
        tokens=Tokens(),
    )
    (folder / "server.pem").unlink()  # its key is in memory now
    return lab


class Assembly:
    """Every service of one lab."""

    def __init__(self, lab: Lab, stopping: asyncio.Event) -> None:
        self.lab = lab
        self.services: list[Service] = [
            ClusterService(),
            VirtualizationService(),
            MtvService(),
            InventoryService(),
            VcenterService(),
            GuestsService(),
            DownloadsService(),
        ]
        self._control = ControlService(self.services, stopping)

    async def start(self) -> None:
        """Start everything, write the folder's files, remember what pristine looks like."""
        for service in (*self.services, self._control):
            await service.start(self.lab)
        token = self.lab.tokens.issue(self.lab.world.cluster_account.user)
        write_files(self.lab, token, self._control.token)
        self._control.remember_pristine()

    async def stop(self) -> None:
        """Stop in the opposite order; a service that fails to stop does not keep the others from it."""
        for service in reversed(self._everything()):
            async with asyncio.timeout(_STOP_SECONDS):
                await service.stop()

    def _everything(self) -> Sequence[Service]:
        return (*self.services, self._control)
