"""Files on their way into and out of guests: each URL is good for one transfer, and for ten minutes."""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex

from aiohttp import web

PATH = "/guestFile"
_LIFE_SECONDS = 10 * 60
"""Wall time (facts/sources.md 1.17)."""


@dataclass(slots=True, kw_only=True)
class Transfer:
    """A file of a guest, to be fetched with `read` or stored with `write`."""

    machine: str
    size: int
    read: Callable[[], bytes] | None = None
    write: Callable[[bytes], None] | None = None
    token: str = field(default_factory=lambda: token_hex(26))
    until: float = field(default_factory=lambda: time.monotonic() + _LIFE_SECONDS)
    busy: bool = False


@dataclass(slots=True)
class Transfers:
    """URLs that were given out and not used yet."""

    _open: dict[str, Transfer] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def offer(self, transfer: Transfer) -> str:
        """The URL as ESXi writes it: an asterisk stands for the server that the client called."""
        number = str(next(self._numbers))
        self._open[number] = transfer
        return f"https://*:443{PATH}?id={number}&token={transfer.token}"

    def forget(self, running: set[str]) -> None:
        """Transfers of machines that do not run any more."""
        self._open = {number: it for number, it in self._open.items() if it.machine in running}

    async def fetch(self, request: web.Request) -> web.Response:
        """The content of a file, once."""
        number, transfer = self._take(request)
        if transfer.read is None:
            raise web.HTTPNotFound(text="this is a URL to put a file to")
        content = transfer.read()
        del self._open[number]
        return web.Response(body=content, content_type="application/octet-stream")

    async def store(self, request: web.Request) -> web.Response:
        """Exactly as many bytes as were announced, once; a transfer that fails may be tried again."""
        number, transfer = self._take(request)
        if transfer.write is None:
            raise web.HTTPNotFound(text="this is a URL to get a file from")
        transfer.busy = True
        try:
            content = await request.read()
        finally:
            transfer.busy = False
        if len(content) != transfer.size:
            raise web.HTTPBadRequest(text=f"{transfer.size} bytes were announced, {len(content)} came")
        if self._open.pop(number, None) is None:
            raise web.HTTPNotFound(text="the machine was switched off")
        transfer.write(content)
        return web.Response()

    def _take(self, request: web.Request) -> tuple[str, Transfer]:
        number = request.query.get("id", "")
        found = self._open.get(number)
        right = found is not None and hmac.compare_digest(found.token, request.query.get("token", ""))
        if found is None or not right or found.busy or found.until < time.monotonic():
            raise web.HTTPNotFound(text="there is no such transfer, or it was made")
        return number, found
