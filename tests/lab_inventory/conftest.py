"""An inventory service with Providers of its own making."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lab.inventory.service import InventoryService
from lab.kernel.service import Options
from tests.harness.lab_in_thread import LabInThread

SPEED = 40.0

Object = dict[str, Any]


class Inventory(LabInThread):
    """One running service; `get` asks it as an administrator."""

    def __init__(self, folder: Path, mtv: str, defect: str = "") -> None:
        self.service = InventoryService()
        super().__init__(folder, Options(speed=SPEED, mtv=mtv, defect=defect), [self.service])
        self.token = ""
        self.uid = ""
        """Of the vSphere Provider, loaded."""

    def start(self) -> None:
        super().start()
        self.token = self.on_loop(lambda: self.lab.tokens.issue(self.lab.world.cluster_account.user))
        self.uid = self.provider("vc1", "vsphere", "LoadInventory", "InventoryCreated", "Ready")

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
def inventory_2_11(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    running = Inventory(tmp_path_factory.mktemp("inventory"), "2.11")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def older_inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    running = Inventory(tmp_path_factory.mktemp("inventory"), "2.10")
    running.start()
    yield running
    running.stop()
