"""ServiceAccounts, the tokens that are requested for them, and what roles let them do (openshift.md 2.2)."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kubernetes.client import ApiClient, ApiException, CoreV1Api, CustomObjectsApi, RbacAuthorizationV1Api

from tests.lab_cluster.conftest import Cluster, hang_up

NAME, RBAC = "mover", "rbac.authorization.k8s.io/v1"
As = Callable[[str], CoreV1Api]


@pytest.fixture
def account(core: CoreV1Api, namespace: str) -> str:
    core.create_namespaced_service_account(namespace, body("ServiceAccount", NAME))
    return NAME


@pytest.fixture
def holding(cluster: Cluster) -> Iterator[As]:
    """A client that holds a token."""
    made: list[ApiClient] = []

    def client(token: str) -> CoreV1Api:
        made.append(cluster.api_client(token))
        return CoreV1Api(made[-1])

    yield client
    for each in made:
        hang_up(each)


def body(kind: str, name: str, version: str = "v1", **more: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}} | more


def requested(core: CoreV1Api, namespace: str, seconds: int | None = None) -> Any:
    spec = {"expirationSeconds": seconds} if seconds else {"audiences": None}
    request = body("TokenRequest", NAME, "authentication.k8s.io/v1", spec=spec)
    return core.create_namespaced_service_account_token(NAME, namespace, request)


def status_of(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(ApiException) as caught:
        call()
    return caught.value.status, str(json.loads(caught.value.body)["message"])


@pytest.mark.parametrize(("asked", "given"), [(None, 3600), (172_800, 172_800)])
def test_a_token_lives_as_long_as_was_asked_for(
    core: CoreV1Api, namespace: str, account: str, asked: int | None, given: int
) -> None:
    made = requested(core, namespace, asked)
    assert made.spec.expiration_seconds == given
    left = made.status.expiration_timestamp - datetime.now(UTC)
    assert timedelta(seconds=given - 60) < left <= timedelta(seconds=given)


def test_a_token_says_whose_it_is_and_until_when(core: CoreV1Api, namespace: str, account: str) -> None:
    made = requested(core, namespace)
    payload = made.status.token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["sub"] == f"system:serviceaccount:{namespace}:{NAME}"
    assert claims["exp"] == int(made.status.expiration_timestamp.timestamp())


@pytest.mark.parametrize(("seconds", "limit"), [(599, "less than 10 minutes"), (2**32 + 1, "larger than 2^32 seconds")])
def test_lifetimes_have_limits(core: CoreV1Api, namespace: str, account: str, seconds: int, limit: str) -> None:
    code, message = status_of(lambda: requested(core, namespace, seconds))
    assert code == 422
    assert message == (
        'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: '
        f"Invalid value: {seconds}: may not specify a duration {limit}"
    )


def test_a_token_is_no_login_that_anybody_could_revoke(core: CoreV1Api, namespace: str, account: str) -> None:
    requested(core, namespace)
    listed = CustomObjectsApi(core.api_client).list_cluster_custom_object(
        "oauth.openshift.io", "v1", "oauthaccesstokens"
    )
    assert not [item for item in listed["items"] if "serviceaccount" in item["userName"]]


def test_a_token_ends_with_its_account_even_if_another_takes_its_name(
    cluster: Cluster, core: CoreV1Api, namespace: str, account: str, holding: As
) -> None:
    before = dict(cluster.service.fingerprint())
    robot = holding(requested(core, namespace).status.token)
    assert status_of(lambda: robot.list_namespaced_pod(namespace))[0] == 403
    core.delete_namespaced_service_account(NAME, namespace)
    core.create_namespaced_service_account(namespace, body("ServiceAccount", NAME))
    assert status_of(lambda: robot.list_namespaced_pod(namespace)) == (401, "Unauthorized")
    assert cluster.service.fingerprint().keys() == before.keys(), "a token that is worth nothing is no left-over"


def test_a_role_of_one_namespace_is_worth_nothing_in_another(
    core: CoreV1Api, namespace: str, account: str, holding: As
) -> None:
    roles = RbacAuthorizationV1Api(core.api_client)
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "list"]}
    roles.create_namespaced_role(namespace, body("Role", "writer", RBAC, rules=[rule]))
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "writer"}
    binding = body("RoleBinding", "writer", RBAC, roleRef=reference, subjects=[subject])
    robot = holding(requested(core, namespace).status.token)
    user = f"system:serviceaccount:{namespace}:{NAME}"
    refused = f'configmaps is forbidden: User "{user}" cannot create resource "configmaps" in API group "" '
    written = body("ConfigMap", "written")
    where = f'in the namespace "{namespace}"'
    assert status_of(lambda: robot.create_namespaced_config_map(namespace, written)) == (403, refused + where)
    roles.create_namespaced_role_binding(namespace, binding)
    assert robot.create_namespaced_config_map(namespace, written).metadata.name == "written"
    assert status_of(lambda: robot.create_namespaced_config_map("default", written))[0] == 403
    assert status_of(lambda: robot.list_namespaced_secret(namespace))[0] == 403
