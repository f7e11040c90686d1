"""An inventory service with Providers of its own making, in a thread with a loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.inventory.service import InventoryService
from lab.kernel.clock import Clock
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options
from lab.kernel.tls import new_authority
from lab.world.estate import pristine

SPEED = 40.0

Object = dict[str, Any]
Result = TypeVar("Result")


class Inventory:
    """One running service; `get` asks it as an administrator."""

    def __init__(self, folder: Path, mtv: str) -> None:
        self.lab = Lab(
            folder=folder,
            options=Options(speed=SPEED, mtv=mtv),
            clock=Clock(SPEED),
            authority=new_authority(folder),
            requests=RequestJournal(),
            world=pristine(),
            store=Store(),
            tokens=Tokens(),
        )
        self.service = InventoryService()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.token = ""
        self.uid = ""
        """Of the vSphere Provider, loaded."""

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.service.start(self.lab), self._loop).result(10)
        self.token = self.on_loop(lambda: self.lab.tokens.issue(self.lab.world.cluster_account.user))
        self.uid = self.provider("vc1", "vsphere", "LoadInventory", "InventoryCreated", "Ready")

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.service.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def on_loop(self, call: Callable[[], Result]) -> Result:
        """Run something where the lab runs; nothing else may touch its store."""

        async def run() -> Result:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def provider(self, name: str, type_: str, *conditions: str, namespace: str = "openshift-mtv") -> str:
        """Create a Provider with these conditions holding; returns its uid."""
        url = "" if type_ == "openshift" else "https://vcenter.test/sdk"
        made = self.on_loop(
            lambda: self.lab.store.create(
                {
                    "apiVersion": "forklift.konveyor.io/v1beta1",
                    "kind": "Provider",
                    "metadata": {"name": name, "namespace": namespace},
                    "spec": {"type": type_, "url": url, "secret": {}},
                }
            )
        )
        self.hold(name, *conditions, namespace=namespace)
        return str(made["metadata"]["uid"])

    def hold(self, name: str, *conditions: str, namespace: str = "openshift-mtv") -> None:
        """Let exactly these conditions hold on a Provider."""
        status = {"conditions": [{"type": type_, "status": "True", "category": "Required"} for type_ in conditions]}
        self.on_loop(lambda: self.lab.store.set_status("Provider", namespace, name, status))

    def ask(self, path: str, *, token: str | None = None, **headers: str) -> requests.Response:
        """GET a path below the service's root."""
        wanted = self.token if token is None else token
        if wanted:
            headers["Authorization"] = f"Bearer {wanted}"
        url = f"{self.lab.endpoints['inventory']}/{path}"
        return requests.get(url, headers=headers, verify=str(self.lab.folder / "ca.crt"), timeout=20)

    def get(self, path: str) -> Any:
        answer = self.ask(path)
        assert answer.status_code == 200, f"{answer.status_code} to {path}: {answer.text}"
        return answer.json()

    def vsphere(self, below: str) -> Any:
        return self.get(f"providers/vsphere/{self.uid}/{below}")


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    running = Inventory(tmp_path_factory.mktemp("inventory"), "2.12")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def older_inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    running = Inventory(tmp_path_factory.mktemp("inventory"), "2.10")
    running.start()
    yield running
    running.stop()
