"""Websocket watches on vSphere collections: a snapshot, its end, then every stored change (facts/forklift.md 5.1)."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from lab.inventory.record import Record
from lab.inventory.sight import Known, sight_of
from lab.inventory.vsphere.collections import COLLECTIONS, link
from lab.inventory.vsphere.machines import machine_record
from lab.kernel.service import Lab

STARTED, PARITY, CREATED, UPDATED, DELETED = 0, 1, 16, 32, 64
_WHOLE = 1


@dataclass(slots=True)
class Watch:
    """One client's watch; only machines ever change."""

    lab: Lab
    root: str
    collection: str
    _events: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def serve(self, request: web.Request, *, snapshot: bool) -> web.WebSocketResponse:
        """Send events until the client closes."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._put(STARTED)
        if snapshot:
            for record in COLLECTIONS[self.collection](self.lab):
                self._put(CREATED, record)
        self._put(PARITY)
        followers = sight_of(self.lab).followers
        if self.collection == "vms":
            followers.append(self._note)
        sender = asyncio.get_running_loop().create_task(self._send(socket))
        try:
            async for _message in socket:
                continue  # the service listens for nothing but the end
        finally:
            sender.cancel()
            if self.collection == "vms":
                followers.remove(self._note)
        return socket

    async def _send(self, socket: web.WebSocketResponse) -> None:
        while True:
            await socket.send_json(await self._events.get())

    def _note(self, before: Known | None, after: Known | None) -> None:
        old = machine_record(self.lab, before) if before is not None else None
        new = machine_record(self.lab, after) if after is not None else None
        if old is None:
            self._put(CREATED, new)
        elif new is None:
            self._put(DELETED, old)
        else:
            self._put(UPDATED, old, new)

    def _put(self, action: int, resource: Record | None = None, updated: Record | None = None) -> None:
        """Keys are Go-cased; an update carries the old resource and the new one."""
        self._events.put_nowait(
            {
                "ID": next(self._numbers),
                "Labels": [],
                "Action": action,
                "Resource": self._shown(resource),
                "Updated": self._shown(updated),
            }
        )

    def _shown(self, record: Record | None) -> dict[str, Any] | None:
        return record.shown(_WHOLE, link(self.root, record)) if record is not None else None
