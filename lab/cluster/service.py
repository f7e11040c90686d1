"""The Kubernetes and OpenShift API server of the lab: one HTTPS listener in front of the store."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware

from lab.cluster import deleting, discovery, login_objects, openapi, projects, reading, watching, writing
from lab.cluster.access import check
from lab.cluster.account_tokens import account_lives, request_token
from lab.cluster.asked import Asked, asked
from lab.cluster.bad_days import BadDays
from lab.cluster.discovery import SERVED
from lab.cluster.furniture import furnish
from lab.cluster.history import Object
from lab.cluster.identity import USER, authenticating
from lab.cluster.kinds import groups_without
from lab.cluster.oauth import OAuth
from lab.cluster.podexec import serve_exec
from lab.cluster.podlogs import serve_log
from lab.cluster.refusals import Refused, no_such_resource, not_allowed, not_implemented
from lab.cluster.reviews import REVIEWS, review
from lab.cluster.versions import kubernetes_version
from lab.jitter.delays import delaying
from lab.kernel.fingerprint import digest
from lab.kernel.http import WHAT, Handler, Listener, journalled
from lab.kernel.service import Lab
from lab.virtualization import subresources

_MOST_BYTES = 8 * 1024**2
_FLEETING = ("Event", "Lease")
"""Kinds that come and go by themselves; they are no difference between two states of a lab."""
_LOOKED_AFTER = ("ForkliftController",)
"""Kinds whose operator takes its time to tell that a wish is fulfilled: that it still does so is no difference."""


class ClusterService:
    """Publishes `cluster` and `oauth`; other services register webhooks in `lab.store.admitters`."""

    def __init__(self, name: str = "cluster") -> None:
        self.name = name
        self._lab: Lab | None = None
        self._listener: Listener | None = None
        self._days: BadDays | None = None

    async def start(self, lab: Lab) -> None:
        self._lab, self._days = lab, BadDays(lab)
        app = web.Application(
            middlewares=[
                journalled(lab, self.name),
                delaying(lab.noise, self.name),
                _refusing(lab),
                authenticating(lab),
            ],
            client_max_size=_MOST_BYTES,
        )
        app[SERVED] = groups_without(lab.absent)
        app.add_routes(self._routes(lab))
        self._listener = Listener(app)
        lab.endpoints["cluster"] = lab.endpoints["oauth"] = await self._listener.open(lab)
        lab.tokens.holds = lambda token: account_lives(lab.store, token)
        furnish(lab)

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """Every object and every living token."""
        if self._lab is None:
            return {}
        objects = (obj for obj in self._lab.store.everything() if obj["kind"] not in _FLEETING)
        marks = {_path(obj): digest(_lasting(obj)) for obj in objects}
        return marks | {f"token/{token.name}": token.user for token in self._lab.tokens.living()}

    def _routes(self, lab: Lab) -> list[web.AbstractRouteDef]:
        return [
            *OAuth(lab).routes(),
            *(web.get(path, _healthy) for path in ("/healthz", "/livez", "/readyz")),
            web.get("/version", _titled("version", self._version)),
            web.get("/openapi/v2", _titled("openapi", openapi.v2)),
            web.get("/openapi/v3", _titled("openapi", openapi.index)),
            web.get("/openapi/v3/{path:.+}", _titled("openapi", openapi.document)),
            web.get("/api", _titled("discovery", discovery.core_versions)),
            web.get("/apis", _titled("discovery", discovery.groups)),
            web.get("/api/v1", _titled("discovery", discovery.resources)),
            web.get("/apis/{group}", _titled("discovery", discovery.group)),
            web.get("/apis/{group}/{version}", _titled("discovery", discovery.resources)),
            *subresources.routes(lab),
            web.route("*", "/api/{version}/{rest:.+}", self._resource),
            web.route("*", "/apis/{group}/{version}/{rest:.+}", self._resource),
            web.route("*", "/{rest:.*}", _unknown),
        ]

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response(kubernetes_version(self._started().options.ocp))

    async def _resource(self, request: web.Request) -> web.StreamResponse:
        info = request.match_info
        if info.get("group") in self._started().absent:
            raise no_such_resource()
        wanted = asked(request, info.get("group", ""), info["version"], info["rest"])
        request[WHAT] = wanted.what
        self._weather().begin(wanted)
        check(self._started().store, request[USER], wanted)
        return await self._serve(wanted)

    async def _serve(self, wanted: Asked) -> web.StreamResponse:
        lab, kind = self._started(), wanted.kind.kind
        if wanted.subresource:
            return await self._subresource(lab, wanted)
        if kind in REVIEWS and wanted.verb == "create":
            return await review(lab, wanted)
        if kind in login_objects.KINDS:
            return await login_objects.serve(lab, wanted)
        if kind in projects.PROJECT_KINDS:
            return await projects.serve(lab, wanted)
        if wanted.verb not in wanted.kind.verbs:
            raise not_allowed()
        return await _stored(lab, wanted, self._weather())

    async def _subresource(self, lab: Lab, wanted: Asked) -> web.StreamResponse:
        if wanted.subresource not in discovery.subresources(wanted.kind) or not wanted.name:
            raise not_implemented(wanted.what)
        if wanted.subresource == "log" and wanted.verb == "get":
            return await serve_log(lab.logs, lab.store, wanted)
        if wanted.subresource == "exec" and wanted.verb in ("create", "get"):
            return await serve_exec(lab, wanted)
        if wanted.subresource == "token" and wanted.verb == "create":
            return await request_token(lab, wanted)
        if wanted.subresource != "status" or wanted.verb not in ("get", "update", "patch"):
            raise not_allowed()
        return await _stored(lab, wanted, self._weather())

    def _weather(self) -> BadDays:
        if self._days is None:
            raise RuntimeError("the cluster was asked before it was started")
        return self._days

    def _started(self) -> Lab:
        if self._lab is None:
            raise RuntimeError("the cluster was asked before it was started")
        return self._lab


async def _stored(lab: Lab, wanted: Asked, days: BadDays) -> web.StreamResponse:
    """What the store holds, by verb."""
    if wanted.verb == "get":
        return reading.one(lab.store, wanted)
    if wanted.verb == "list":
        return reading.many(lab.store, wanted, days)
    if wanted.verb == "watch":
        return await watching.watch(lab.store, wanted, days)
    handler = {
        "create": writing.create,
        "update": writing.update,
        "patch": writing.patch,
        "delete": deleting.delete,
        "deletecollection": deleting.delete_all,
    }[wanted.verb]
    if (wanted.verb == "create") == bool(wanted.name) or (wanted.verb in ("update", "patch") and not wanted.name):
        raise not_allowed()
    return await handler(lab, wanted)


def _path(obj: Object) -> str:
    metadata = obj["metadata"]
    return "/".join((obj["kind"], metadata.get("namespace", ""), metadata["name"]))


def _lasting(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key != "status" or obj["kind"] not in _LOOKED_AFTER}


def _titled(what: str, handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        request[WHAT] = f"get {what}"
        return await handler(request)

    return answer


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _unknown(_request: web.Request) -> web.Response:
    raise no_such_resource()


def _refusing(lab: Lab) -> Middleware:
    """Middleware that turns refusals into Status bodies and counts what the lab does not have."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refusal:
            if refusal.code in (415, 501) or _resource_missing(refusal):
                lab.requests.refused[f"{request.method} {request.path}"] += 1
            return web.json_response(refusal.status(), status=refusal.code, headers=refusal.headers)

    return answer


def _resource_missing(refusal: Refused) -> bool:
    return refusal.code == 404 and not refusal.details
