"""The cluster's own objects in the inventory: live, by uid, as far as the Provider reaches (facts/forklift.md 5.8)."""

from typing import Any

import pytest

Inventory = Any
Object = dict[str, Any]


def create(inventory: Inventory, api_version: str, kind: str, name: str, namespace: str = "") -> Object:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    made: Object = inventory.on_loop(
        lambda: inventory.lab.store.create({"apiVersion": api_version, "kind": kind, "metadata": metadata})
    )
    return made


@pytest.fixture(scope="module")
def cluster(inventory: Inventory) -> str:
    """Uid of the operator's own `host` Provider, on a cluster with a few things in it."""
    for namespace in ("default", "vms", "others"):
        create(inventory, "v1", "Namespace", namespace)
        create(inventory, "k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "bridge", namespace)
    create(inventory, "storage.k8s.io/v1", "StorageClass", "block")
    return str(inventory.provider("host", "openshift", "InventoryCreated"))


def names(inventory: Inventory, uid: str, collection: str) -> set[str]:
    return {item["path"] for item in inventory.get(f"providers/openshift/{uid}/{collection}")}


def test_lists_are_thin_and_carry_the_whole_object_in_detail(inventory: Inventory, cluster: str) -> None:
    (thin,) = inventory.get(f"providers/openshift/{cluster}/storageclasses")
    assert set(thin) == {"uid", "version", "namespace", "name", "selfLink", "path", "id"}
    (whole,) = inventory.get(f"providers/openshift/{cluster}/storageclasses?detail=1")
    assert whole["object"]["kind"] == "StorageClass"


def test_an_object_is_had_by_its_uid_and_not_by_its_name(inventory: Inventory, cluster: str) -> None:
    (vms,) = [item for item in inventory.get(f"providers/openshift/{cluster}/namespaces") if item["name"] == "vms"]
    assert inventory.get(vms["selfLink"])["object"]["metadata"]["name"] == "vms"
    assert inventory.ask(f"providers/openshift/{cluster}/namespaces/vms").status_code == 404


def test_a_storage_class_is_never_found_by_id(inventory: Inventory, cluster: str) -> None:
    (thin,) = inventory.get(f"providers/openshift/{cluster}/storageclasses")
    assert inventory.ask(thin["selfLink"]).status_code == 404


def test_attachment_definitions_have_a_collection_and_networks_do_not(inventory: Inventory, cluster: str) -> None:
    found = names(inventory, cluster, "networkattachmentdefinitions")
    assert found == {"default/bridge", "vms/bridge", "others/bridge"}
    assert inventory.ask(f"providers/openshift/{cluster}/networks").status_code == 404


def test_a_new_object_is_there_at_once(inventory: Inventory, cluster: str) -> None:
    create(inventory, "cdi.kubevirt.io/v1beta1", "DataVolume", "fresh", "vms")
    assert names(inventory, cluster, "datavolumes") == {"vms/fresh"}


def test_a_machine_that_runs_carries_its_instance(inventory: Inventory, cluster: str) -> None:
    create(inventory, "kubevirt.io/v1", "VirtualMachine", "runs", "vms")
    (machine,) = inventory.get(f"providers/openshift/{cluster}/vms?detail=1")
    assert "instance" not in machine
    create(inventory, "kubevirt.io/v1", "VirtualMachineInstance", "runs", "vms")
    (machine,) = inventory.get(f"providers/openshift/{cluster}/vms?detail=1")
    assert machine["instance"]["kind"] == "VirtualMachineInstance"


def test_a_local_provider_elsewhere_sees_its_own_namespace(inventory: Inventory, cluster: str) -> None:
    uid = inventory.provider("mine", "openshift", "InventoryCreated", namespace="vms")
    assert names(inventory, uid, "networkattachmentdefinitions") == {"default/bridge", "vms/bridge"}
    assert names(inventory, uid, "storageclasses") == {"block"}


def test_a_network_that_machines_cannot_join_is_left_out(inventory: Inventory, cluster: str) -> None:
    config = '{"type": "ovn-k8s-cni-overlay", "topology": "layer2", "role": "%s"}'
    for role in ("primary", "secondary"):
        made = create(inventory, "k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", f"udn-{role}", "vms")
        inventory.on_loop(lambda made=made, role=role: _configured(inventory, made, config % role))
    found = names(inventory, cluster, "networkattachmentdefinitions")
    assert {name for name in found if "udn" in name} == {"vms/udn-secondary"}
    for role in ("primary", "secondary"):
        inventory.on_loop(
            lambda role=role: inventory.lab.store.delete("NetworkAttachmentDefinition", "vms", f"udn-{role}")
        )


def _configured(inventory: Inventory, made: Object, config: str) -> None:
    metadata = made["metadata"]
    change = {"spec": {"config": config}}
    inventory.lab.store.patch(made["kind"], metadata["namespace"], metadata["name"], change)


def test_the_tree_has_namespaces_with_machines_below_them(inventory: Inventory, cluster: str) -> None:
    create(inventory, "kubevirt.io/v1", "VirtualMachine", "leaf", "others")
    tree = inventory.get(f"providers/openshift/{cluster}/tree/namespace")
    assert (tree["kind"], tree["object"]) == ("", None)
    below = {
        branch["object"]["name"]: [leaf["object"]["name"] for leaf in branch["children"]] for branch in tree["children"]
    }
    assert below["others"] == ["leaf"]
    assert "default" not in below
    inventory.on_loop(lambda: inventory.lab.store.delete("VirtualMachine", "others", "leaf"))


def test_lists_are_filtered_by_namespace(inventory: Inventory, cluster: str) -> None:
    found = inventory.get(f"providers/openshift/{cluster}/networkattachmentdefinitions?namespace=others")
    assert [item["path"] for item in found] == ["others/bridge"]
