"""MTV's controllers with a vCenter and a destination cluster, and a user of theirs."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from lab.cluster.service import ClusterService
from lab.kernel.service import Options, Service
from lab.mtv.service import MtvService
from lab.ova.service import OvaService
from lab.vcenter.service import VcenterService
from lab.virtualization.service import VirtualizationService
from lab.world import array_estate, physics
from lab.world.model import Machine
from tests.harness.lab_in_thread import ClusterInThread, OnRemote

SPEED = 60.0
NAMESPACE, TARGET = "run", "moved"
RHEL = "mtv-tests-rhel8"

Object = dict[str, Any]


class Product(ClusterInThread):
    """MTV's controllers, a vCenter and a destination cluster."""

    home = NAMESPACE

    def __init__(
        self,
        folder: Path,
        *,
        mtv: str = "2.12",
        defect: str = "",
        ocp: str = "4.20",
        array: str = array_estate.DEFAULT,
        clusters: bool = False,
    ) -> None:
        """With `clusters` both have an API server, and the second one has machines, too."""
        self.mtv, self.ova = MtvService(), OvaService()
        options = Options(speed=SPEED, mtv=mtv, defect=defect, ocp=ocp, array=array)
        services: list[Service] = [VcenterService(), VirtualizationService(), self.mtv, self.ova]
        if clusters:
            second = (
                OnRemote(ClusterService("remote-cluster")),
                OnRemote(VirtualizationService("remote-virtualization")),
            )
            services = [ClusterService(), *second, *services]
        super().__init__(folder, options, services)

    def all(self, kind: str, namespace: str | None = NAMESPACE, labels: dict[str, str] | None = None) -> list[Object]:
        return self.on_loop(lambda: list(self.lab.store.list(kind, namespace, labels or {})))


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
