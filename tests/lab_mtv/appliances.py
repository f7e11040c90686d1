"""A user of MTV who moves machines out of appliances."""

from base64 import b64encode
from typing import Any

from lab.mtv.toolkit import NAMESPACE as OPERATOR
from lab.world.model import Machine
from tests.lab_mtv.scene import NAMESPACE, Desk, Object, forklift, has, pair, reference


class ApplianceDesk(Desk):
    """The source Provider keeps its name; everything about it is OVA."""

    def secret(self, name: str = "vc-secret", **data: str) -> Object:
        known = {"url": self.product.world.export.url, "insecureSkipVerify": "true"} | data
        encoded = {key: b64encode(value.encode()).decode() for key, value in known.items() if value}
        labels = {"createdForResourceType": "providers", "createdForProviderType": "ova"}
        metadata = {"name": name, "namespace": NAMESPACE, "labels": labels}
        return self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})

    def provider(self, name: str = "vc", **spec: Any) -> Object:
        return self.product.create(self.wanted(name, **spec))

    def wanted(self, name: str = "vc", **spec: Any) -> Object:
        """The Provider as MTV's webhook lets it pass."""
        known = {
            "type": "ova",
            "url": self.product.world.export.url,
            "secret": {"name": "vc-secret", "namespace": NAMESPACE},
        }
        known |= {key: value for key, value in spec.items() if key != "settings"}
        made = forklift("Provider", name, known)
        made["metadata"]["finalizers"] = ["forklift/ova-provider"]
        return made

    def maps(self, *networks: Object, storage_class: str = "lab-block") -> None:
        """The first network to the pod network, any other to a NAD; every file to one class."""
        found = list(self.product.world.export.networks.values())
        nad = {"type": "multus", "namespace": "default", "name": "second"}
        wanted = list(networks) or [
            {"source": {"id": network.id}, "destination": nad if index else {"type": "pod"}}
            for index, network in enumerate(found)
        ]
        kind = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "spec": {"config": "{}"}}
        self.product.create(kind | {"metadata": {"name": "second", "namespace": "default"}})
        self.product.create(forklift("NetworkMap", "nets", {"provider": pair(), "map": wanted}))
        files = [
            {"source": {"id": id_}, "destination": {"storageClass": storage_class}}
            for id_ in self.product.world.export.files()
        ]
        self.product.create(forklift("StorageMap", "stores", {"provider": pair(), "map": files}))

    def machine(self, name: str) -> Machine:
        found = {machine.name: machine for machine in self.product.world.export.machines().values()}
        return found[name]

    def start(self) -> None:
        """Where the lab runs: a Migration that lets the Plan begin."""
        self.product.lab.store.create(forklift("Migration", "go", {"plan": reference("plan")}))

    def parts(self, kind: str) -> list[Object]:
        """What the Provider's server consists of."""
        return self.product.all(kind, OPERATOR, {"subapp": "ova-server"})

    def online(self) -> Object:
        """A Provider that is Ready."""
        return self.coming()[-1]

    def coming(self) -> list[Object]:
        """All versions of a Provider until it is Ready."""
        self.secret()
        store, wanted = self.product.lab.store, self.wanted()
        return self.product.until("Provider", "vc", lambda it: has(it, "Ready"), after=lambda: store.create(wanted))
