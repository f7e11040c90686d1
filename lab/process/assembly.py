"""One lab: all services on one context, started together as far as they do not need each other."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from lab.cluster.service import ClusterService
from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.control.service import ControlService
from lab.kernel.clock import Clock
from lab.kernel.folder import write_files
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options, Service
from lab.kernel.tls import new_authority
from lab.mtv.service import MtvService
from lab.virtualization.service import VirtualizationService
from lab.world.estate import pristine

_log = logging.getLogger(__name__)

_FURNISHING_SPEED = 100.0
"""Until the lab is ready nobody watches its furniture being put in place."""
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


def _heavy() -> list[Service]:
    """Services whose SDK takes long to import (pyVmomi), in the order in which they start."""
    from lab.downloads.service import DownloadsService
    from lab.inventory.service import InventoryService
    from lab.vcenter.service import VcenterService

    return [InventoryService(), VcenterService(), DownloadsService()]


def _late() -> Service:
    """The service that nobody can need before the first guest has booted, and whose SDK takes long too (asyncssh)."""
    from lab.guests.service import GuestsService

    return GuestsService()


class Assembly:
    """Every service of one lab."""

    def __init__(self, lab: Lab, stopping: asyncio.Event) -> None:
        self.lab = lab
        self.services: list[Service] = []
        """Those that have been started, control apart."""
        self._control = ControlService(self.services, stopping)

    async def start(self) -> None:
        """Start everything, write the folder's files, remember what pristine looks like."""
        lab = self.lab
        lab.clock.speed = max(lab.options.speed, _FURNISHING_SPEED)
        await self._start(ClusterService())
        async with asyncio.TaskGroup() as group:
            # Both put their furniture in place before they first wait, so the others find their namespaces.
            group.create_task(self._start(VirtualizationService()))
            group.create_task(self._start(MtvService()))
            group.create_task(self._start_heavy())
        await self._control.start(lab)
        lab.clock.speed = lab.options.speed
        lab.clock.spans.clear()
        token = lab.tokens.issue(lab.world.cluster_account.user)
        write_files(lab, token, self._control.token)
        self._control.remember_pristine()

    async def start_late(self) -> None:
        """Start what can wait until others have begun to work with the lab."""
        await self._start(await asyncio.to_thread(_late))
        self.lab.world.touch()  # a guest may have come up before anybody listened

    async def _start(self, service: Service) -> None:
        self.services.append(service)
        await service.start(self.lab)

    async def _start_heavy(self) -> None:
        for service in await asyncio.to_thread(_heavy):
            await self._start(service)

    async def stop(self) -> None:
        """Stop in the opposite order; a service that fails to stop does not keep the others from it."""
        everything: Sequence[Service] = (*self.services, self._control)
        for service in reversed(everything):
            stopping = asyncio.wait_for(service.stop(), _STOP_SECONDS)
            (problem,) = await asyncio.gather(stopping, return_exceptions=True)
            if problem is not None:
                _log.warning("the %s service did not stop: %r", service.name, problem)
