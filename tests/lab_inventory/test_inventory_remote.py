"""The inventory of a Provider with URL and token: objects of that cluster, by the rights of the token (5.8)."""

from base64 import b64encode
from typing import Any

import pytest

from lab.cluster.tokens import token_name
from lab.kernel.service import Lab

Inventory = Any
Object = dict[str, Any]
URL, RBAC = "https://127.0.0.1:6443", "rbac.authorization.k8s.io/v1"


def create(inventory: Inventory, cluster: Lab, api_version: str, kind: str, name: str, **more: Any) -> Object:
    home = {} if kind in ("StorageClass", "Namespace", "ClusterRole", "ClusterRoleBinding") else {"namespace": "vms"}
    body = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name} | home} | more
    made: Object = inventory.on_loop(lambda: cluster.store.create(body))
    return made


@pytest.fixture(scope="module")
def token(inventory: Inventory) -> str:
    """Of an administrator of the second cluster, where a few things are; its service is not needed for this."""
    remote = inventory.remote
    remote.endpoints["cluster"] = URL
    create(inventory, remote, "v1", "Namespace", "vms")
    create(inventory, remote, "storage.k8s.io/v1", "StorageClass", "only-there")
    create(inventory, remote, "k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "bridge-there")
    create(inventory, remote, "kubevirt.io/v1", "VirtualMachine", "moved")
    create(inventory, inventory.lab, "storage.k8s.io/v1", "StorageClass", "only-here")
    return str(inventory.on_loop(lambda: remote.tokens.issue("kubeadmin")))


def provider(inventory: Inventory, name: str, token: str) -> str:
    """Uid of a Provider whose inventory is loaded."""
    data = {"token": b64encode(token.encode()).decode()}
    create(inventory, inventory.lab, "v1", "Secret", name, data=data)
    spec = {"type": "openshift", "url": URL, "secret": {"name": name, "namespace": "vms"}}
    made = create(inventory, inventory.lab, "forklift.konveyor.io/v1beta1", "Provider", name, spec=spec)
    inventory.hold(name, "InventoryCreated", namespace="vms")
    return str(made["metadata"]["uid"])


def test_collections_are_those_of_its_cluster(inventory: Inventory, token: str) -> None:
    """forklift.md 9.9.43."""
    root = f"providers/openshift/{provider(inventory, 'there', token)}"
    assert [item["name"] for item in inventory.get(f"{root}/storageclasses")] == ["only-there"]
    assert [item["path"] for item in inventory.get(f"{root}/networkattachmentdefinitions")] == ["vms/bridge-there"]
    (machine,) = inventory.get(f"{root}/vms?detail=1")
    assert machine["object"]["metadata"]["name"] == "moved"
    assert inventory.get(machine["selfLink"])["name"] == "moved"
    told = inventory.get(root)
    assert [told[key] for key in ("vmCount", "networkCount", "storageClassCount")] == [1, 1, 1]


def test_a_token_that_is_no_longer_good_shows_nothing(inventory: Inventory, token: str) -> None:
    lost = inventory.on_loop(lambda: inventory.remote.tokens.issue("kubeadmin"))
    root = f"providers/openshift/{provider(inventory, 'lost', lost)}"
    assert inventory.ask(f"{root}/storageclasses").status_code == 200
    inventory.on_loop(lambda: inventory.remote.tokens.revoke(token_name(lost)))
    assert inventory.ask(f"{root}/storageclasses").status_code == 500
    assert inventory.get(root)["storageClassCount"] == 0


def test_a_service_account_sees_what_its_roles_say(inventory: Inventory, token: str) -> None:
    remote = inventory.remote
    robot = inventory.on_loop(lambda: remote.tokens.issue("system:serviceaccount:vms:default"))
    root = f"providers/openshift/{provider(inventory, 'robot', robot)}"
    assert inventory.ask(f"{root}/storageclasses").status_code == 500
    rules = [{"apiGroups": ["storage.k8s.io"], "resources": ["storageclasses"], "verbs": ["list"]}]
    create(inventory, remote, RBAC, "ClusterRole", "looker", rules=rules)
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": "vms"}
    reference = {"kind": "ClusterRole", "name": "looker"}
    more = {"roleRef": reference, "subjects": [subject]}
    create(inventory, remote, RBAC, "ClusterRoleBinding", "looker", **more)
    assert inventory.ask(f"{root}/storageclasses").status_code == 200
    assert inventory.ask(f"{root}/vms").status_code == 500
