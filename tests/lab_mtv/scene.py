"""MTV's controllers with a vCenter and a destination cluster, in a thread with a loop of its own."""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.kernel.clock import Clock
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options, Service
from lab.kernel.tls import new_authority
from lab.mtv.service import MtvService
from lab.vcenter.service import VcenterService
from lab.virtualization.service import VirtualizationService
from lab.world import physics
from lab.world.estate import pristine
from lab.world.model import Machine, World

SPEED = 60.0
NAMESPACE, TARGET = "run", "moved"
RHEL = "mtv-tests-rhel8"

Object = dict[str, Any]
Result = TypeVar("Result")


class Product:
    """One running lab; every method runs where the lab runs."""

    def __init__(self, folder: Path, *, mtv: str = "2.12", defect: str = "", ocp: str = "4.20") -> None:
        self.lab = Lab(
            folder=folder,
            options=Options(speed=SPEED, mtv=mtv, defect=defect, ocp=ocp),
            clock=Clock(SPEED),
            authority=new_authority(folder),
            requests=RequestJournal(),
            world=pristine(),
            store=Store(),
            tokens=Tokens(),
        )
        self.mtv = MtvService()
        self._services: list[Service] = [VcenterService(), VirtualizationService(), self.mtv]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def world(self) -> World:
        return self.lab.world

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
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=5)

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def on_loop(self, call: Callable[[], Result]) -> Result:
        """Run something where the lab runs; nothing else may touch its store."""

        async def run() -> Result:
            return call()

        return self._await(run())

    def create(self, obj: Object) -> Object:
        return self.on_loop(lambda: self.lab.store.create(obj))

    def get(self, kind: str, name: str, namespace: str = NAMESPACE) -> Object | None:
        return self.on_loop(lambda: self.lab.store.get(kind, namespace, name))

    def all(self, kind: str, namespace: str | None = NAMESPACE, labels: dict[str, str] | None = None) -> list[Object]:
        return self.on_loop(lambda: list(self.lab.store.list(kind, namespace, labels or {})))

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
                if event.type == "DELETED":
                    continue
                seen.append(event.object)
                if holds(event.object):
                    break
            return seen

        async def patiently() -> list[Object]:
            return await asyncio.wait_for(follow(), 30)

        return self._await(patiently())

    def gone(self, kind: str, name: str, namespace: str = NAMESPACE) -> None:
        """Wait until an object is gone."""

        async def follow() -> None:
            while self.lab.store.get(kind, namespace, name) is not None:
                await asyncio.sleep(0.02)

        async def patiently() -> None:
            await asyncio.wait_for(follow(), 30)

        self._await(patiently())

    def pause(self, seconds: float) -> None:
        """Let emulated time pass."""
        self._await(asyncio.sleep(seconds / SPEED))


class Desk:
    """Writes what a user of MTV writes."""

    def __init__(self, product: Product) -> None:
        self.product = product

    def secret(self, name: str = "vc-secret", **data: str) -> Object:
        account = self.product.world.vcenter_account
        known = {"user": account.user, "password": account.password, "insecureSkipVerify": "true"} | data
        encoded = {key: b64encode(value.encode()).decode() for key, value in known.items() if value}
        metadata = {"name": name, "namespace": NAMESPACE}
        return self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})

    def provider(self, name: str = "vc", **spec: Any) -> Object:
        """A vSphere Provider of this lab's vCenter."""
        known = {
            "type": "vsphere",
            "url": self.product.lab.endpoints["vcenter"],
            "secret": {"name": "vc-secret", "namespace": NAMESPACE},
        }
        return self.product.create(forklift("Provider", name, known | spec))

    def providers(self, **settings: str) -> None:
        """Source and destination, Ready."""
        self.secret()
        self.provider(settings=settings)
        self.product.create(forklift("Provider", "local", {"type": "openshift", "url": "", "secret": {}}))
        for name in ("vc", "local"):
            self.product.until("Provider", name, lambda it: has(it, "Ready"))

    def maps(self, *networks: Object, storage_class: str = "lab-block") -> None:
        """VM Network to the pod network unless given otherwise; every datastore to one class."""
        wanted = list(networks) or [{"source": {"name": "VM Network"}, "destination": {"type": "pod"}}]
        self.product.create(forklift("NetworkMap", "nets", {"provider": pair(), "map": wanted}))
        stores = [
            {"source": {"id": store.id}, "destination": {"storageClass": storage_class}}
            for store in self.product.world.datastores.values()
        ]
        self.product.create(forklift("StorageMap", "stores", {"provider": pair(), "map": stores}))

    def plan(self, *machines: str, name: str = "plan", vms: list[Object] | None = None, **spec: Any) -> Object:
        """A cold plan; machines by name, as the inventory knows them."""
        known = {
            "provider": pair(),
            "map": {"network": reference("nets"), "storage": reference("stores")},
            "targetNamespace": TARGET,
            "vms": vms if vms is not None else [{"id": self.machine(it).id, "name": it} for it in machines],
        }
        return self.product.create(forklift("Plan", name, known | spec))

    def migration(self, name: str = "go", plan: str = "plan") -> Object:
        return self.product.create(forklift("Migration", name, {"plan": reference(plan)}))

    def ready(self, *machines: str, **spec: Any) -> Object:
        """Providers, maps and a Plan that is Ready."""
        self.providers()
        self.maps()
        self.plan(*machines, **spec)
        return self.product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]

    def moved(self, *machines: str, **spec: Any) -> list[Object]:
        """All versions of the Plan from the Migration's creation to its end."""
        self.ready(*machines, **spec)
        self.migration()
        return self.product.until("Plan", "plan", ended)

    def switch_on(self, name: str) -> None:
        """Power on a source machine and wait until the inventory knows that its tools run."""
        machine = self.machine(name)
        self.product.on_loop(lambda: physics.power_on(self.product.lab, machine))
        self.product.pause(machine.guest.boot_seconds + 15)

    def machine(self, name: str) -> Machine:
        found = self.product.world.machine_named(name)
        assert found is not None
        return found


def forklift(kind: str, name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "forklift.konveyor.io/v1beta1", "kind": kind, "metadata": metadata, "spec": spec}


def reference(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE}


def pair() -> Object:
    return {"source": reference("vc"), "destination": reference("local")}


def conditions(obj: Object) -> dict[str, Object]:
    return {item["type"]: item for item in obj.get("status", {}).get("conditions", ())}


def has(obj: Object, *types: str) -> bool:
    """Whether all of these conditions are there."""
    return set(types) <= set(conditions(obj))


def ended(plan: Object) -> bool:
    return bool({"Succeeded", "Failed", "Canceled"} & set(conditions(plan)))


def vm_of(plan: Object, index: int = 0) -> Object:
    found: Object = plan["status"]["migration"]["vms"][index]
    return found


def executing(plan: Object) -> bool:
    """Whether the Plan has begun a run."""
    return "vms" in plan.get("status", {}).get("migration", {})


def steps_of(vm: Object) -> dict[str, Object]:
    return {step["name"]: step for step in vm["pipeline"]}
