"""MTV's controllers with an oVirt engine, and a user who moves machines from it."""

from base64 import b64encode
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

from lab.cluster.service import ClusterService
from lab.inventory.service import InventoryService
from lab.inventory.sight import sight_of
from lab.kernel.service import Options, Service
from lab.mtv.service import MtvService
from lab.ovirt.engine import Engine, engine_of
from lab.ovirt.service import OvirtService
from lab.virtualization.service import VirtualizationService
from lab.world import physics
from lab.world.model import Machine
from tests.harness.lab_in_thread import OnRemote
from tests.lab_mtv.scene import NAMESPACE, SPEED, TARGET, ended, forklift, has, pair, reference
from tests.lab_mtv.source_products import SourceProduct, both_ready

Object = dict[str, Any]
RHEL, TWO_OF_EACH, WIN2022, EFI = (
    *("mtv-tests-rhel8", "mtv-rhel8-warm-2disks2nics", "mtv-win2022-ip-3disks"),
    "mtv-tests-rhel9-efi",
)


class EngineProduct(SourceProduct):
    """MTV, its inventory, an engine and a destination cluster."""

    def __init__(self, folder: Path, *, mtv: str = "2.12", defect: str = "", clusters: bool = False) -> None:
        """With `clusters` both have an API server, and the second one has machines, too."""
        self.mtv = MtvService()
        services: list[Service] = [InventoryService(), OvirtService(), VirtualizationService(), self.mtv]
        if clusters:
            second = (
                OnRemote(ClusterService("remote-cluster")),
                OnRemote(VirtualizationService("remote-virtualization")),
            )
            services = [ClusterService(), *second, *services]
        super().__init__(folder, Options(speed=SPEED, mtv=mtv, defect=defect), services)

    @property
    def engine(self) -> Engine:
        return self.on_loop(lambda: engine_of(self.lab))

    def machine(self, name: str) -> Machine:
        """One of the template of this name, known to the inventory; the same each time."""
        machines = self.world.ovirt.machines
        found = next((it for it in machines.values() if not it.template and it.name == name), None)
        if found is None:
            found = deepcopy(next(it for it in machines.values() if it.template and it.name == name))
            found.id = found.uuid = found.instance_uuid = str(uuid4())
            found.template = False
            for disk in found.disks:
                disk.uuid = uuid4().hex
            self._add(found)
        return found

    def _add(self, machine: Machine) -> None:
        self.on_loop(lambda: self.world.ovirt.machines.update({machine.id: machine}))
        self.on_loop(self.world.touch)
        self.eventually(lambda: sight_of(self.lab, "ovirt").machine(machine.id) is not None)

    def switch_on(self, machine: Machine) -> None:
        """Power on a machine and wait until its guest is up."""
        self.on_loop(lambda: physics.power_on(self.lab, machine))
        self.eventually(lambda: machine.guest_up)


class EngineDesk:
    """Writes what a user of MTV writes; the Provider is called `vc`, as in other scenes."""

    def __init__(self, product: EngineProduct) -> None:
        self.product = product

    def secret(self, **data: str) -> Object:
        return self.product.create(self.secret_body({}, **data))

    def secret_body(self, labels: dict[str, str], **data: str) -> Object:
        """Two underscores in a key are a dot."""
        account = self.product.world.ovirt.account
        known = {
            "user": account.user,
            "password": account.password,
            "url": self.product.lab.endpoints["ovirt"],
            "ca.crt": self.product.lab.authority.ca_pem,
        } | {key.replace("__", "."): value for key, value in data.items()}
        encoded = {key: b64encode(value.encode()).decode() for key, value in known.items() if value}
        metadata = {"name": "engine-secret", "namespace": NAMESPACE, "labels": labels}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded}

    def provider(self, **spec: Any) -> Object:
        url, secret = self.product.lab.endpoints["ovirt"], reference("engine-secret")
        return self.product.create(forklift("Provider", "vc", {"type": "ovirt", "url": url, "secret": secret} | spec))

    def providers(self) -> None:
        self.secret()
        self.provider()
        both_ready(self.product)

    def maps(self, classes: dict[str, str] | None = None, providers: Object | None = None) -> None:
        """The first network to the pod network, others to NADs of the target; all domains to one class by default."""
        estate, places = self.product.world.ovirt, providers or pair()
        networks = [
            {"source": {"id": it.id}, "destination": {"type": "ignored" if number else "pod"}}
            for number, it in enumerate(estate.networks.values())
        ]
        self.product.create(forklift("NetworkMap", "nets", {"provider": places, "map": networks}))
        chosen = classes or {it.name: "lab-block" for it in estate.datastores.values()}
        ids = {it.name: it.id for it in estate.datastores.values()}
        stores = [{"source": {"id": ids[name]}, "destination": {"storageClass": to}} for name, to in chosen.items()]
        self.product.create(forklift("StorageMap", "stores", {"provider": places, "map": stores}))

    def plan(self, *names: str, **spec: Any) -> Object:
        return self.product.create(self.plan_body(*names, **spec))

    def plan_body(self, *names: str, **spec: Any) -> Object:
        known = {
            "provider": pair(),
            "map": {"network": reference("nets"), "storage": reference("stores")},
            "targetNamespace": TARGET,
            "vms": [{"id": self.product.machine(name).id, "name": name} for name in names],
        }
        return forklift("Plan", "plan", known | spec)

    def migrate(self, **spec: Any) -> None:
        self.product.create(forklift("Migration", "go", {"plan": reference("plan")} | spec))

    def moved(self, *names: str, **spec: Any) -> list[Object]:
        """All versions of the Plan from the Migration's creation to its end."""
        self.providers()
        self.maps()
        return self.run(*names, **spec)

    def run(self, *names: str, cutover: str = "", **spec: Any) -> list[Object]:
        """As `moved`, with Providers and maps that are there."""
        self.plan(*names, **spec)
        self.product.until("Plan", "plan", lambda it: has(it, "Ready"))
        self.migrate(**({"cutover": cutover} if cutover else {}))
        return self.product.until("Plan", "plan", ended)
