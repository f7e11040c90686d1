"""Providers on their way to Ready, and what stops them (facts/forklift.md 1.1 and 9.2)."""

from base64 import b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.lab_mtv.scene import NAMESPACE, Desk, Product, conditions, has

Object = dict[str, Any]


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def test_a_provider_goes_from_nothing_by_way_of_staging_to_ready(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.8: one status write per pass."""
    desk.secret()
    desk.provider()
    versions = product.until("Provider", "vc", lambda it: phase(it) == "Ready")
    assert [phase(it) for it in versions] == ["", "Staging", "Ready"]
    assert set(conditions(versions[1])) == {
        "ConnectionInsecure",
        "ConnectionTestSucceeded",
        "Validated",
        "LoadInventory",
    }
    assert set(conditions(versions[2])) == {
        "ConnectionInsecure",
        "ConnectionTestSucceeded",
        "Validated",
        "InventoryCreated",
        "Ready",
    }
    assert {item["status"] for item in conditions(versions[2]).values()} == {"True"}
    assert versions[2]["status"]["observedGeneration"] == versions[2]["metadata"]["generation"]
    assert versions[2]["status"]["fingerprint"].count(":") == 19


def test_the_clusters_own_provider_is_ready_when_the_lab_is(product: Product) -> None:
    """forklift.md 9.1.5."""
    host = product.get("Provider", "host", "openshift-mtv")
    assert host is not None
    assert phase(host) == "Ready"


def test_a_second_provider_of_the_own_cluster_needs_neither_url_nor_secret(desk: Desk, product: Product) -> None:
    desk.providers()
    local = product.get("Provider", "local")
    assert local is not None
    assert has(local, "Ready")


@pytest.mark.parametrize(
    ("spec", "data", "expected"),
    [
        ({"type": "floppy"}, {}, ("ProviderTypeNotSupported", "NotSupported", "ValidationFailed")),
        ({"url": ""}, {}, ("UrlNotValid", "NotSet", "ValidationFailed")),
        ({"url": "nonsense"}, {}, ("UrlNotValid", "Malformed", "ValidationFailed")),
        ({"secret": {}}, {}, ("SecretNotValid", "NotSet", "ValidationFailed")),
        (
            {"secret": {"name": "absent", "namespace": NAMESPACE}},
            {},
            ("SecretNotValid", "NotFound", "ValidationFailed"),
        ),
        ({}, {"password": ""}, ("SecretNotValid", "DataErr", "ValidationFailed")),
        ({"url": "https://127.0.0.1:9/sdk"}, {}, ("ConnectionTestFailed", "Tested", "ConnectionFailed")),
        ({}, {"password": "wrong"}, ("ConnectionAuthFailed", "Tested", "ConnectionFailed")),
        ({}, {"insecureSkipVerify": "false"}, ("ConnectionTestFailed", "Tested", "ConnectionFailed")),
    ],
)
def test_a_provider_says_what_is_wrong_with_it(
    desk: Desk, product: Product, spec: Object, data: dict[str, str], expected: tuple[str, str, str]
) -> None:
    """forklift.md 9.2.7."""
    desk.secret(**data)
    desk.provider(**spec)
    failed = product.until("Provider", "vc", lambda it: bool(phase(it)))[-1]
    type_, reason, shown = expected
    assert conditions(failed)[type_]["reason"] == reason
    assert conditions(failed)[type_]["category"] == "Critical"
    assert not has(failed, "Ready")
    assert phase(failed) == shown


def test_missing_keys_of_the_secret_are_named(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.7."""
    desk.secret(password="")
    desk.provider()
    failed = product.until("Provider", "vc", lambda it: bool(phase(it)))[-1]
    assert conditions(failed)["SecretNotValid"]["items"] == ["password"]


def test_in_secure_mode_the_secret_must_hold_the_endpoints_authority(desk: Desk, product: Product) -> None:
    desk.secret(insecureSkipVerify="false", cacert=product.lab.authority.ca_pem)
    desk.provider()
    ready = product.until("Provider", "vc", lambda it: phase(it) in ("Ready", "ConnectionFailed"))[-1]
    assert phase(ready) == "Ready"
    assert not has(ready, "ConnectionInsecure")


def test_refused_credentials_stay_refused_until_the_secret_changes(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.7."""
    secret = desk.secret(password="wrong")
    desk.provider()
    refused = product.until("Provider", "vc", lambda it: phase(it) == "ConnectionFailed")[-1]
    product.pause(60)
    later = product.get("Provider", "vc")
    assert later is not None
    assert later["metadata"]["resourceVersion"] == refused["metadata"]["resourceVersion"]
    product.delete("Secret", secret["metadata"]["name"])
    desk.secret()
    product.until("Provider", "vc", lambda it: phase(it) == "Ready")


def test_an_edited_provider_loses_ready_while_its_inventory_is_rebuilt(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.8."""
    desk.providers()
    product.patch("Provider", "vc", {"spec": {"settings": {"sdkEndpoint": "esxi"}}})
    versions = product.until("Provider", "vc", lambda it: it["status"]["observedGeneration"] == 2 and has(it, "Ready"))
    assert any(has(it, "LoadInventory") and not has(it, "Ready") for it in versions)


def test_every_vsphere_provider_gets_a_real_pair_of_ssh_keys(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.9."""
    desk.providers()
    private = product.get("Secret", "offload-ssh-keys-vc-private")
    public = product.get("Secret", "offload-ssh-keys-vc-public")
    assert private is not None
    assert public is not None
    assert load_pem_private_key(b64decode(private["data"]["private-key"]), None).key_size == 2048  # type: ignore[union-attr]
    assert b64decode(public["data"]["public-key"]).startswith(b"ssh-rsa ")
    assert private["metadata"]["ownerReferences"][0]["kind"] == "Provider"
    assert private["metadata"]["labels"]["forklift.konveyor.io/provider"] == "vc"


def test_a_source_that_the_lab_does_not_have_is_refused_loudly(desk: Desk, product: Product) -> None:
    desk.secret()
    desk.provider(type="hyperv", url="https://127.0.0.1:9/")
    failed = product.until("Provider", "vc", lambda it: bool(phase(it)))[-1]
    assert "hyperv" in conditions(failed)["ConnectionTestFailed"]["message"]
    assert product.lab.requests.refused["mtv Provider of type hyperv"]


def test_each_change_of_condition_is_told_by_an_event(desk: Desk, product: Product) -> None:
    """forklift.md 9.1.2."""
    desk.providers()
    told = {(item["reason"], item["type"]) for item in product.all("Event") if item["involvedObject"]["name"] == "vc"}
    assert ("Ready", "Normal") in told
    assert ("ConnectionInsecure", "Warning") in told
    assert ("LoadInventory", "Normal") in told
