"""An emulated vCenter in a thread with a loop of its own, and an unmodified pyVmomi connected to it."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from pyVim.connect import Disconnect, SmartConnect

from lab.kernel.clock import Clock
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options
from lab.kernel.tls import new_authority
from lab.vcenter.service import VcenterService
from lab.world.estate import pristine
from lab.world.model import World

SPEED = 40.0

Result = TypeVar("Result")


class RunningVcenter:
    """One vCenter; `on_loop` runs something where the lab runs."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab(
            folder=folder,
            options=Options(speed=SPEED),
            clock=Clock(SPEED),
            authority=new_authority(folder),
            requests=RequestJournal(),
            world=pristine(),
            store=cast(Any, None),
            tokens=cast(Any, None),
        )
        self.service = VcenterService()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def world(self) -> World:
        return self.lab.world

    @property
    def port(self) -> int:
        return int(self.lab.endpoints["vcenter"].removesuffix("/sdk").rpartition(":")[2])

    def start(self) -> None:
        self._thread.start()
        self._wait(asyncio.run_coroutine_threadsafe(self.service.start(self.lab), self._loop))

    def stop(self) -> None:
        self._wait(asyncio.run_coroutine_threadsafe(self.service.stop(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def on_loop(self, call: Callable[[], Result]) -> Result:
        """Run something where the lab runs; nothing else may touch its world."""

        async def run() -> Result:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    @staticmethod
    def _wait(future: "Future[None]") -> None:
        future.result(10)

    def connect(self, password: str = "lab-vcenter-password", **more: Any) -> Any:
        """A service instance over verified TLS."""
        context = ssl.create_default_context(cafile=str(self.lab.folder / "ca.crt"))
        return SmartConnect(
            host="127.0.0.1",
            port=self.port,
            user="administrator@vsphere.local",
            pwd=password,
            sslContext=context,
            httpConnectionTimeout=30,
            **more,
        )


@pytest.fixture
def vcenter(tmp_path: Path) -> Iterator[RunningVcenter]:
    running = RunningVcenter(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def instance(vcenter: RunningVcenter) -> Iterator[Any]:
    connected = vcenter.connect()
    yield connected
    Disconnect(connected)
