"""A machine of an OpenShift cluster, and what a user of MTV writes to move it."""

from base64 import b64encode
from typing import Any

from lab.kernel.service import Lab
from tests.harness.from_image import attachment, machine
from tests.lab_mtv.scene import NAMESPACE, Desk, Product, ended, forklift, has, reference

Object = dict[str, Any]
HOME, NAME = "source", "web"
SOURCE, DESTINATION = "from", "local"
PLACES = {"source": reference(SOURCE), "destination": reference(DESTINATION)}
TARGET = "moved"
NETWORKS = [
    {"source": {"type": "pod"}, "destination": {"type": "pod"}},
    {
        "source": {"name": "nad", "namespace": HOME},
        "destination": {"type": "multus", "name": "arrived", "namespace": TARGET},
    },
]
STORES = [{"source": {"name": "lab-block"}, "destination": {"storageClass": "nfs"}}]


class FromCluster:
    """The source is the second cluster, or with `local` the own one."""

    def __init__(self, desk: Desk, *, local: bool = False) -> None:
        self.desk, self.product, self.local = desk, desk.product, local
        self.cluster: Lab = self.product.lab if local else self.product.remote

    def provided(self) -> None:
        """Both Providers, Ready."""
        cluster = self.cluster
        token = self.product.on_loop(lambda: cluster.tokens.issue("kubeadmin"))
        data = {"token": token, "insecureSkipVerify": "true", "url": cluster.endpoints["cluster"]}
        encoded = {key: b64encode(value.encode()).decode() for key, value in data.items()}
        metadata = {"name": "from-secret", "namespace": NAMESPACE}
        self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})
        spec = {"type": "openshift", "url": data["url"], "secret": reference("from-secret")}
        self.product.create(forklift("Provider", SOURCE, spec))
        self.product.create(forklift("Provider", DESTINATION, {"type": "openshift", "url": "", "secret": {}}))
        for name in (SOURCE, DESTINATION):
            self.product.until("Provider", name, lambda it: has(it, "Ready"))

    def machine(self, **how: Any) -> Object:
        """A machine with its disk filled and, unless it is off, running."""
        store = self.cluster.store

        async def filled() -> Object:
            for name in (HOME, TARGET):
                if store.get("Namespace", "", name) is None:
                    store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
            store.create(attachment("nad", HOME))
            store.create(machine(NAME, HOME, **how))
            async for _ in store.subscribe("VirtualMachineInstance", "DataVolume"):
                if self._settled(on=how.get("on", True)):
                    return store.get("VirtualMachine", HOME, NAME) or {}
            raise AssertionError("the store ended")

        return self.product.wait_for(filled())

    def _settled(self, *, on: bool) -> bool:
        store = self.cluster.store
        volume = store.get("DataVolume", HOME, f"{NAME}-root") or {}
        instance = store.get("VirtualMachineInstance", HOME, NAME) or {}
        talks = any(item["type"] == "AgentConnected" for item in instance.get("status", {}).get("conditions", ()))
        return volume.get("status", {}).get("phase") == "Succeeded" and talks == on

    def planned(self, *networks: Object, **spec: Any) -> Object:
        """Maps and a Plan, once it has conditions about its machines."""
        if self.product.get("NetworkAttachmentDefinition", "arrived", TARGET) is None:
            if self.product.get("Namespace", TARGET, "") is None:
                metadata = {"name": TARGET}
                self.product.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
            self.product.create(attachment("arrived", TARGET))
        wanted = {"provider": PLACES, "map": list(networks) or NETWORKS}
        self.product.create(forklift("NetworkMap", "nets", wanted))
        self.product.create(forklift("StorageMap", "stores", {"provider": PLACES, "map": STORES}))
        vms = [{"name": NAME, "namespace": HOME}]
        return self.desk.plan(provider=PLACES, **({"vms": vms} | spec))

    def moved(self, *networks: Object, **spec: Any) -> list[Object]:
        """All versions of the Plan from the Migration's creation to its end."""
        self.planned(*networks, **spec)
        self.product.until("Plan", "plan", lambda it: has(it, "Ready"))
        self.desk.migration()
        return self.product.until("Plan", "plan", ended)

    def source(self, kind: str, name: str = NAME) -> Object | None:
        return self.product.on_loop(lambda: self.cluster.store.get(kind, HOME, name))


def arrived(product: Product, kind: str) -> Object:
    """The only object of a kind in the target namespace."""
    (found,) = product.all(kind, TARGET)
    return found
