"""Some of the lab's services in a thread with a loop of its own, and what a test does with them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lab.kernel.service import Lab, Options, Service
from lab.process.assembly import new_lab
from lab.world.world import World

LONGEST = 60.0
"""Seconds for anything that is asked of the lab; far more than it takes."""

Object = dict[str, Any]
Result = TypeVar("Result")


class LabInThread:
    """A lab with these services alone; every method runs where the lab runs, since nothing else may touch it."""

    def __init__(self, folder: Path, options: Options, services: Sequence[Service]) -> None:
        self.lab = new_lab(folder, options)
        self._services = services
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def world(self) -> World:
        return self.lab.world

    @property
    def remote(self) -> Lab:
        """The context of the second cluster."""
        assert self.lab.remote is not None
        return self.lab.remote

    def start(self) -> None:
        self._thread.start()
        for service in self._services:
            self.wait_for(service.start(self.lab))

    def stop(self) -> None:
        for service in reversed(self._services):
            self.wait_for(service.stop())
        self.wait_for(_rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def wait_for(self, work: Coroutine[Any, Any, Result], seconds: float = LONGEST) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def on_loop(self, call: Callable[[], Result]) -> Result:
        async def run() -> Result:
            return call()

        return self.wait_for(run())

    def pause(self, seconds: float) -> None:
        """Let emulated time pass."""
        self.wait_for(asyncio.sleep(seconds / self.lab.options.speed))


async def _rest() -> None:
    """Let cancelled tasks see it, and cancel what is left."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=5)


class OnRemote:
    """A service of the lab's second cluster."""

    def __init__(self, service: Service) -> None:
        self._service, self.name = service, service.name

    async def start(self, lab: Lab) -> None:
        assert lab.remote is not None
        await self._service.start(lab.remote)

    async def stop(self) -> None:
        await self._service.stop()

    def fingerprint(self) -> Mapping[str, str]:
        return self._service.fingerprint()


class ClusterInThread(LabInThread):
    """A lab with objects of a cluster in it; `home` is the namespace that is meant when none is named."""

    home = "default"

    def start(self) -> None:
        super().start()
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.home}})

    def create(self, obj: Object) -> Object:
        return self.on_loop(lambda: self.lab.store.create(obj))

    def get(self, kind: str, name: str, namespace: str | None = None) -> Object | None:
        return self.on_loop(lambda: self.lab.store.get(kind, self._place(namespace), name))

    def patch(self, kind: str, name: str, change: Object, namespace: str | None = None) -> Object | None:
        return self.on_loop(lambda: self.lab.store.patch(kind, self._place(namespace), name, change))

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        self.on_loop(lambda: self.lab.store.delete(kind, self._place(namespace), name))

    def until(
        self, kind: str, name: str, holds: Callable[[Object], bool], *, after: Callable[[], Any] = dict
    ) -> list[Object]:
        """All versions of an object from now (or from what `after` does) up to the first for which something holds."""

        async def follow() -> list[Object]:
            seen: list[Object] = []
            events = self.lab.store.subscribe(kind)
            after()
            async for event in events:
                if event.object["metadata"]["name"] != name or event.type == "DELETED":
                    continue
                seen.append(event.object)
                if holds(event.object):
                    break
            return seen

        return self._patiently(follow())

    def gone(self, kind: str, name: str, namespace: str | None = None, *, after: Callable[[], Any] = dict) -> None:
        """Wait until an object is not there; `after` starts its end."""

        async def follow() -> None:
            events = self.lab.store.subscribe(kind)
            after()
            if self.lab.store.get(kind, self._place(namespace), name) is None:
                return
            async for event in events:
                if event.type == "DELETED" and event.object["metadata"]["name"] == name:
                    return

        self._patiently(follow())

    def _patiently(self, following: Coroutine[Any, Any, Result]) -> Result:
        async def follow() -> Result:
            return await asyncio.wait_for(following, LONGEST / 2)

        return self.wait_for(follow())

    def _place(self, namespace: str | None) -> str:
        return self.home if namespace is None else namespace
