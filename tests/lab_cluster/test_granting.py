"""Nobody gives away what he has not: roles, bindings, and the life of an owner (openshift.md 8)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kubernetes.client import ApiClient, ApiException, CoreV1Api, RbacAuthorizationV1Api

from lab.cluster.clients import TokenClient
from lab.cluster.refusals import Refused
from tests.lab_cluster.conftest import Cluster, hang_up

NAME, RBAC = "giver", "rbac.authorization.k8s.io"
VERSION = f"{RBAC}/v1"
GIVES = {"apiGroups": [RBAC], "resources": ["clusterroles", "clusterrolebindings"], "verbs": ["create", "update"]}
READS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}
WRITES = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "create", "patch"]}
Grant = Callable[..., ApiClient]


@pytest.fixture
def granted(cluster: Cluster, core: CoreV1Api, namespace: str) -> Iterator[Grant]:
    """Logged in as an account that may do what these rules say."""
    roles, made = RbacAuthorizationV1Api(core.api_client), list[ApiClient]()
    core.create_namespaced_service_account(namespace, body("ServiceAccount", NAME, "v1"))
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": namespace}

    def grant(*rules: dict[str, Any]) -> ApiClient:
        roles.create_cluster_role(body("ClusterRole", NAME, rules=list(rules)))
        roles.create_cluster_role_binding(binding(NAME, NAME, subject))
        request = body("TokenRequest", NAME, "authentication.k8s.io/v1", spec={"audiences": None})
        token = core.create_namespaced_service_account_token(NAME, namespace, request).status.token
        made.append(cluster.api_client(token))
        return made[-1]

    yield grant
    for each in made:
        hang_up(each)
    roles.delete_cluster_role_binding(NAME)
    roles.delete_cluster_role(NAME)


def body(kind: str, name: str, version: str = VERSION, **more: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}} | more


def binding(name: str, role: str, *subjects: dict[str, str]) -> dict[str, Any]:
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    return body("ClusterRoleBinding", name, roleRef=reference, subjects=list(subjects))


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ApiException) as caught:
        call()
    assert caught.value.status == 403
    return str(json.loads(caught.value.body)["message"])


def test_a_binding_to_a_role_that_can_do_more_takes_the_verb_bind(granted: Grant) -> None:
    roles = RbacAuthorizationV1Api(granted(GIVES))
    said = refused(lambda: roles.create_cluster_role_binding(binding("bound", "cluster-admin")))
    assert 'clusterrolebindings.rbac.authorization.k8s.io "bound" is forbidden: user "system:serviceaccount:' in said
    assert "is attempting to grant RBAC permissions not currently held:\n" in said
    assert '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}' in said


def test_the_verb_may_be_given_for_one_role_only(granted: Grant, core: CoreV1Api) -> None:
    bind = {"apiGroups": [RBAC], "resources": ["clusterroles"], "resourceNames": ["cluster-admin"], "verbs": ["bind"]}
    roles = RbacAuthorizationV1Api(granted(GIVES, bind))
    assert roles.create_cluster_role_binding(binding("bound", "cluster-admin")).metadata.name == "bound"
    RbacAuthorizationV1Api(core.api_client).delete_cluster_role_binding("bound")
    assert "not currently held" in refused(
        lambda: roles.create_cluster_role_binding(binding("bound", "cluster-reader"))
    )


def test_what_one_may_do_oneself_may_be_given_away(granted: Grant, core: CoreV1Api) -> None:
    roles = RbacAuthorizationV1Api(granted(GIVES, READS))
    assert roles.create_cluster_role(body("ClusterRole", "readers", rules=[READS])).metadata.name == "readers"
    assert roles.create_cluster_role_binding(binding("readers", "readers")).metadata.name == "readers"
    said = refused(lambda: roles.create_cluster_role(body("ClusterRole", "writers", rules=[READS, WRITES])))
    assert said.endswith(':\n{APIGroups:[""], Resources:["configmaps"], Verbs:["get" "create" "patch"]}')
    assert "not currently held" in refused(
        lambda: roles.replace_cluster_role("readers", body("ClusterRole", "readers", rules=[WRITES]))
    )
    admin = RbacAuthorizationV1Api(core.api_client)
    admin.delete_cluster_role_binding("readers")
    admin.delete_cluster_role("readers")


def owned(name: str, uid: str, *, blocks: bool) -> dict[str, Any]:
    owner = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "name": "m", "uid": uid}
    references = [owner | {"blockOwnerDeletion": blocks}]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "ownerReferences": references}}


def test_an_owner_is_held_back_only_by_who_may_set_its_finalizers(
    granted: Grant, cluster: Cluster, core: CoreV1Api, namespace: str
) -> None:
    finalizers = {"apiGroups": ["kubevirt.io"], "resources": ["virtualmachines/finalizers"], "verbs": ["update"]}
    uid = core.read_namespace(namespace).metadata.uid
    poor = CoreV1Api(granted(WRITES))
    said = refused(lambda: poor.create_namespaced_config_map(namespace, owned("one", uid, blocks=True)))
    assert said == (
        'configmaps "one" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you '
        "can't set finalizers on: , <nil>"
    )
    assert cluster.lab.store.get("ConfigMap", namespace, "one") is None
    role = body("ClusterRole", NAME, rules=[WRITES, finalizers])
    RbacAuthorizationV1Api(core.api_client).replace_cluster_role(NAME, role)
    assert poor.create_namespaced_config_map(namespace, owned("two", uid, blocks=True)).metadata.name == "two"


def test_mtv_is_asked_for_the_verbs_that_it_sends(granted: Grant, cluster: Cluster, namespace: str) -> None:
    """It replaces machines to switch them, and makes them owners of their claims (facts/forklift.md 3.2)."""
    machines = {"apiGroups": ["kubevirt.io"], "resources": ["virtualmachines"], "verbs": ["get", "patch"]}
    poor = granted(machines, WRITES)
    client = TokenClient(cluster.lab, poor.configuration.api_key["authorization"].removeprefix("Bearer "))
    with pytest.raises(Refused, match='cannot update resource "virtualmachines"'):
        client.patch("VirtualMachine", namespace, "m", {"spec": {"runStrategy": "Halted"}})
    cluster.lab.store.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": namespace}}
    )
    change = owned("c", "u", blocks=True)
    with pytest.raises(Refused, match="can't set finalizers on"):
        client.patch(
            "ConfigMap", namespace, "c", {"metadata": {"ownerReferences": change["metadata"]["ownerReferences"]}}
        )
    assert client.patch("ConfigMap", namespace, "c", {"data": {"a": "b"}}) is not None
