"""The OpenStack service: one HTTPS listener in front of all its APIs, as a small cloud's proxy has it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from lab.jitter.delays import delaying
from lab.kernel.fingerprint import digest
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.openstack import actions, identity, images, networks, volume_snapshots
from lab.openstack.api import serve
from lab.openstack.discovery import IDENTITY
from lab.openstack.platform import Platform, platform_of

_PARTS = (identity.PART, actions.PART, volume_snapshots.PART, images.PART, networks.PART)


class OpenstackService:
    """Emulated OpenStack 2024.1 on the world's cloud."""

    name = "openstack"

    def __init__(self) -> None:
        self._platform: Platform | None = None
        self._listener: Listener | None = None

    @property
    def platform(self) -> Platform:
        """State behind the wire; raises RuntimeError before `start`."""
        if self._platform is None:
            raise RuntimeError("the openstack service was asked before it was started")
        return self._platform

    async def start(self, lab: Lab) -> None:
        self._platform = platform_of(lab)
        app = web.Application(middlewares=[journalled(lab, self.name), delaying(lab.noise, self.name)])
        for part in _PARTS:
            serve(app, self._platform, part)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._listener = Listener(app)
        lab.endpoints[self.name] = f"{await self._listener.open(lab)}{IDENTITY}/v3"

    async def stop(self) -> None:
        await self.platform.works.stop()
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """All that the cloud has, and what is going on; tokens come and go and are no difference."""
        cloud, marks = self.platform.cloud, {}
        for id_, server in cloud.servers.items():
            marks[f"servers/{server.machine.name} ({id_})"] = digest(replace(server, updated=""))
        things: dict[str, Mapping[str, Any]] = {
            "volumes": cloud.volumes,
            "snapshots": cloud.snapshots,
            "images": cloud.images,
            "networks": cloud.networks,
            "flavors": cloud.flavors,
            "volume-types": cloud.volume_types,
        }
        for kind, found in things.items():
            marks |= {f"{kind}/{thing.name} ({id_})": digest(thing) for id_, thing in found.items()}
        marks |= {f"ports/{id_}": digest(port) for id_, port in cloud.ports.items()}
        marks |= {f"unfinished/{owner}": "going on" for owner in self.platform.works.owners}
        return marks | {"settings/quota": digest(cloud.quota), "settings/host": digest(cloud.host_ram)}

    async def _unknown(self, request: web.Request) -> web.Response:
        request[WHAT] = f"{request.method} {request.path}"
        self.platform.lab.requests.refused[f"openstack {request.method} {request.path}"] += 1
        raise web.HTTPNotFound(text="the embedded lab's OpenStack has its APIs below the addresses of its catalog")
