"""What a lab serves over the wire during and after a cold migration fits the newest published schemas."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api, CustomObjectsApi
from kubernetes.config import new_client_from_config

from tests.drills.running_lab import running_lab
from tests.schemas.real import NEWEST, RealSchemas, needs_schemas

Object = dict[str, Any]
MTV, NAMESPACE, MACHINE = ("forklift.konveyor.io", "v1beta1"), "openshift-mtv", "mtv-tests-rhel8"
KUBEVIRT, CDI = ("kubevirt.io", "v1"), ("cdi.kubevirt.io", "v1beta1")
PLURALS = {"Provider": "providers", "NetworkMap": "networkmaps", "StorageMap": "storagemaps"}
PLURALS |= {"Plan": "plans", "Migration": "migrations"}

pytestmark = needs_schemas


class Served:
    """A lab behind its API, and every object that was seen there."""

    def __init__(self, client: ApiClient) -> None:
        self._api, self._core = CustomObjectsApi(client), CoreV1Api(client)
        self.seen: dict[str, dict[str, Object]] = {}

    def create(self, kind: str, name: str, spec: Object) -> None:
        body = {"apiVersion": "/".join(MTV), "kind": kind, "metadata": {"name": name}, "spec": spec}
        self._api.create_namespaced_custom_object(*MTV, NAMESPACE, PLURALS[kind], body)

    def secret(self, name: str, **data: str) -> None:
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": encoded}
        self._core.create_namespaced_secret(NAMESPACE, body)

    def look(self) -> None:
        """Take down every version of everything that is there."""
        for group, plurals in ((MTV, PLURALS.values()), (KUBEVIRT, ("virtualmachines", "virtualmachineinstances"))):
            for plural in plurals:
                self._note(group, plural)
        self._note(CDI, "datavolumes")

    def until(self, kind: str, name: str, condition: str) -> None:
        def there() -> bool:
            self.look()
            objects = [it for it in self.seen[PLURALS[kind]].values() if it["metadata"]["name"] == name]
            newest = max(objects, key=lambda it: int(it["metadata"]["resourceVersion"]))
            types = {
                item["type"] for item in newest.get("status", {}).get("conditions", ()) if item["status"] == "True"
            }
            assert "Failed" not in types, newest["status"]
            return condition in types

        _await(there, f"{kind} {name} {condition}")

    def _note(self, group: tuple[str, str], plural: str) -> None:
        known = self.seen.setdefault(plural, {})
        for item in self._api.list_cluster_custom_object(*group, plural)["items"]:
            known[item["metadata"]["resourceVersion"]] = item


def _await(there: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A lab in which one machine was migrated and started."""
    with running_lab(tmp_path_factory.mktemp("served") / "lab", "--speed", "20") as lab:
        client = new_client_from_config(str(lab.folder / "kubeconfig"))
        found = Served(client)
        _migrate(found, lab.folder)
        yield found
        client.rest_client.pool_manager.clear()
        client.close()


def _migrate(served: Served, folder: Path) -> None:
    profile = json.loads((folder / "providers.json").read_text())["vsphere"]
    login = {"user": profile["username"], "password": profile["password"], "insecureSkipVerify": "true"}
    served.secret("vc", url=profile["api_url"], **login)
    served.create("Provider", "vc", {"type": "vsphere", "url": profile["api_url"], "secret": _named("vc")})
    served.create("Provider", "here", {"type": "openshift", "url": "", "secret": {}})
    for name in ("vc", "here"):
        served.until("Provider", name, "Ready")
    ends = {"provider": {"source": _named("vc"), "destination": _named("here")}}
    network = {"source": {"name": "VM Network"}, "destination": {"type": "pod"}}
    storage = {"source": {"name": "lab-vmfs-1"}, "destination": {"storageClass": "lab-block"}}
    served.create("NetworkMap", "nets", ends | {"map": [network]})
    served.create("StorageMap", "stores", ends | {"map": [storage]})
    wanted = {"map": {"network": _named("nets"), "storage": _named("stores")}, "targetNamespace": "default"}
    served.create("Plan", "p", ends | wanted | {"vms": [{"name": MACHINE}], "targetPowerState": "on"})
    served.until("Plan", "p", "Ready")
    served.create("Migration", "m", {"plan": _named("p")})
    served.until("Migration", "m", "Succeeded")
    served.until("Plan", "p", "Succeeded")


def _named(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE}


@pytest.mark.parametrize("plural", [*PLURALS.values(), "virtualmachines", "virtualmachineinstances", "datavolumes"])
def test_every_version_that_was_served_fits(served: Served, plural: str) -> None:
    versions = served.seen[plural].values()
    assert versions, f"nothing of {plural} was seen"
    judge = RealSchemas(NEWEST)
    assert {error for obj in versions for error in judge.errors(plural, obj)} == set()
