"""The Migration Toolkit for Virtualization in one piece: what its operator installs, and its controllers."""

import asyncio
from collections.abc import Mapping
from types import ModuleType

from lab.cluster.reconciling import Controllers
from lab.kernel.service import Lab
from lab.mtv.admission import Webhooks
from lab.mtv.conditions import READY, has
from lab.mtv.conversion_pods import ConversionPods
from lab.mtv.furniture import HOST, furnish
from lab.mtv.gathering.pods import GatherPods
from lab.mtv.hooks import Hooks
from lab.mtv.maps import network_maps, storage_maps
from lab.mtv.migrations import Migrations
from lab.mtv.offload import phases as offload_phases
from lab.mtv.openshift import phases as openshift_phases
from lab.mtv.openstack import phases as server_phases
from lab.mtv.operator import Operator
from lab.mtv.ovirt import phases as engine_phases
from lab.mtv.phases import disks as disk_phases
from lab.mtv.phases import guests as guest_phases
from lab.mtv.phases import hooks as hook_phases
from lab.mtv.phases import source as source_phases
from lab.mtv.phases import target as target_phases
from lab.mtv.phases import warm as warm_phases
from lab.mtv.plans import Plans
from lab.mtv.populators.controller import Populators
from lab.mtv.providers import Providers
from lab.mtv.releases import release_named
from lab.mtv.toolkit import NAMESPACE, Toolkit
from lab.virtualization.anatomy import name_of, namespace_of

PHASES: tuple[ModuleType, ...] = (
    disk_phases,
    engine_phases,
    guest_phases,
    hook_phases,
    offload_phases,
    openshift_phases,
    server_phases,
    source_phases,
    target_phases,
    warm_phases,
)
"""Importing them registers their handlers."""
_SETTLING_SECONDS = 20.0


class MtvService:
    """Speaks only through the store, so it has no listener; what it knows of sources is the inventory's sight."""

    name = "mtv"

    def __init__(self) -> None:
        self._toolkit: Toolkit | None = None
        self._controllers: list[Controllers] = []

    async def start(self, lab: Lab) -> None:
        """Raises ValueError for a release that the lab cannot be."""
        toolkit = self._toolkit = Toolkit(lab=lab, release=release_named(lab.options.mtv))
        controllers = Controllers(lab.store)
        furnish(lab, toolkit.release)
        for kind, admit in Webhooks(toolkit).by_kind().items():
            lab.store.admitters[kind].append(admit)
        for reconciler in (
            Operator(toolkit),
            Providers(toolkit),
            network_maps(toolkit),
            storage_maps(toolkit),
            Hooks(toolkit),
            Plans(toolkit),
            Migrations(toolkit),
            ConversionPods(toolkit, lab),
            Populators(toolkit),
            GatherPods(toolkit),
        ):
            controllers.add(reconciler)
        self._controllers.append(controllers)
        if lab.remote is not None:
            self._controllers.append(Controllers(lab.remote.store))
            self._controllers[-1].add(ConversionPods(toolkit, lab.remote))
        for each in self._controllers:
            await each.start()
        async with asyncio.timeout(_SETTLING_SECONDS):
            await _settled(lab)

    async def stop(self) -> None:
        for each in self._controllers:
            await each.stop()
        if self._toolkit is not None:
            await self._toolkit.stop()

    @property
    def toolkit(self) -> Toolkit:
        """What the controllers share; raises RuntimeError before `start`."""
        if self._toolkit is None:
            raise RuntimeError("the mtv service was asked before it was started")
        return self._toolkit

    @property
    def errors(self) -> list[str]:
        """What went wrong inside the controllers; anything here is a defect of the lab."""
        return [error for each in self._controllers for error in each.errors]

    def fingerprint(self) -> Mapping[str, str]:
        """Everything it keeps is objects, and those are the cluster's to report."""
        return {}


async def _settled(lab: Lab) -> None:
    """The cluster's own Provider is Ready."""
    async for event in lab.store.subscribe("Provider"):
        found = event.object
        if (namespace_of(found), name_of(found)) == (NAMESPACE, HOST) and has(found, READY):
            return
