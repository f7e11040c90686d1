"""A destination cluster: store, KubeVirt, guests, downloads."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from lab.cluster.service import ClusterService
from lab.downloads.service import DownloadsService
from lab.guests.service import GuestsService
from lab.kernel.service import Options, Service
from lab.virtualization.service import VirtualizationService
from lab.world.model import Volume
from tests.harness.lab_in_thread import ClusterInThread

SPEED = 40.0
NAMESPACE = "demo"

Object = dict[str, Any]


class Destination(ClusterInThread):
    """One running cluster."""

    home = NAMESPACE

    def __init__(self, folder: Path) -> None:
        self.virtualization, self.guests = VirtualizationService(), GuestsService()
        services: list[Service] = [ClusterService(), self.virtualization, self.guests, DownloadsService()]
        super().__init__(folder, Options(speed=SPEED), services)

    @property
    def url(self) -> str:
        return self.lab.endpoints["cluster"]

    def names(self, kind: str, namespace: str | None = NAMESPACE) -> set[str]:
        return {item["metadata"]["name"] for item in self.on_loop(lambda: self.lab.store.list(kind, namespace))}

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

    def attachment(self, name: str = "nad", namespace: str = NAMESPACE, bridge: str = "br1") -> Object:
        config = json.dumps({"cniVersion": "0.3.1", "type": "cnv-bridge", "bridge": bridge})
        header = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
        return header | {"metadata": {"name": name, "namespace": namespace}, "spec": {"config": config}}

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
    shown = obj.get("status", {}).get("conditions", ())
    return any(item["type"] == condition and item["status"] == "True" for item in shown)


@pytest.fixture
def destination(tmp_path: Path) -> Iterator[Destination]:
    running = Destination(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def yard(destination: Destination) -> Yard:
    """With the attachment that its machines use."""
    made = Yard(destination)
    destination.create(made.attachment())
    return made
