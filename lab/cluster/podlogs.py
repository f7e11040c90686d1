"""Logs of pods, served as a kubelet would: whole, by their end, or followed (facts/openshift.md 1.8)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.refusals import bad_request, not_found
from lab.cluster.store import Object, Store
from lab.kernel.logs import Line, Logs

_GLANCE_SECONDS = 2.0
"""How long a vanished client can go unnoticed when nothing happens."""
_FINAL = ("Succeeded", "Failed")


async def serve_log(logs: Logs, store: Store, asked: Asked) -> web.StreamResponse:
    """tailLines, timestamps, follow and container; nothing restarts here, so there is never a previous one."""
    pod = store.get("Pod", asked.namespace, asked.name)
    if pod is None:
        raise not_found(asked.kind, asked.name)
    log = _Log(logs, asked, str(pod["metadata"]["uid"]), _container(asked, pod))
    if asked.flag("follow"):
        return await log.follow(store)
    return web.Response(body=log.shown(log.tail()), content_type="text/plain")


def _container(asked: Asked, pod: Object) -> str:
    """The one that is meant; raises Refused when that is not clear."""
    containers = [str(item["name"]) for item in pod.get("spec", {}).get("containers") or []]
    wanted = asked.text("container") or (containers[0] if len(containers) == 1 else "")
    if not wanted:
        choice = " ".join(containers)
        raise bad_request(f"a container name must be specified for pod {asked.name}, choose one of: [{choice}]")
    if wanted not in containers:
        raise bad_request(f"container {wanted} is not valid for pod {asked.name}")
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
        there = len(self.logs.lines(self.pod, self.container))
        return max(0, there - self.asked.number("tailLines")) if self.asked.text("tailLines") else 0

    def shown(self, first: int) -> bytes:
        """Lines from a number on."""
        return b"".join(self._line(line) for line in self.logs.lines(self.pod, self.container)[first:])

    def _line(self, line: Line) -> bytes:
        stamp, text = line
        return f"{stamp} {text}\n".encode() if self.asked.flag("timestamps") else f"{text}\n".encode()

    async def follow(self, store: Store) -> web.StreamResponse:
        """Until the pod has ended or the client goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(self.asked.request)
        ended = asyncio.get_running_loop().create_task(_ended(store, self.pod))
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


async def _ended(store: Store, uid: str) -> None:
    """Returns when a pod has come to its end, or is no more."""
    async for event in store.subscribe("Pod"):
        if event.object["metadata"]["uid"] == uid:
            phase = (event.object.get("status") or {}).get("phase")
            if event.type == "DELETED" or phase in _FINAL:
                return


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
