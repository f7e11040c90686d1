"""MTV's controllers with an OpenStack cloud, and a user who moves servers from it."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from lab.inventory.service import InventoryService
from lab.kernel.service import Options, Service
from lab.mtv.service import MtvService
from lab.openstack.service import OpenstackService
from lab.virtualization.service import VirtualizationService
from lab.world import physics
from lab.world.cloud import Cloud, Server
from tests.lab_mtv.scene import NAMESPACE, SPEED, TARGET, ended, forklift, has, pair, reference
from tests.lab_mtv.source_products import SourceProduct, both_ready

Object = dict[str, Any]
RHEL, TWO_DISKS, EFI = "mtv-tests-rhel8", "mtv-rhel8-warm-2disks2nics", "mtv-tests-rhel9-efi"


class CloudProduct(SourceProduct):
    """MTV, its inventory, a cloud and a destination cluster."""

    def __init__(self, folder: Path, *, mtv: str = "2.12", defect: str = "") -> None:
        self.mtv = MtvService()
        services: list[Service] = [InventoryService(), OpenstackService(), VirtualizationService(), self.mtv]
        super().__init__(folder, Options(speed=SPEED, mtv=mtv, defect=defect), services)

    @property
    def cloud(self) -> Cloud:
        return self.world.cloud

    def switch_on(self, server: Server) -> None:
        """Power on a server and wait until its guest is up."""
        self.on_loop(lambda: physics.power_on(self.lab, server.machine))
        self.pause(server.machine.guest.boot_seconds + 15)

    def server(self, name: str) -> Server:
        return next(it for it in self.cloud.servers.values() if it.machine.name == name)


class CloudDesk:
    """Writes what a user of MTV writes; the Provider is called `vc`, as in other scenes."""

    def __init__(self, product: CloudProduct) -> None:
        self.product = product

    def secret(self, **data: str) -> Object:
        cloud = self.product.cloud
        known = {
            "username": cloud.user,
            "password": cloud.password,
            "projectName": cloud.project,
            "userDomainID": "default",
            "projectDomainID": "default",
            "regionName": cloud.region,
            "cacert": self.product.lab.authority.ca_pem,
        } | data
        encoded = {key: b64encode(value.encode()).decode() for key, value in known.items() if value}
        metadata = {"name": "cloud-secret", "namespace": NAMESPACE}
        return self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})

    def provider(self, **spec: Any) -> Object:
        url, secret = self.product.lab.endpoints["openstack"], reference("cloud-secret")
        known = {"type": "openstack", "url": url, "secret": secret}
        return self.product.create(forklift("Provider", "vc", known | spec))

    def providers(self) -> None:
        self.secret()
        self.provider()
        both_ready(self.product)

    def maps(self, classes: dict[str, str] | None = None) -> None:
        """The first network to the pod network, others are ignored; types to classes, by default all to one."""
        cloud = self.product.cloud
        networks = [
            {"source": {"id": it.id}, "destination": {"type": "ignored" if number else "pod"}}
            for number, it in enumerate(cloud.networks.values())
        ]
        self.product.create(forklift("NetworkMap", "nets", {"provider": pair(), "map": networks}))
        chosen = classes or {it.name: "lab-block" for it in cloud.volume_types.values()}
        stores = [{"source": {"name": name}, "destination": {"storageClass": to}} for name, to in chosen.items()]
        self.product.create(forklift("StorageMap", "stores", {"provider": pair(), "map": stores}))

    def plan(self, *names: str, **spec: Any) -> Object:
        known = {
            "provider": pair(),
            "map": {"network": reference("nets"), "storage": reference("stores")},
            "targetNamespace": TARGET,
            "vms": [{"id": self.product.server(name).machine.id, "name": name} for name in names],
        }
        return self.product.create(forklift("Plan", "plan", known | spec))

    def moved(self, *names: str, **spec: Any) -> list[Object]:
        """All versions of the Plan from the Migration's creation to its end."""
        self.providers()
        self.maps()
        return self.run(*names, **spec)

    def run(self, *names: str, **spec: Any) -> list[Object]:
        """As `moved`, with Providers and maps that are there."""
        self.plan(*names, **spec)
        self.product.until("Plan", "plan", lambda it: has(it, "Ready"))
        self.migrate()
        return self.product.until("Plan", "plan", ended)

    def migrate(self) -> None:
        self.product.create(forklift("Migration", "go", {"plan": reference("plan")}))
