"""Logins, tokens, roles and reviews, by openshift-python-wrapper and bare requests (openshift.md 2.2, 7.6)."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from kubernetes.client import ApiException, AuthenticationV1Api, AuthorizationV1Api, CoreV1Api
from ocp_resources.config_map import ConfigMap
from ocp_resources.namespace import Namespace
from ocp_resources.resource import get_client

from lab.cluster.tokens import token_name
from tests.lab_cluster.conftest import Cluster, hang_up

_CHALLENGE = {"client_id": "openshift-challenging-client", "response_type": "code"}


@pytest.fixture
def trusted(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", cluster.ca)


def test_the_wrapper_logs_in_and_manages_objects(
    cluster: Cluster, trusted: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kubernetes.client import Configuration

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    account, configuration = cluster.lab.world.cluster_account, Configuration()
    configuration.ssl_ca_cert = cluster.ca
    client = get_client(
        client_configuration=configuration,
        username=account.user,
        password=account.password,
        host=cluster.url,
        verify_ssl=True,
    )
    try:
        with Namespace(client=client, name="wrapped"):
            made = ConfigMap(client=client, name="one", namespace="wrapped", data={"a": "b"})
            made.create()
            assert made.exists
            assert [item.name for item in ConfigMap.get(client=client, namespace="wrapped", name="one")] == ["one"]
            assert made.clean_up()
    finally:
        hang_up(client.client)
        Configuration.set_default(None)
    assert cluster.lab.store.get("Namespace", "", "wrapped") is None


def test_a_wrong_password_is_unauthorized(cluster: Cluster, trusted: None) -> None:
    url, header = f"{cluster.url}/oauth/authorize", {"X-CSRF-Token": "1"}
    answer = requests.get(url, params=_CHALLENGE, headers=header, auth=("kubeadmin", "wrong"), timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="openshift"'


def test_a_login_without_the_header_is_told_so(cluster: Cluster, trusted: None) -> None:
    account = cluster.lab.world.cluster_account
    url, credentials = f"{cluster.url}/oauth/authorize", (account.user, account.password)
    answer = requests.get(url, params=_CHALLENGE, auth=credentials, timeout=10)
    assert answer.status_code == 401
    assert "X-CSRF-Token" in answer.headers["Warning"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer sha256~unknown"}])
def test_whoever_has_no_valid_token_is_unauthorized(cluster: Cluster, trusted: None, header: dict[str, str]) -> None:
    answer = requests.get(f"{cluster.url}/api/v1/namespaces", headers=header, timeout=10)
    assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")


def test_a_token_expires_by_wall_time(cluster: Cluster, trusted: None) -> None:
    header = {"Authorization": f"Bearer {cluster.token(seconds=0.5)}"}
    url = f"{cluster.url}/apis/user.openshift.io/v1/users/~"
    assert requests.get(url, headers=header, timeout=10).json()["metadata"]["name"] == "kube:admin"
    time.sleep(0.6)
    assert requests.get(url, headers=header, timeout=10).status_code == 401


def test_an_owner_deletes_the_token_that_is_used(cluster: Cluster, trusted: None) -> None:
    secret = cluster.token()
    header = {"Authorization": f"Bearer {secret}"}
    url = f"{cluster.url}/apis/oauth.openshift.io/v1/useroauthaccesstokens/{token_name(secret)}"
    assert requests.delete(url, headers=header, timeout=10).json()["status"] == "Success"
    assert requests.get(url, headers=header, timeout=10).status_code == 401


@pytest.fixture
def robot(cluster: Cluster, core: CoreV1Api) -> Iterator[CoreV1Api]:
    """The default service account, by a token that was requested for it."""
    request = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": {"expirationSeconds": 7200}}
    made = core.create_namespaced_service_account_token("default", "default", request)
    client = cluster.api_client(made.status.token)
    yield CoreV1Api(client)
    hang_up(client)


def test_a_service_account_may_do_what_its_roles_say(core: CoreV1Api, robot: CoreV1Api, cluster: Cluster) -> None:
    with pytest.raises(ApiException) as caught:
        robot.list_namespaced_secret("default")
    assert caught.value.status == 403
    message = json.loads(caught.value.body)["message"]
    assert 'User "system:serviceaccount:default:default" cannot list resource "secrets"' in message
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "robot"},
        "roleRef": {"kind": "ClusterRole", "name": "cluster-reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}],
    }
    cluster.on_loop(lambda: cluster.lab.store.create(binding))
    assert robot.list_namespaced_secret("default").items == []
    with pytest.raises(ApiException):
        robot.delete_namespaced_secret("any", "default")


def test_reviews_answer_who_and_what(core: CoreV1Api) -> None:
    attributes = {"verb": "create", "group": "forklift.konveyor.io", "resource": "plans", "namespace": "default"}
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    assert AuthorizationV1Api(core.api_client).create_self_subject_access_review(body).status.allowed
    me = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    user = AuthenticationV1Api(core.api_client).create_self_subject_review(me).status.user_info
    assert user.username == "kube:admin"
