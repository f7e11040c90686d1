"""OpenShift Providers with URL and token: what the connection test, over the wire, tells of them."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab_mtv.elsewhere import Elsewhere
from tests.lab_mtv.scene import NAMESPACE, Desk, Product, conditions, has

Object = dict[str, Any]
ROBOT = "system:serviceaccount:default:default"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"clusters": True}


@pytest.fixture
def elsewhere(desk: Desk) -> Elsewhere:
    return Elsewhere(desk)


def judged(provider: Object) -> bool:
    return has(provider, "Ready") or has(provider, "ConnectionTestFailed")


def settled(product: Product, holds: Callable[[Object], bool] = judged) -> Object:
    return product.until("Provider", "there", holds)[-1]


def failure(product: Product) -> str:
    return str(conditions(settled(product))["ConnectionTestFailed"]["message"])


def test_the_other_cluster_is_asked_over_the_wire(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.provider()
    ready = settled(product)
    assert has(ready, "Ready", "InventoryCreated")
    assert "fingerprint" not in ready["status"]
    asked = [entry for entry in product.lab.requests.entries if entry.service == "remote-cluster"]
    assert {"list namespaces", "list storageclasses", "list virtualmachines"} <= {entry.what for entry in asked}
    assert {entry.agent for entry in asked} == {"forklift-controller"}


def test_the_own_cluster_can_be_known_by_url_and_token(elsewhere: Elsewhere, product: Product) -> None:
    own = product.lab
    elsewhere.provider(elsewhere.token(own), url=own.endpoints["cluster"])
    assert has(settled(product), "Ready")


def test_a_bad_token_is_a_failed_test_that_goes_on(elsewhere: Elsewhere, product: Product) -> None:
    """Its status is lost on the way through the product's client, so it is not ConnectionAuthFailed."""
    elsewhere.provider("sha256~unknown")
    failed = settled(product)
    message = "Connection test, failed: Failed to get resource namespaces: failed to get server groups: Unauthorized"
    assert conditions(failed)["ConnectionTestFailed"]["message"] == message
    assert failed["status"]["phase"] == "ConnectionFailed"
    good = elsewhere.token(product.remote)
    product.patch("Secret", "there-secret", {"data": {"token": b64encode(good.encode()).decode()}})
    settled(product, lambda it: has(it, "Ready"))


def test_a_token_of_the_first_cluster_is_not_good_for_the_second(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.provider(elsewhere.token(product.lab))
    assert "Unauthorized" in failure(product)


def test_a_service_account_without_a_role_is_named(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.provider(elsewhere.token(product.remote, ROBOT))
    wanted = f'namespaces is forbidden: User "{ROBOT}" cannot list resource "namespaces" in API group ""'
    assert wanted in failure(product)
    bind(product, "cluster-admin")
    settled(product, lambda it: has(it, "Ready"))


def bind(product: Product, role: str) -> None:
    """Give the robot a role on the whole second cluster."""
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "robot"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}],
    }
    product.on_loop(lambda: product.remote.store.create(binding))


def test_in_secure_mode_the_secret_must_hold_the_clusters_authority(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.provider(insecureSkipVerify="false")
    assert "tls: failed to verify certificate: x509" in failure(product)
    product.delete("Provider", "there")
    product.delete("Secret", "there-secret")
    elsewhere.provider(insecureSkipVerify="false", cacert=product.lab.authority.ca_pem)
    ready = settled(product)
    assert has(ready, "Ready")
    assert not has(ready, "ConnectionInsecure")


def test_nothing_at_the_url_is_told_with_the_address(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.provider(url="https://127.0.0.1:9")
    assert 'failed to get server groups: Get "https://127.0.0.1:9/api"' in failure(product)


def test_a_token_that_expires_takes_ready_away(elsewhere: Elsewhere, product: Product) -> None:
    token = product.on_loop(lambda: product.remote.tokens.issue("kubeadmin", seconds=2))
    elsewhere.provider(token)
    assert has(settled(product), "Ready")
    lost = product.until("Provider", "there", lambda it: has(it, "ConnectionTestFailed"))[-1]
    assert not has(lost, "Ready")
    assert lost["metadata"]["namespace"] == NAMESPACE
