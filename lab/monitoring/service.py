"""Prometheus' query service behind its Routes; it knows the series that a choice of nodes needs, and no others."""

import time
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

from aiohttp import web

from lab.cluster.access import Action, reason
from lab.cluster.identity import user_named
from lab.cluster.store import Object
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.monitoring.metrics import Sample
from lab.monitoring.promql import Impossible, Malformed, Unserved, Value, query

NAMESPACE = "openshift-monitoring"
_ROUTES = ("thanos-querier", "prometheus-k8s")
_VERBS = {"GET": "get", "POST": "create"}


class MonitoringService:
    """Facts/openshift.md 7.2; asks for the right to `prometheuses/api`, as the proxy in front of the real one does."""

    def __init__(self, name: str = "monitoring") -> None:
        self.name = name
        self._started: Lab | None = None
        self._listener: Listener | None = None

    async def start(self, lab: Lab) -> None:
        self._started = lab
        app = web.Application(middlewares=[journalled(lab, self.name)])
        app.router.add_route("*", "/api/v1/query", self._query)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._listener = Listener(app)
        address = await self._listener.open(lab)
        lab.endpoints[self.name] = address
        lab.store.create(_role())
        for name in _ROUTES:
            lab.store.create(_route(name, address.removeprefix("https://")))

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        """Nothing: its series are made of the cluster's objects, and those are the cluster's to report."""
        return {}

    @property
    def _lab(self) -> Lab:
        if self._started is None:
            raise RuntimeError("the monitoring service was asked before it was started")
        return self._started

    async def _query(self, request: web.Request) -> web.Response:
        request[WHAT] = f"{request.method} query"
        self._authorize(request)
        form = await request.post() if request.method == "POST" else request.query
        try:
            return _answer(_data(query(self._lab.store, str(form.get("query", "")))))
        except Malformed as wrong:
            return _refusal(400, "bad_data", f'invalid parameter "query": {wrong}')
        except Impossible as wrong:
            return _refusal(422, "execution", str(wrong))
        except Unserved as wrong:
            self._lab.requests.refused[f"monitoring query: {wrong}"] += 1
            return _refusal(422, "execution", str(wrong))

    def _authorize(self, request: web.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        user = self._lab.tokens.user_of(token) if token else None
        if user is None:
            raise web.HTTPUnauthorized(text="Unauthorized\n")
        what = {"group": "monitoring.coreos.com", "resource": "prometheuses", "subresource": "api"}
        verb = _VERBS.get(request.method, request.method.lower())
        if not reason(self._lab.store, user_named(user), Action(verb=verb, **what, namespace=NAMESPACE, name="k8s")):
            text = f"Forbidden (user={user}, verb={verb}, resource=prometheuses, subresource=api)\n"
            raise web.HTTPForbidden(text=text)

    async def _unknown(self, request: web.Request) -> web.Response:
        request[WHAT] = f"{request.method} {request.path}"
        self._lab.requests.refused[f"monitoring {request.method} {request.path}"] += 1
        raise web.HTTPNotFound(text="404 page not found\n")


def _data(value: Value) -> Object:
    if isinstance(value, float):
        return {"resultType": "scalar", "result": _point(value)}
    return {"resultType": "vector", "result": [_shown(item) for item in value]}


def _shown(item: Sample) -> Object:
    name = {"__name__": item.metric} if item.metric else {}
    return {"metric": name | {key: value for key, value in item.labels.items() if value}, "value": _point(item.value)}


def _point(value: float) -> list[Any]:
    """Seconds since the epoch, and the value as text without an exponent."""
    odd = "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f") if isfinite(value) else odd
    return [round(time.time(), 3), text.removesuffix(".0")]


def _answer(data: Object) -> web.Response:
    return web.json_response({"status": "success", "data": data})


def _refusal(status: int, kind: str, why: str) -> web.Response:
    return web.json_response({"status": "error", "errorType": kind, "error": why}, status=status)


def _role() -> Object:
    """Who may ask; bound to nobody (facts/openshift.md 8)."""
    rule = {"apiGroups": ["monitoring.coreos.com"], "resources": ["prometheuses/api"], "resourceNames": ["k8s"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "cluster-monitoring-view"},
        "rules": [rule | {"verbs": ["get", "create", "update"]}],
    }


def _route(name: str, host: str) -> Object:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "host": host,
            "path": "/api",
            "port": {"targetPort": "web"},
            "to": {"kind": "Service", "name": name, "weight": 100},
            "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
        },
    }
