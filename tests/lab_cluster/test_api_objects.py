"""Objects through the Python client: what comes back, what is refused and in which words (openshift.md 1.3-1.7)."""

import json
from typing import Any

import pytest
from kubernetes.client import ApiException, CoreV1Api
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import DynamicApiError

from tests.lab_cluster.conftest import Cluster


def config_map(name: str, **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": {"key": "value"}}


def plan(name: str, **metadata: Any) -> dict[str, Any]:
    reference = {"name": "a", "namespace": "default"}
    spec = {
        "provider": {"source": reference, "destination": reference},
        "map": {"network": reference, "storage": reference},
        "targetNamespace": "default",
        "vms": [{"id": "vm-1"}],
    }
    header = {"apiVersion": "forklift.konveyor.io/v1beta1", "kind": "Plan"}
    return header | {"metadata": {"name": name, **metadata}, "spec": spec}


def status(error: ApiException) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(error.body)
    assert found["kind"] == "Status"
    return found


def test_a_created_object_carries_what_the_server_adds(core: CoreV1Api, namespace: str) -> None:
    made = core.create_namespaced_config_map(namespace, config_map("one")).metadata
    assert made.uid
    assert made.resource_version.isdecimal()
    assert made.creation_timestamp is not None


def test_generate_name_adds_five_characters(core: CoreV1Api, namespace: str) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "many-"}}
    names = {core.create_namespaced_config_map(namespace, body).metadata.name for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("many-") and len(name) == len("many-") + 5 for name in names)


def test_a_second_object_of_the_same_name_already_exists(core: CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("twice"))
    with pytest.raises(ApiException) as caught:
        core.create_namespaced_config_map(namespace, config_map("twice"))
    found = status(caught.value)
    assert (found["code"], found["reason"]) == (409, "AlreadyExists")
    assert found["message"] == 'configmaps "twice" already exists'


def test_an_absent_object_is_not_found(dynamic: DynamicClient, namespace: str) -> None:
    machines = dynamic.resources.get(api_version="kubevirt.io/v1", kind="VirtualMachine")
    with pytest.raises(DynamicApiError) as caught:
        machines.get(name="vm1", namespace=namespace)
    assert status(caught.value)["message"] == 'virtualmachines.kubevirt.io "vm1" not found'


def test_nothing_is_created_in_an_absent_namespace(core: CoreV1Api) -> None:
    with pytest.raises(ApiException) as caught:
        core.create_namespaced_config_map("nowhere", config_map("one"))
    assert status(caught.value)["message"] == 'namespaces "nowhere" not found'


def test_an_illegal_name_is_invalid(core: CoreV1Api, namespace: str) -> None:
    with pytest.raises(ApiException) as caught:
        core.create_namespaced_config_map(namespace, config_map("Not_A_Name"))
    found = status(caught.value)
    assert (found["code"], found["reason"]) == (422, "Invalid")
    assert found["details"]["causes"][0]["field"] == "metadata.name"


def test_a_stale_replacement_conflicts(core: CoreV1Api, namespace: str) -> None:
    old = core.create_namespaced_config_map(namespace, config_map("stale"))
    core.patch_namespaced_config_map("stale", namespace, {"data": {"more": "1"}})
    with pytest.raises(ApiException) as caught:
        core.replace_namespaced_config_map("stale", namespace, old)
    found = status(caught.value)
    assert (found["code"], found["reason"]) == (409, "Conflict")
    assert "the object has been modified" in found["message"]


def test_generation_counts_changes_of_the_specification_only(dynamic: DynamicClient, namespace: str) -> None:
    plans = dynamic.resources.get(api_version="forklift.konveyor.io/v1beta1", kind="Plan")
    plans.create(body=plan("counted"), namespace=namespace)
    merge = "application/merge-patch+json"
    labelled = plans.patch(
        body={"metadata": {"name": "counted", "labels": {"a": "b"}}}, namespace=namespace, content_type=merge
    )
    assert labelled.metadata.generation == 1
    changed = plans.patch(
        body={"metadata": {"name": "counted"}, "spec": {"archived": True}}, namespace=namespace, content_type=merge
    )
    assert changed.metadata.generation == 2


def test_status_is_written_by_its_subresource_alone(dynamic: DynamicClient, namespace: str) -> None:
    plans = dynamic.resources.get(api_version="forklift.konveyor.io/v1beta1", kind="Plan")
    made = plans.create(body=plan("two-sided") | {"status": {"observedGeneration": 7}}, namespace=namespace)
    assert made.status is None
    change = {"metadata": {"name": "two-sided"}, "status": {"observedGeneration": 1}, "spec": {"archived": True}}
    written = plans.status.patch(body=change, namespace=namespace, content_type="application/merge-patch+json")
    assert written.status.observedGeneration == 1
    assert not written.spec.archived


def test_a_strategic_patch_of_a_custom_resource_is_unsupported(dynamic: DynamicClient, namespace: str) -> None:
    plans = dynamic.resources.get(api_version="forklift.konveyor.io/v1beta1", kind="Plan")
    plans.create(body=plan("strategic"), namespace=namespace)
    with pytest.raises(DynamicApiError) as caught:
        plans.patch(body={"metadata": {"name": "strategic"}}, namespace=namespace)
    assert caught.value.status == 415


def test_a_patch_with_an_old_version_conflicts(core: CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("versioned"))
    with pytest.raises(ApiException) as caught:
        core.patch_namespaced_config_map("versioned", namespace, {"metadata": {"resourceVersion": "1"}})
    assert status(caught.value)["reason"] == "Conflict"


def test_an_object_with_finalizers_stays_until_they_are_gone(core: CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("held", finalizers=["test.example/held"]))
    core.delete_namespaced_config_map("held", namespace)
    assert core.read_namespaced_config_map("held", namespace).metadata.deletion_timestamp is not None
    core.patch_namespaced_config_map("held", namespace, [{"op": "remove", "path": "/metadata/finalizers"}])
    with pytest.raises(ApiException) as caught:
        core.read_namespaced_config_map("held", namespace)
    assert caught.value.status == 404


def test_a_deletion_with_the_uid_of_another_object_conflicts(core: CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("mine"))
    with pytest.raises(ApiException) as caught:
        core.delete_namespaced_config_map("mine", namespace, body={"preconditions": {"uid": "another"}})
    assert "the UID in the precondition (another) does not match" in status(caught.value)["message"]


@pytest.mark.parametrize(("policy", "left"), [("Background", False), ("Foreground", False), ("Orphan", True)])
def test_dependents_follow_their_owner_by_policy(core: CoreV1Api, namespace: str, policy: str, left: bool) -> None:
    owner = core.create_namespaced_config_map(namespace, config_map("owner"))
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner.metadata.uid}
    core.create_namespaced_config_map(
        namespace, config_map("child", ownerReferences=[reference | {"blockOwnerDeletion": True}])
    )
    core.delete_namespaced_config_map("owner", namespace, propagation_policy=policy)
    names = {item.metadata.name for item in core.list_namespaced_config_map(namespace).items}
    assert "owner" not in names
    assert ("child" in names) == left


def test_a_terminating_namespace_keeps_what_is_held_and_takes_nothing_new(core: CoreV1Api) -> None:
    core.create_namespace({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "going"}})
    core.create_namespaced_config_map("going", config_map("held", finalizers=["test.example/held"]))
    core.delete_namespace("going")
    shown = core.read_namespace("going").status
    assert shown.phase == "Terminating"
    assert "NamespaceFinalizersRemaining" in {item.type for item in shown.conditions}
    with pytest.raises(ApiException) as caught:
        core.create_namespaced_config_map("going", config_map("new"))
    found = status(caught.value)
    assert found["code"] == 403
    assert found["details"]["causes"][0]["reason"] == "NamespaceTerminating"
    patch = [{"op": "remove", "path": "/metadata/finalizers"}]
    core.patch_namespaced_config_map("held", "going", patch)
    with pytest.raises(ApiException) as gone:
        core.read_namespace("going")
    assert gone.value.status == 404


def test_a_list_comes_in_pages_and_by_selectors(core: CoreV1Api, namespace: str) -> None:
    for number in range(5):
        core.create_namespaced_config_map(namespace, config_map(f"page-{number}", labels={"odd": str(number % 2)}))
    seen: list[str] = []
    after = None
    while after != "":
        page = core.list_namespaced_config_map(namespace, limit=2, _continue=after, label_selector="odd in (0,1)")
        seen += [item.metadata.name for item in page.items]
        after = page.metadata._continue or ""
    assert seen == [f"page-{number}" for number in range(5)]
    odd = core.list_namespaced_config_map(namespace, label_selector="odd=1,odd!=0")
    assert [item.metadata.name for item in odd.items] == ["page-1", "page-3"]
    one = core.list_namespaced_config_map(namespace, field_selector="metadata.name==page-3")
    assert [item.metadata.name for item in one.items] == ["page-3"]


def test_an_unknown_field_selector_is_a_bad_request(core: CoreV1Api, namespace: str) -> None:
    with pytest.raises(ApiException) as caught:
        core.list_namespaced_config_map(namespace, field_selector="data.key=value")
    assert status(caught.value)["message"] == "field label not supported: data.key"


def test_a_dry_run_stores_nothing(core: CoreV1Api, namespace: str) -> None:
    made = core.create_namespaced_config_map(namespace, config_map("dry"), dry_run="All")
    assert made.metadata.uid
    assert "dry" not in {item.metadata.name for item in core.list_namespaced_config_map(namespace).items}


def test_strings_of_a_secret_are_stored_as_data(core: CoreV1Api, namespace: str) -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"user": "me"}}
    made = core.create_namespaced_secret(namespace, body)
    assert (made.data, made.string_data, made.type) == ({"user": "bWU="}, None, "Opaque")


def test_what_the_lab_does_not_serve_is_refused_and_counted(core: CoreV1Api, cluster: Cluster) -> None:
    before = sum(cluster.lab.requests.refused.values())
    with pytest.raises(ApiException) as caught:
        core.list_namespaced_replication_controller("default")
    assert status(caught.value)["message"] == "the server could not find the requested resource"
    assert sum(cluster.lab.requests.refused.values()) == before + 1
