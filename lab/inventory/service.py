"""The inventory service: one HTTPS listener behind the Route `forklift-inventory`."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from lab.cluster.access import Action, reason
from lab.cluster.identity import user_named
from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.inventory import providers
from lab.inventory.openshift import OPENSHIFT
from lab.inventory.openstack.collector import collector_of
from lab.inventory.openstack.view import OPENSTACK
from lab.inventory.ova.view import OVA
from lab.inventory.ovirt.view import OVIRT
from lab.inventory.questions import ALL, TYPES, Question, question
from lab.inventory.sight import Sight, sight_of
from lab.inventory.views import NotServed, View
from lab.inventory.vsphere import collections as vsphere
from lab.inventory.vsphere.view import VSPHERE
from lab.inventory.vsphere.watching import Watch
from lab.jitter.delays import delaying
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.world.sources import SOURCES

VIEWS: dict[str, View] = {
    "vsphere": VSPHERE,
    "openshift": OPENSHIFT,
    "openstack": OPENSTACK,
    "ova": OVA,
    "ovirt": OVIRT,
}
"""By type of the provider; a source platform is a row."""

_NO_BACKEND = "<html><body><h1>Application is not available</h1></body></html>"
"""What the router says for a Route whose pod does not answer."""


class _NoParity(Exception):
    """The first load of a provider's inventory is not done."""


class InventoryService:
    """Answers are computed from Provider objects, the cluster's store and the lagging sight of the estate."""

    name = "inventory"

    def __init__(self) -> None:
        self._started: Lab | None = None
        self._listener: Listener | None = None
        self._follower: asyncio.Task[None] | None = None

    async def start(self, lab: Lab) -> None:
        self._started, self._collectors = lab, providers.Collectors(lab)
        self._follower = asyncio.get_running_loop().create_task(self._collectors.follow())
        for kind in SOURCES:
            sight_of(lab, kind)
        collector_of(lab)
        app = web.Application(middlewares=[journalled(lab, self.name), delaying(lab.noise, self.name)])
        app.router.add_get("/providers{rest:.*}", self._get)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._listener = Listener(app)
        address = await self._listener.open(lab)
        lab.endpoints[self.name] = address
        if lab.store.get("Namespace", "", providers.OPERATOR_NAMESPACE) is None:
            lab.store.create(_namespace())
        lab.store.create(_route(address.removeprefix("https://")))

    async def stop(self) -> None:
        if self._follower is not None:
            self._follower.cancel()
            for sight in self._lab.parts(Sight):
                sight.stop()
            collector_of(self._lab).stop()
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """Nothing: what it serves is the cluster's and the estate's, and they report it."""
        return {}

    @property
    def _lab(self) -> Lab:
        if self._started is None:
            raise RuntimeError("the inventory service was asked before it was started")
        return self._started

    async def _get(self, request: web.Request) -> web.StreamResponse:
        """Page and detail, uid, parity, token, permission: in this order (facts/forklift.md 5.1)."""
        request[WHAT] = "GET providers"
        asked = question(request)
        request[WHAT] = _described(asked)
        if self._lab.noise.fails("inventory"):
            raise web.HTTPServiceUnavailable(text=_NO_BACKEND, content_type="text/html")
        if len(asked.parts) > 0 and asked.parts[0] not in TYPES:
            raise self._refused(asked, 404)
        try:
            provider = await self._provider(asked) if asked.uid else None
        except _NoParity:
            return web.Response(status=206)
        self._authorize(asked, provider)
        if provider is None:
            return web.json_response(self._list_providers(asked))
        if len(asked.parts) == 2:
            return web.json_response(self._one_provider(asked, provider))
        if asked.watch is not None:
            return await self._watch(request, asked, provider)
        return web.json_response(self._below(asked, provider))

    async def _provider(self, asked: Question) -> Object:
        provider = self._known(asked.uid)
        if providers.loaded(provider):
            return provider
        if not await providers.has_parity(self._lab, asked.uid):
            raise _NoParity
        return self._known(asked.uid)

    def _known(self, uid: str) -> Object:
        provider = self._collectors.find(uid)
        if provider is None:
            raise web.HTTPNotFound(text="", headers={"X-Reason": "ProviderNotFound"})
        return provider

    def _authorize(self, asked: Question, provider: Object | None) -> None:
        """The token, then the right to get this Provider or to list those of a namespace (5.1)."""
        user = self._lab.tokens.user_of(asked.token) if asked.token else None
        if user is None:
            raise web.HTTPUnauthorized(text="")
        where = {"namespace": asked.namespace}
        if provider is not None:
            where = {"namespace": provider["metadata"]["namespace"], "name": provider["metadata"]["name"]}
        verb = "list" if provider is None else "get"
        action = Action(verb=verb, group="forklift.konveyor.io", resource="providers", **where)
        if not reason(self._lab.store, user_named(user), action):
            message = f"Forbidden: {user} may not {verb} providers"
            raise web.HTTPForbidden(text="", headers={"forklift-error-message": message})

    def _list_providers(self, asked: Question) -> Any:
        if asked.watch is not None:
            raise web.HTTPBadRequest(text="")
        found: dict[str, list[Any]] = {type_: [] for type_ in TYPES}
        for provider in self._collectors.providers():
            wanted = not asked.namespace or provider["metadata"]["namespace"] == asked.namespace
            if wanted and providers.type_of(provider) in found:
                found[providers.type_of(provider)].append(self._shown(provider, asked.detail))
        return found[asked.parts[0]] if asked.parts else found

    def _one_provider(self, asked: Question, provider: Object) -> dict[str, Any]:
        if providers.type_of(provider) != asked.parts[0]:
            raise web.HTTPNotFound(text="")
        return self._shown(provider, ALL)

    def _shown(self, provider: Object, detail: int) -> dict[str, Any]:
        view = VIEWS.get(providers.type_of(provider))
        return providers.shown(provider, detail, view.facts(self._lab, provider) if view is not None and detail else {})

    def _below(self, asked: Question, provider: Object) -> Any:
        kind = asked.parts[0]
        if providers.type_of(provider) != kind:
            raise web.HTTPInternalServerError(text="")
        if kind not in VIEWS:
            raise self._refused(asked, 501)
        try:
            return VIEWS[kind].answer(self._lab, asked, provider)
        except NotServed as gap:
            raise self._refused(asked, gap.status) from gap
        except Refused as refusal:  # by the cluster of the provider, whose words are not passed on
            raise web.HTTPInternalServerError(text="") from refusal

    async def _watch(self, request: web.Request, asked: Question, provider: Object) -> web.StreamResponse:
        """Only vSphere collections; OpenShift's have no database to watch (5.1)."""
        if providers.type_of(provider) != "vsphere" or asked.parts[0] != "vsphere" or len(asked.parts) != 3:
            raise self._refused(asked, 501)
        if asked.parts[2] not in vsphere.COLLECTIONS:
            raise self._refused(asked, 404)
        watch = Watch(self._lab, providers.root_of(provider), asked.parts[2])
        return await watch.serve(request, snapshot=asked.watch == "snapshot")

    def _refused(self, asked: Question, status: int) -> web.HTTPException:
        """What is not served is counted, so that nobody takes an empty answer for a fact."""
        self._lab.requests.refused[f"inventory {_described(asked)}"] += 1
        return web.HTTPNotFound(text="") if status == 404 else web.HTTPNotImplemented(text="")

    async def _unknown(self, request: web.Request) -> web.Response:
        request[WHAT] = f"{request.method} {request.path}"
        self._lab.requests.refused[f"inventory {request.method} {request.path}"] += 1
        raise web.HTTPNotFound(text="")


def _described(asked: Question) -> str:
    """Collection or object, without ids: `GET vsphere vms`, `GET vsphere vms/ID`."""
    if len(asked.parts) < 2:
        return " ".join(("GET providers", *asked.parts))
    kind, _, *below = asked.parts
    shown = below[:1] + (["ID"] if below[1:] and below[0] != "tree" else below[1:])
    watch = "watch" if asked.watch is not None else "GET"
    return f"{watch} {kind} {'/'.join(shown) or 'provider'}"


def _namespace() -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": providers.OPERATOR_NAMESPACE}}


def _route(host: str) -> Object:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": "forklift-inventory", "namespace": providers.OPERATOR_NAMESPACE},
        "spec": {
            "host": host,
            "port": {"targetPort": "api"},
            "to": {"kind": "Service", "name": "forklift-inventory", "weight": 100},
            "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
        },
    }
