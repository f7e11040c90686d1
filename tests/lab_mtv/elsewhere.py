"""A destination Provider by URL and token, and what lies on its cluster."""

from base64 import b64encode
from typing import Any

from lab.kernel.service import Lab
from tests.lab_mtv.scene import NAMESPACE, TARGET, Desk, Product, ended, forklift, has, reference

Object = dict[str, Any]
PLACES = {"source": reference("vc"), "destination": reference("there")}
MOVED_KINDS = ("VirtualMachine", "DataVolume", "PersistentVolumeClaim", "Pod", "Secret", "ConfigMap", "Job")


class Elsewhere:
    """Writes what a user of MTV writes to move machines to another cluster."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.product = desk, desk.product

    def provider(self, token: str = "", *, url: str = "", name: str = "there", **data: str) -> Object:
        """A Provider for the second cluster, with an administrator's token unless another one is given."""
        cluster = self.product.remote
        known = {"token": token or self.token(cluster), "insecureSkipVerify": "true"} | data
        encoded = {key: b64encode(value.encode()).decode() for key, value in known.items() if value}
        metadata = {"name": f"{name}-secret", "namespace": NAMESPACE}
        self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})
        spec = {
            "type": "openshift",
            "url": url or cluster.endpoints["cluster"],
            "secret": reference(f"{name}-secret"),
        }
        return self.product.create(forklift("Provider", name, spec))

    def token(self, cluster: Lab, user: str = "kubeadmin") -> str:
        return self.product.on_loop(lambda: cluster.tokens.issue(user))

    def prepared(self, machine: str, *, storage_class: str = "lab-block", **spec: Any) -> Object:
        """Source, maps and a Plan to the Provider `there`, Ready."""
        self.desk.secret()
        self.desk.provider(settings={"vddkInitImage": "registry.lab.test/vddk:8"})
        for name in ("vc", "there"):
            self.product.until("Provider", name, lambda it: has(it, "Ready"))
        self.maps(storage_class)
        self.desk.plan(machine, provider=PLACES, **spec)
        return self.product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]

    def maps(self, storage_class: str) -> None:
        networks = [
            {"source": {"id": network.id}, "destination": {"type": kind}}
            for network, kind in zip(
                self.product.world.networks.values(), ("pod", "ignored", "ignored", "ignored"), strict=True
            )
        ]
        self.product.create(forklift("NetworkMap", "nets", {"provider": PLACES, "map": networks}))
        spec = {"provider": PLACES, "map": all_to(self.product, storage_class)}
        self.product.create(forklift("StorageMap", "stores", spec))

    def moved(self, machine: str, **spec: Any) -> list[Object]:
        """All versions of the Plan from the Migration's creation to its end."""
        self.prepared(machine, **spec)
        self.desk.migration()
        return self.product.until("Plan", "plan", ended)


def all_to(product: Product, storage_class: str) -> list[Object]:
    """Entries of a StorageMap from every datastore to one class."""
    wanted = {"storageClass": storage_class}
    return [{"source": {"id": id_}, "destination": wanted} for id_ in product.world.datastores]


def objects(product: Product, cluster: Lab, kind: str) -> list[Object]:
    """What MTV's target namespace holds on a cluster, but for what each namespace has anyway."""
    found = product.on_loop(lambda: list(cluster.store.list(kind, TARGET)))
    return [obj for obj in found if obj["metadata"]["name"] not in ("kube-root-ca.crt", "openshift-service-ca.crt")]


def traces(product: Product, cluster: Lab) -> list[str]:
    """Everything in the target namespace, as kind/name."""
    return [f"{kind}/{obj['metadata']['name']}" for kind in MOVED_KINDS for obj in objects(product, cluster, kind)]
