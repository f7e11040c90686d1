"""The oVirt service: one HTTPS listener for SSO and API of an engine."""

from collections.abc import Mapping

from aiohttp import web

from lab.jitter.delays import delaying
from lab.kernel.fingerprint import digest
from lab.kernel.http import Listener, journalled
from lab.kernel.service import Lab
from lab.ovirt import sso
from lab.ovirt.engine import Engine, engine_of
from lab.ovirt.paths import ROOT


class OvirtService:
    """Emulated oVirt Engine 4.5 on the estate that belongs to it."""

    name = "ovirt"

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._listener: Listener | None = None

    @property
    def engine(self) -> Engine:
        """State behind the wire; raises RuntimeError before `start`."""
        if self._engine is None:
            raise RuntimeError("the ovirt service was asked before it was started")
        return self._engine

    async def start(self, lab: Lab) -> None:
        self._engine = engine = engine_of(lab)
        app = web.Application(middlewares=[journalled(lab, self.name), delaying(lab.noise, self.name)])
        app.add_routes(sso.routes(engine))
        app.router.add_route("*", ROOT + "{path:(/.*)?}", self._answer)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._listener = Listener(app)
        lab.endpoints[self.name] = f"{await self._listener.open(lab)}{ROOT}"

    async def stop(self) -> None:
        await self.engine.stop()
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """Machines and templates, what they lie on, unfinished jobs; sessions and the log are no difference."""
        engine, estate = self.engine, self.engine.estate
        marks = {}
        for machine in estate.machines.values():
            kind = "templates" if machine.template else "machines"
            marks[f"{kind}/{machine.name}"] = digest(machine)
        marks |= {f"storagedomains/{store.name}": digest(store) for store in estate.datastores.values()}
        marks |= {f"networks/{network.name}": digest(network) for network in estate.networks.values()}
        marks |= {f"hosts/{host.name}": digest(host) for host in estate.hosts.values()}
        marks |= {f"jobs/{job.description}": "unfinished" for job in engine.jobs.values() if job.ended is None}
        return marks | {"settings/idle": digest(engine.sessions.idle)}

    async def _answer(self, request: web.Request) -> web.Response:
        """Imported by the first who asks: a lab for another source starts without it."""
        from lab.ovirt.api import Api

        return await Api(self.engine).answer(request)

    async def _unknown(self, request: web.Request) -> web.Response:
        self.engine.lab.requests.refused[f"ovirt {request.method} {request.path}"] += 1
        raise web.HTTPNotFound(text="the embedded lab's oVirt engine serves SSO, its certificate and the API only")
