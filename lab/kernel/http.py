"""Loopback HTTPS listeners on aiohttp, with the request journal built in."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware

from lab.kernel.requests import Request
from lab.kernel.service import Lab

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

WHAT: web.RequestKey[str] = web.RequestKey("what", str)
"""A handler may set this to a better description for the journal than method and path."""


def journalled(lab: Lab, service: str) -> Middleware:
    """Middleware that notes each finished request."""

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        start, status = time.monotonic(), 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as refusal:
            status = refusal.status
            raise
        finally:
            lab.requests.note(
                Request(
                    service=service,
                    what=request.get(WHAT) or f"{request.method} {request.path}",
                    agent=request.headers.get("User-Agent", "").split(" ")[0],
                    status=status,
                    seconds=time.monotonic() - start,
                )
            )

    return note


@dataclass(slots=True)
class Listener:
    """One HTTPS listener on a free loopback port."""

    app: web.Application
    _runner: web.AppRunner | None = None
    port: int = field(default=0)

    async def open(self, lab: Lab) -> str:
        """Bind and return `https://127.0.0.1:PORT`. aiohttp sets TCP_NODELAY by itself."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=lab.authority.server)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return f"https://127.0.0.1:{self.port}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
