"""One lab: all services on one context, started together as far as they do not need each other."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lab.cluster.service import ClusterService
from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.control.service import ControlService
from lab.defects.catalogue import jitter_of
from lab.esxi.service import EsxiService
from lab.jitter.noise import Noise
from lab.jitter.spec import Jitter, parse
from lab.kernel.clock import Clock
from lab.kernel.folder import write_files
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options, Service
from lab.kernel.tls import new_authority
from lab.monitoring.service import MonitoringService
from lab.mtv.service import MtvService
from lab.openstack.service import OpenstackService
from lab.ova.service import OvaService
from lab.ovirt.service import OvirtService
from lab.virtualization.service import VirtualizationService
from lab.world.estate import pristine, remote

_log = logging.getLogger(__name__)

_FURNISHING_SPEED = 100.0
"""Until the lab is ready nobody watches its furniture being put in place."""
_STOP_SECONDS = 3.0
"""A service that takes longer to stop is left to the end of the process."""


REMOTE, MTV_GROUP = "embedded-lab-remote", "forklift.konveyor.io"


def new_lab(folder: Path, options: Options) -> Lab:
    """A fresh world with two clusters and a fresh authority; nothing listens yet."""
    jitter = parse(options.jitter or jitter_of(options.defect))
    lab = Lab(
        folder=folder,
        options=options,
        clock=Clock(options.speed),
        authority=new_authority(folder),
        requests=RequestJournal(),
        noise=Noise(jitter),
        world=pristine(options.array),
        store=Store(),
        tokens=_tokens(jitter),
    )
    (folder / "server.pem").unlink()  # its key is in memory now
    lab.remote = second_cluster(lab)
    return lab


def second_cluster(lab: Lab) -> Lab:
    """The same rooms once more: clock, estate, journal and authority are shared, everything stored is its own."""
    return replace(
        lab,
        cluster_name=REMOTE,
        absent=frozenset({MTV_GROUP}),
        world=remote(lab.world),
        store=Store(),
        tokens=_tokens(lab.noise.jitter),
        endpoints={},
    )


def _tokens(jitter: Jitter) -> Tokens:
    return Tokens(lifetime=jitter.tokens) if jitter.tokens else Tokens()


def _heavy() -> list[Service]:
    """Services whose SDK takes long to import (pyVmomi), in the order in which they start."""
    from lab.downloads.service import DownloadsService
    from lab.inventory.service import InventoryService
    from lab.vcenter.service import VcenterService

    return [InventoryService(), VcenterService(), DownloadsService()]


def _late() -> tuple[Service, Service]:
    """What nobody can need before the first guest has booted, on each cluster; its SDK takes long too (asyncssh)."""
    from lab.guests.service import GuestsService

    return GuestsService(), GuestsService("remote-guests")


class Assembly:
    """Every service of one lab."""

    def __init__(self, lab: Lab, stopping: asyncio.Event) -> None:
        self.lab = lab
        self.services: list[Service] = []
        """Those that have been started, control apart."""
        self._control = ControlService(self.services, stopping)

    async def start(self) -> None:
        """Start everything, write the folder's files, remember what pristine looks like."""
        lab, remote_lab = self.lab, self._remote
        lab.clock.speed = max(lab.options.speed, _FURNISHING_SPEED)
        await self._start(ClusterService())
        await self._start(ClusterService("remote-cluster"), remote_lab)
        async with asyncio.TaskGroup() as group:
            # All put their furniture in place before they first wait, so the others find their namespaces.
            group.create_task(self._start(VirtualizationService()))
            group.create_task(self._start(VirtualizationService("remote-virtualization"), remote_lab))
            group.create_task(self._start(MtvService()))
            group.create_task(self._start(MonitoringService()))
            group.create_task(self._start(MonitoringService("remote-monitoring"), remote_lab))
            group.create_task(self._start(OvirtService()))
            group.create_task(self._start(OpenstackService()))
            group.create_task(self._start(OvaService()))
            group.create_task(self._start(EsxiService()))
            group.create_task(self._start_heavy())
        await self._control.start(lab)
        lab.clock.speed = lab.options.speed
        lab.clock.spans.clear()
        write_files(lab, self._control.token)
        self._control.remember_pristine()

    async def start_late(self) -> None:
        """Start what can wait until others have begun to work with the lab."""
        guests, remote_guests = await asyncio.to_thread(_late)
        await self._start(guests)
        await self._start(remote_guests, self._remote)
        self.lab.world.touch()  # a guest may have come up before anybody listened

    @property
    def _remote(self) -> Lab:
        if self.lab.remote is None:
            raise RuntimeError("a lab that is assembled has two clusters")
        return self.lab.remote

    async def _start(self, service: Service, cluster: Lab | None = None) -> None:
        self.services.append(service)
        await service.start(cluster or self.lab)

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
