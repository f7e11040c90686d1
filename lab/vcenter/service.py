"""The vCenter service: one HTTPS listener, SOAP in and out."""

import inspect
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from lab.jitter.delays import delaying
from lab.kernel.fingerprint import digest
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.vcenter import methods, soap, transfers
from lab.vcenter.calls import Call, Vcenter, handler_for
from lab.vcenter.changes import Changes
from lab.vcenter.faults import Refused, not_authenticated, not_implemented
from lab.vcenter.inventory import Inventory
from lab.vcenter.programs import Programs
from lab.vcenter.sdk import API, vmodl, wsdl_name
from lab.vcenter.sessions import COOKIE, Session, Sessions
from lab.vcenter.singletons import OwnObjects
from lab.vcenter.tasks import Tasks

__all__ = ["VcenterService", "methods"]

_VERSIONS = f"""<?xml version="1.0" encoding="UTF-8"?>
<namespaces version="1.0"><namespace><name>urn:vim25</name><version>{API}</version><priorVersions>\
<version>8.0.2.0</version><version>8.0.1.0</version><version>8.0.0.1</version><version>7.0.3.0</version>\
<version>6.7</version><version>6.5</version></priorVersions></namespace></namespaces>
"""

_ANONYMOUS = {
    ("RetrieveServiceContent", ""),
    ("Login", ""),
    ("Fetch", "content"),
    ("Fetch", "currentSession"),
}
_BODY_LIMIT = 16 * 1024**2


class VcenterService:
    """Emulated vCenter Server 8.0.3 on the world's estate."""

    name = "vcenter"

    def __init__(self) -> None:
        self._vcenter: Vcenter | None = None
        self._listener: Listener | None = None

    @property
    def vcenter(self) -> Vcenter:
        """State behind the wire; raises RuntimeError before `start`."""
        if self._vcenter is None:
            raise RuntimeError("the vcenter service was asked before it was started")
        return self._vcenter

    async def start(self, lab: Lab) -> None:
        changes = Changes()
        self._vcenter = vcenter = Vcenter(
            lab=lab,
            tasks=Tasks(lab.clock, changes),
            sessions=Sessions(),
            changes=changes,
            half_made={},
            programs=Programs(lab.clock),
        )
        lab.world.listen(lambda _machine: changes.tell())
        lab.world.listen(lambda _machine: _forget_guests(vcenter))
        app = web.Application(
            middlewares=[journalled(lab, self.name), delaying(lab.noise, self.name)], client_max_size=_BODY_LIMIT
        )
        app.router.add_get("/sdk/vimServiceVersions.xml", self._versions)
        for path in ("/sdk", "/sdk/", "/sdk/vimService"):
            app.router.add_post(path, self._post)
        app.router.add_get(transfers.PATH, vcenter.transfers.fetch, allow_head=False)
        app.router.add_put(transfers.PATH, vcenter.transfers.store)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._listener = Listener(app)
        lab.endpoints[self.name] = f"{await self._listener.open(lab)}/sdk"

    async def stop(self) -> None:
        await self.vcenter.tasks.stop()
        self.vcenter.programs.forget(set())
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """Machines, half-made ones, left-over files, tasks under way; sessions come and go and are no difference."""
        vcenter, world = self.vcenter, self.vcenter.world
        marks = {f"machines/{machine.name}": digest(machine) for machine in world.machines.values()}
        marks |= {f"half-made/{machine.name}": digest(machine) for machine in vcenter.half_made.values()}
        for store in world.datastores.values():
            marks[f"datastores/{store.name}"] = digest(replace(store, files={}))
            marks |= {f"files/[{store.name}] {path}": digest(size) for path, size in store.files.items()}
        marks |= {f"networks/{network.name}": digest(network) for network in world.networks.values()}
        marks |= {f"hosts/{host.name}": digest(host) for host in world.hosts.values()}
        marks |= {f"tasks/{job.id}": "unfinished" for job in vcenter.tasks.jobs.values() if not job.finished}
        return marks | {"settings/idle": digest(vcenter.sessions.idle)}

    async def _versions(self, request: web.Request) -> web.Response:
        request[WHAT] = "vimServiceVersions.xml"
        return web.Response(text=_VERSIONS, content_type="text/xml")

    async def _unknown(self, request: web.Request) -> web.Response:
        self.vcenter.lab.requests.refused[f"vcenter {request.method} {request.path}"] += 1
        raise web.HTTPNotFound(text="the embedded lab's vCenter speaks SOAP on /sdk only")

    async def _post(self, request: web.Request) -> web.Response:
        agent = request.headers.get("User-Agent", "")
        session, fresh = self.vcenter.sessions.of(request.headers.get("Cookie", ""), agent)
        status, body = await self._answer(request, session)
        response = web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")
        if fresh:
            response.headers["Set-Cookie"] = f'{COOKIE}="{session.cookie}"; Path=/; HttpOnly; Secure'
        return response

    async def _answer(self, http: web.Request, session: Session) -> tuple[int, bytes]:
        """A fault is a 500, as SOAP 1.1 has it."""
        try:
            request = soap.decode(await http.read())
            http[WHAT] = f"{request.method} {_subject(request)}"
            return 200, soap.encode(request, await self._dispatch(request, session))
        except Refused as refusal:
            return 500, soap.encode_fault(refusal)
        except Exception:  # noqa: BLE001 - a client must get a fault, not a dropped connection; the trace is logged
            traceback.print_exc(file=sys.stderr)
            fault = vmodl.fault.SystemError(reason="embedded lab")
            return 500, soap.encode_fault(Refused(fault, "The embedded lab failed; see its log."))

    async def _dispatch(self, request: soap.Request, session: Session) -> Any:
        if not session.user and (request.method, str(request.arguments.get("prop", ""))) not in _ANONYMOUS:
            raise not_authenticated()
        handler = handler_for(request)
        if handler is None:
            what = f"{wsdl_name(type(request.this))}.{request.method}"
            self.vcenter.lab.requests.refused[f"vcenter {what}"] += 1
            raise not_implemented(what)
        answer = handler(Call(self.vcenter, session, self._inventory(session), request))
        return await answer if inspect.isawaitable(answer) else answer

    def _inventory(self, session: Session) -> Inventory:
        vcenter = self.vcenter
        own = OwnObjects(vcenter.world, vcenter.tasks, vcenter.sessions, session)
        certificate = vcenter.lab.authority.leaf_pem
        return Inventory(vcenter.world, certificate, vcenter.tasks.recent, [vcenter.tasks.find, own.find])


def _forget_guests(vcenter: Vcenter) -> None:
    """What went on in a guest ends with its power."""
    running = {machine.id for machine in vcenter.world.machines.values() if machine.power == "on"}
    vcenter.programs.forget(running)
    vcenter.transfers.forget(running)


def _subject(request: soap.Request) -> str:
    """Types in a request, for the journal."""
    specs = request.arguments.get("specSet") or [request.arguments.get("spec")]
    kinds = {wsdl_name(item.type) for spec in specs for item in getattr(spec, "propSet", None) or []}
    if request.method == "Fetch":
        return f"{wsdl_name(type(request.this))}.{request.arguments.get('prop')}"
    return ",".join(sorted(kinds)) or wsdl_name(type(request.this))
