"""A destination cluster in a thread with a loop of its own: store, KubeVirt, guests, downloads."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lab.cluster.service import ClusterService
from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.downloads.service import DownloadsService
from lab.guests.service import GuestsService
from lab.kernel.clock import Clock
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options, Service
from lab.kernel.tls import new_authority
from lab.virtualization.service import VirtualizationService
from lab.world.estate import pristine
from lab.world.model import Volume, World

SPEED = 40.0
NAMESPACE = "demo"

Object = dict[str, Any]
Result = TypeVar("Result")


class Destination:
    """One running cluster; every method runs where the lab runs."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab(
            folder=folder,
            options=Options(speed=SPEED),
            clock=Clock(SPEED),
            authority=new_authority(folder),
            requests=RequestJournal(),
            world=pristine(),
            store=Store(),
            tokens=Tokens(),
        )
        self.virtualization = VirtualizationService()
        self.guests = GuestsService()
        self._services: list[Service] = [ClusterService(), self.virtualization, self.guests, DownloadsService()]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def world(self) -> World:
        return self.lab.world

    @property
    def url(self) -> str:
        return self.lab.endpoints["cluster"]

    def start(self) -> None:
        self._thread.start()
        for service in self._services:
            self._await(service.start(self.lab))
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})

    def stop(self) -> None:
        for service in reversed(self._services):
            self._await(service.stop())
        self._await(self._rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @staticmethod
    async def _rest() -> None:
        """Let cancelled tasks see it."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def on_loop(self, call: Callable[[], Result]) -> Result:
        """Run something where the lab runs; nothing else may touch its store."""

        async def run() -> Result:
            return call()

        return self._await(run())

    def create(self, obj: Object) -> Object:
        return self.on_loop(lambda: self.lab.store.create(obj))

    def get(self, kind: str, name: str, namespace: str = NAMESPACE) -> Object | None:
        return self.on_loop(lambda: self.lab.store.get(kind, namespace, name))

    def names(self, kind: str, namespace: str | None = NAMESPACE) -> set[str]:
        return {item["metadata"]["name"] for item in self.on_loop(lambda: self.lab.store.list(kind, namespace))}

    def patch(self, kind: str, name: str, change: Object, namespace: str = NAMESPACE) -> Object | None:
        return self.on_loop(lambda: self.lab.store.patch(kind, namespace, name, change))

    def delete(self, kind: str, name: str, namespace: str = NAMESPACE) -> None:
        self.on_loop(lambda: self.lab.store.delete(kind, namespace, name))

    def until(
        self, kind: str, name: str, holds: Callable[[Object], bool], *, after: Callable[[], Any] = dict
    ) -> list[Object]:
        """All versions of an object from now (or from what `after` does) up to the first for which something holds."""

        async def follow() -> list[Object]:
            seen: list[Object] = []
            events = self.lab.store.subscribe(kind)
            after()
            async for event in events:
                if event.object["metadata"]["name"] != name:
                    continue
                seen.append(event.object)
                if event.type != "DELETED" and holds(event.object):
                    break
            return seen

        async def patiently() -> list[Object]:
            return await asyncio.wait_for(follow(), 15)

        return self._await(patiently())

    def gone(self, kind: str, name: str, *, after: Callable[[], Any] = dict) -> None:
        """Wait until an object is deleted; `after` starts it."""

        async def follow() -> None:
            events = self.lab.store.subscribe(kind)
            after()
            async for event in events:
                if event.type == "DELETED" and event.object["metadata"]["name"] == name:
                    return

        async def patiently() -> None:
            await asyncio.wait_for(follow(), 15)

        self._await(patiently())

    def kubeconfig(self) -> Path:
        """The plain block YAML that tools write."""
        path = self.lab.folder / "kubeconfig"
        path.write_text(
            f"""apiVersion: v1
kind: Config
clusters:
- name: lab
  cluster:
    server: "{self.url}"
    certificate-authority: {self.lab.folder}/ca.crt
users:
- name: admin
  user:
    token: {self.token()}
contexts:
- context:
    cluster: lab
    namespace: {NAMESPACE}
    user: admin
  name: lab
current-context: lab
"""
        )
        return path

    def token(self) -> str:
        return self.on_loop(lambda: self.lab.tokens.issue("kubeadmin"))


class Yard:
    """Makes claims and machines the way a migration leaves them."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination

    def claim(self, name: str, storage_class: str = "lab-block", size: str = "1Gi") -> Object:
        spec = {
            "accessModes": ["ReadWriteMany"],
            "volumeMode": "Block",
            "storageClassName": storage_class,
            "resources": {"requests": {"storage": size}},
        }
        metadata = {"name": name, "namespace": NAMESPACE}
        return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}

    def data_volume(self, name: str, **more: Any) -> Object:
        """A blank one of 1 GiB; `storage`, `source`, `annotations`, `labels` and spec fields override."""
        metadata = {
            "name": name,
            "namespace": NAMESPACE,
            "labels": more.pop("labels", {}),
            "annotations": more.pop("annotations", {}),
        }
        storage = {"resources": {"requests": {"storage": "1Gi"}}} | more.pop("storage", {})
        spec = {"source": more.pop("source", {"blank": {}}), "storage": storage, **more}
        return {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": metadata, "spec": spec}

    def filled_claim(self, name: str, machine: str) -> Object:
        """A bound claim with the boot disk of a source machine on it."""
        made = self.destination.create(self.claim(name))
        bound = self.destination.until("PersistentVolumeClaim", name, lambda it: phase(it) == "Bound")[-1]

        def fill() -> None:
            source = self.destination.world.machine_named(machine)
            assert source is not None
            uid, disk = made["metadata"]["uid"], source.disks[0]
            guest = deepcopy(source.guest)
            self.destination.world.volumes[uid] = Volume(
                size=disk.size, digest=disk.digest, guest=guest, source_machine=source.id
            )

        self.destination.on_loop(fill)
        return bound

    def machine(self, name: str, *, claims: tuple[str, ...] = (), macs: tuple[str, ...] = (), **spec: Any) -> Object:
        """First NIC masqueraded on the pod network, the others bridged; `spec` overrides the machine's."""
        template = {
            "domain": {
                "cpu": {"sockets": 2, "cores": 1, "threads": 1},
                "memory": {"guest": "2Gi"},
                "devices": {
                    "disks": [{"name": claim, "disk": {"bus": "virtio"}} for claim in claims],
                    "interfaces": [
                        {"name": f"net-{number}", "macAddress": mac, ("bridge" if number else "masquerade"): {}}
                        for number, mac in enumerate(macs)
                    ],
                },
            },
            "networks": [
                {"name": f"net-{number}"} | ({"multus": {"networkName": f"{NAMESPACE}/nad"}} if number else {"pod": {}})
                for number in range(len(macs))
            ],
            "volumes": [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims],
        } | spec.pop("template", {})
        header = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine"}
        metadata = {"name": name, "namespace": NAMESPACE}
        body = {"runStrategy": "Always", "template": {"metadata": {"labels": {"app": name}}, "spec": template}} | spec
        return header | {"metadata": metadata, "spec": body}

    def running(self, name: str, source: str = "mtv-tests-rhel8", **spec: Any) -> Object:
        """A machine from a source machine's disk; returns its instance once the agent has connected."""
        found = self.destination.world.machine_named(source)
        assert found is not None
        self.filled_claim(f"{name}-disk", source)
        macs = tuple(nic.mac for nic in found.nics)
        self.destination.create(self.machine(name, claims=(f"{name}-disk",), macs=macs, **spec))
        return self.destination.until("VirtualMachineInstance", name, lambda it: has(it, "AgentConnected"))[-1]


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def has(obj: Object, condition: str) -> bool:
    return any(item["type"] == condition and item["status"] == "True" for item in obj["status"].get("conditions", ()))


@pytest.fixture
def destination(tmp_path: Path) -> Iterator[Destination]:
    running = Destination(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def yard(destination: Destination) -> Yard:
    return Yard(destination)
