"""HTTPS endpoint for the people who run a lab; the suite's adapters never talk to it."""

import asyncio
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware

from lab.control.paths import busy, paths, within
from lab.control.usage import usage
from lab.kernel.http import Handler, Listener
from lab.kernel.service import Lab, Service


@dataclass(slots=True)
class ControlService:
    """Serves differences, requests, emulated work and its own cost to holders of the token in endpoints.json."""

    services: Sequence[Service]
    stopping: asyncio.Event
    name: str = "control"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _lab: Lab | None = None
    _listener: Listener | None = None
    _pristine: dict[str, str] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    async def start(self, lab: Lab) -> None:
        self._lab = lab
        app = web.Application(middlewares=[_bearer(self.token)])
        app.add_routes(
            [
                web.get("/diff", self._diff),
                web.get("/state", self._everything),
                web.get("/requests", self._requests),
                web.get("/spans", self._spans),
                web.get("/critical-path", self._critical_path),
                web.get("/usage", self._usage),
                web.post("/stop", self._stop),
            ]
        )
        self._listener = Listener(app)
        lab.endpoints["control"] = await self._listener.open(lab)

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        return {}

    def remember_pristine(self) -> None:
        """Take the fingerprint that later differences are measured against."""
        self._pristine = self._state()

    def _state(self) -> dict[str, str]:
        return {
            f"{service.name}/{path}": mark for service in self.services for path, mark in service.fingerprint().items()
        }

    async def _diff(self, _request: web.Request) -> web.Response:
        before, now = self._pristine, self._state()
        return web.json_response(
            {
                "added": sorted(now.keys() - before.keys()),
                "removed": sorted(before.keys() - now.keys()),
                "changed": sorted(path for path in now.keys() & before.keys() if now[path] != before[path]),
            }
        )

    async def _everything(self, _request: web.Request) -> web.Response:
        """Path -> mark of each stored thing, for judges that compare two moments of their own choosing."""
        return web.json_response(self._state())

    async def _requests(self, _request: web.Request) -> web.Response:
        journal = self._the_lab().requests
        return web.json_response(
            {"counts": journal.counts(), "pruned": dict(journal.pruned), "refused": dict(journal.refused)}
        )

    async def _spans(self, _request: web.Request) -> web.Response:
        return web.json_response([asdict(span) for span in self._the_lab().clock.spans])

    async def _critical_path(self, request: web.Request) -> web.Response:
        """`since` and `until` are monotonic seconds; without them, everything."""
        since, until = _seconds(request, "since", float("-inf")), _seconds(request, "until", float("inf"))
        spans = within(self._the_lab().clock.spans, since, until)
        return web.json_response({"seconds": busy(spans), "owners": [asdict(path) for path in paths(spans)]})

    async def _usage(self, _request: web.Request) -> web.Response:
        return web.json_response(usage(self._started))

    async def _stop(self, _request: web.Request) -> web.Response:
        self.stopping.set()
        return web.json_response({"stopping": True})

    def _the_lab(self) -> Lab:
        if self._lab is None:
            raise RuntimeError("the control service was asked before it was started")
        return self._lab


def _seconds(request: web.Request, name: str, default: float) -> float:
    try:
        return float(request.query.get(name, default))
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} must be monotonic seconds") from None


def _bearer(token: str) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}"):
            raise web.HTTPUnauthorized(text="the control token is in endpoints.json")
        return await handler(request)

    return check
