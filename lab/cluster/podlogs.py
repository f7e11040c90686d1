"""Logs of pods, served as a kubelet would: whole, by their end, or followed (facts/openshift.md 1.8)."""

import asyncio
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.containers import container_of, state_of
from lab.cluster.refusals import bad_request, not_found
from lab.cluster.store import Object, Store
from lab.kernel.logs import STAMP, Line, Logs

_GLANCE_SECONDS = 2.0
"""How long a vanished client can go unnoticed when nothing happens."""
_FINAL = ("Succeeded", "Failed")


async def serve_log(logs: Logs, store: Store, asked: Asked) -> web.StreamResponse:
    """tailLines, sinceSeconds, timestamps, follow, container; nothing restarts here, so there is no previous one."""
    pod = store.get("Pod", asked.namespace, asked.name)
    if pod is None:
        raise not_found(asked.kind, asked.name)
    log = _Log(logs, asked, str(pod["metadata"]["uid"]), _container(asked, pod))
    if asked.flag("follow"):
        return await log.follow(store)
    return web.Response(body=log.shown(log.tail()), content_type="text/plain")


def _container(asked: Asked, pod: Object) -> str:
    """The one that is meant; raises Refused when that is not clear, or when an earlier run of it is."""
    wanted = container_of(asked, pod)
    if asked.flag("previous"):
        raise bad_request(f'previous terminated container "{wanted}" in pod "{asked.name}" not found')
    return wanted


@dataclass(frozen=True, slots=True)
class _Log:
    logs: Logs
    asked: Asked
    pod: str
    """Its uid."""
    container: str

    def tail(self) -> int:
        """Number of the first line that is wanted."""
        lines = self.logs.lines(self.pod, self.container)
        first = max(0, len(lines) - self.asked.number("tailLines")) if self.asked.text("tailLines") else 0
        return max(first, bisect_left(lines, _since(self.asked), key=itemgetter(0)))

    def shown(self, first: int) -> bytes:
        """Lines from a number on."""
        return b"".join(self._line(line) for line in self.logs.lines(self.pod, self.container)[first:])

    def _line(self, line: Line) -> bytes:
        stamp, text = line
        return f"{stamp} {text}\n".encode() if self.asked.flag("timestamps") else f"{text}\n".encode()

    async def follow(self, store: Store) -> web.StreamResponse:
        """Until the container has ended or the client goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(self.asked.request)
        ended = asyncio.get_running_loop().create_task(_ended(store, self.pod, self.container))
        try:
            with suppress(ConnectionResetError):  # the client has seen enough
                await self._stream(response, ended)
                await response.write_eof()
        finally:
            ended.cancel()
        return response

    async def _stream(self, response: web.StreamResponse, ended: "asyncio.Task[None]") -> None:
        first = self.tail()
        while not _gone(self.asked.request):
            over, news = ended.done(), self.logs.news(self.pod, self.container)
            text, first = self.shown(first), len(self.logs.lines(self.pod, self.container))
            if text:
                await response.write(text)
            if over:
                return
            printed = asyncio.get_running_loop().create_task(news.wait())
            await asyncio.wait((ended, printed), timeout=_GLANCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            printed.cancel()


def _since(asked: Asked) -> str:
    """Stamp of the oldest line that is wanted, empty for all."""
    seconds = asked.number("sinceSeconds")
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime(STAMP) if seconds else ""


async def _ended(store: Store, uid: str, container: str) -> None:
    """Returns when a container has come to its end, or its pod is no more."""
    async for event in store.subscribe("Pod"):
        if event.object["metadata"]["uid"] == uid:
            phase = (event.object.get("status") or {}).get("phase")
            if event.type == "DELETED" or phase in _FINAL or "terminated" in state_of(event.object, container):
                return


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
