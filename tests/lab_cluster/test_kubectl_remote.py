"""kubectl on the lab's second cluster, beside the first (design, section 8)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lab.process.asking import ask
from tests.lab_cluster.kubectl import Kubectl, driven_lab


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    with driven_lab(tmp_path_factory.mktemp("two-clusters")) as ready:
        yield ready


@pytest.fixture(scope="module")
def second(first: Kubectl) -> Kubectl:
    return replace(first, kubeconfig="remote-kubeconfig")


def test_each_cluster_has_its_own_nodes_and_classes(first: Kubectl, second: Kubectl) -> None:
    assert {row["NAME"] for row in first.table("nodes")} == {"worker-0", "worker-1", "worker-2"}
    assert {row["NAME"] for row in second.table("nodes")} == {"remote-worker-0", "remote-worker-1"}
    classes = {row["NAME"].partition(" ")[0] for row in second.table("storageclass")}
    assert classes > {row["NAME"].partition(" ")[0] for row in first.table("storageclass")}
    assert second.table("storageprofiles.cdi.kubevirt.io")


def test_what_is_made_on_one_is_not_on_the_other(first: Kubectl, second: Kubectl) -> None:
    second("create", "namespace", "only-there")
    try:
        assert "NotFound" in first.refused("get", "namespace", "only-there")
        added = ask(first.lab.folder, "/diff")["added"]
        assert "remote-cluster/Namespace//only-there" in added
        assert not [path for path in added if path.startswith("cluster/")]
    finally:
        second("delete", "namespace", "only-there")


def test_a_token_of_one_cluster_is_worth_nothing_on_the_other(first: Kubectl, second: Kubectl) -> None:
    token = first("create", "token", "default", "--duration=1h").strip()
    assert "Unauthorized" in replace(first, kubeconfig="none").refused("get", "nodes", *_by_token(second, token))


def test_its_requests_are_journalled_under_its_own_name(first: Kubectl, second: Kubectl) -> None:
    second("get", "nodes")
    assert ask(first.lab.folder, "/requests")["counts"]["remote-cluster"]["list nodes"]


def test_a_service_account_there_works_by_its_token_once_it_is_bound(second: Kubectl) -> None:
    second("create", "namespace", "robots")
    second("create", "serviceaccount", "mover", "-n", "robots")
    token = second("create", "token", "mover", "-n", "robots", "--duration=48h").strip()
    words = ("get", "namespaces", *_by_token(second, token))
    stranger = replace(second, kubeconfig="none")
    assert 'User "system:serviceaccount:robots:mover" cannot list resource "namespaces"' in stranger.refused(*words)
    second.apply(_administrator("mover", "robots"))
    assert "robots" in stranger(*words)
    second("delete", "clusterrolebinding", "mover")
    second("delete", "namespace", "robots")
    assert "Unauthorized" in stranger.refused(*words)


def _by_token(kubectl: Kubectl, token: str) -> tuple[str, ...]:
    """Options that reach a cluster without any kubeconfig."""
    server = kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")
    return "--token", token, "--server", server, "--certificate-authority", str(kubectl.lab.folder / "ca.crt")


def _administrator(account: str, namespace: str) -> dict[str, object]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": account},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }


def test_virtctl_is_offered_there_too(first: Kubectl, second: Kubectl) -> None:
    words = ("consoleclidownload", "virtctl-clidownloads-kubevirt-hyperconverged")
    assert second.object(*words)["spec"]["links"] == first.object(*words)["spec"]["links"]


def test_nobody_has_installed_mtv_there(first: Kubectl, second: Kubectl) -> None:
    assert "forklift.konveyor.io" in first("api-resources", "--api-group=forklift.konveyor.io", "-o", "name")
    assert second("api-resources", "--api-group=forklift.konveyor.io", "-o", "name") == ""
    assert "the server doesn't have a resource type" in second.refused("get", "plans.forklift.konveyor.io", "-A")
    path = "/apis/forklift.konveyor.io/v1beta1/plans"
    assert "NotFound" in second.refused("get", "--raw", path)
    assert "NotFound" in second.refused("get", "crd", "plans.forklift.konveyor.io")
