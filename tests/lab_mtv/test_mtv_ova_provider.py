"""A Provider of appliances and its server in the cluster, against kubev2v/forklift v2.12.5, v2.11.7 and v2.10.6."""

from typing import Any

import pytest

from lab.mtv.toolkit import NAMESPACE as OPERATOR
from tests.lab_mtv.appliances import ApplianceDesk
from tests.lab_mtv.scene import NAMESPACE, Product, conditions, has

Object = dict[str, Any]


@pytest.fixture
def desk(product: Product) -> ApplianceDesk:
    return ApplianceDesk(product)


def test_a_provider_waits_for_its_server_and_says_so(desk: ApplianceDesk) -> None:
    versions = desk.coming()
    shown = [set(conditions(it)) for it in versions]
    assert {"WaitingForService", "Validated"} in shown
    assert {"ConnectionTestSucceeded", "Validated", "LoadInventory"} in shown
    assert shown[-1] == {"ConnectionTestSucceeded", "Validated", "InventoryCreated", "Ready"}
    waiting = {conditions(it)["WaitingForService"]["message"] for it in versions if has(it, "WaitingForService")}
    assert "Waiting for OVA inventory service to be created." in waiting
    assert {conditions(it)["WaitingForService"]["category"] for it in versions if has(it, "WaitingForService")} == {
        "Advisory"
    }


@pytest.mark.parametrize("options", [{"mtv": "2.10"}, {"mtv": "2.11"}])
def test_before_2_12_nobody_waits_so_the_connection_test_fails_at_first(desk: ApplianceDesk) -> None:
    versions = desk.coming()
    first = next(it for it in versions if conditions(it))
    assert conditions(first)["ConnectionTestFailed"]["message"].endswith("OVA inventory service not ready.")
    assert not any(has(it, "WaitingForService") for it in versions)


def test_a_server_consists_of_volume_claim_deployment_and_service(desk: ApplianceDesk, product: Product) -> None:
    ready = desk.online()
    (server,) = product.all("OVAProviderServer", OPERATOR)
    (volume,) = desk.parts("PersistentVolume")
    (claim,) = desk.parts("PersistentVolumeClaim")
    (deployment,) = desk.parts("Deployment")
    (service,) = desk.parts("Service")
    (pod,) = desk.parts("Pod")
    assert server["spec"]["provider"] == {"namespace": NAMESPACE, "name": "vc"}
    assert server["metadata"]["finalizers"] == ["forklift/ova-provider"]
    labels = {
        "app": "forklift",
        "subapp": "ova-server",
        "provider": ready["metadata"]["uid"],
        "ova-server": server["metadata"]["uid"],
    }
    for part in (volume, claim, deployment, service, pod):
        assert part["metadata"]["labels"] == labels
        assert part["metadata"]["name"].startswith("vc-")
    assert volume["spec"]["nfs"] == {"server": "nfs.lab.test", "path": "/exports/appliances"}
    assert volume["spec"]["accessModes"] == ["ReadOnlyMany"]
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"]
    assert claim["status"]["phase"] == volume["status"]["phase"] == "Bound"
    assert deployment["status"]["readyReplicas"] == 1
    assert pod["status"]["phase"] == "Running"
    where = {"kind": "Service", "namespace": OPERATOR, "name": service["metadata"]["name"]}
    assert ready["status"]["service"] == server["status"]["service"] == where


def test_a_deleted_provider_leaves_nothing_of_its_server(desk: ApplianceDesk, product: Product) -> None:
    desk.online()
    product.gone("Provider", "vc", after=lambda: product.lab.store.delete("Provider", NAMESPACE, "vc"))
    for kind in ("OVAProviderServer", "Deployment", "Service", "PersistentVolumeClaim", "PersistentVolume", "Pod"):
        for part in desk.parts(kind):
            product.gone(kind, part["metadata"]["name"], part["metadata"].get("namespace", ""))
        assert desk.parts(kind) == []


def test_an_edited_provider_gets_another_server(desk: ApplianceDesk, product: Product) -> None:
    desk.online()
    (before,) = product.all("OVAProviderServer", OPERATOR)
    change = {"spec": {"settings": {"applianceManagement": "true"}}}
    product.patch("Provider", "vc", change)
    product.until("Provider", "vc", lambda it: it["status"]["observedGeneration"] == 2 and has(it, "Ready"))
    (after,) = product.all("OVAProviderServer", OPERATOR)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nfs.nowhere.test:/exports/appliances", "Name or service not known"),
        ("nfs.lab.test:/exports/nothing", "No such file or directory"),
    ],
)
def test_an_export_that_cannot_be_mounted_keeps_the_server_pending(
    desk: ApplianceDesk, product: Product, url: str, told: str
) -> None:
    desk.secret(url=url)
    desk.provider(url=url)
    failed = product.until("Provider", "vc", lambda it: has(it, "ConnectionTestFailed"))[-1]
    condition = conditions(failed)["ConnectionTestFailed"]
    (pod,) = desk.parts("Pod")
    assert condition["category"] == "Critical"
    assert condition["message"].startswith(f"OVA inventory service '{pod['metadata']['name']}' has been pending")
    assert failed["status"]["phase"] == "ValidationFailed"
    assert pod["status"]["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}
    (event,) = [item for item in product.all("Event", OPERATOR) if item["reason"] == "FailedMount"]
    assert event["message"].endswith(told)


@pytest.mark.parametrize("url", ["nfs.lab.test", "/exports/appliances", "nfs.lab.test:exports"])
def test_a_url_that_is_no_nfs_path_is_malformed(desk: ApplianceDesk, product: Product, url: str) -> None:
    desk.secret()
    desk.provider(url=url)
    failed = product.until("Provider", "vc", lambda it: has(it, "UrlNotValid"))[-1]
    assert conditions(failed)["UrlNotValid"]["message"] == "The NFS path is malformed"
    assert conditions(failed)["UrlNotValid"]["reason"] == "Malformed"


def test_a_secret_without_the_url_is_incomplete(desk: ApplianceDesk, product: Product) -> None:
    desk.secret(url="")
    desk.provider()
    failed = product.until("Provider", "vc", lambda it: has(it, "SecretNotValid"))[-1]
    assert conditions(failed)["SecretNotValid"]["items"] == ["url"]
