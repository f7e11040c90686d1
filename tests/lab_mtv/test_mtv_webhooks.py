"""What Forklift's webhooks refuse and fill in (facts/forklift.md 7.2)."""

from base64 import b64encode
from typing import Any

import pytest

from lab.cluster.refusals import Refused
from tests.harness.lab_in_thread import ClusterInThread
from tests.lab_mtv.scene import NAMESPACE, Desk, Product, forklift, pair, reference

Object = dict[str, Any]


def admitted(product: ClusterInThread, obj: Object, operation: str = "CREATE", old: Object | None = None) -> Object:
    """The object as the API would store it."""

    def admit() -> Object:
        found: Object | None = obj
        for webhook in product.lab.store.admitters[obj["kind"]]:
            found = webhook(operation, found, old) or found
        assert found is not None
        return found

    return product.on_loop(admit)


def test_a_vsphere_provider_gets_its_sdk_endpoint(product: Product) -> None:
    """forklift.md 9.2.10."""
    provider = admitted(product, forklift("Provider", "vc", {"type": "vsphere", "url": "x", "secret": {}}))
    assert provider["spec"]["settings"] == {"sdkEndpoint": "vcenter"}


def test_an_unknown_sdk_endpoint_is_refused(product: Product) -> None:
    spec = {"type": "vsphere", "url": "x", "secret": {}, "settings": {"sdkEndpoint": "cloud"}}
    with pytest.raises(Refused, match="denied the request"):
        admitted(product, forklift("Provider", "vc", spec))


def test_a_provider_of_appliances_gets_its_finalizer_when_it_is_created_and_no_later(product: Product) -> None:
    """forklift.md 9.2.10: it holds the Provider until its server is on the way out."""
    provider = forklift("Provider", "files", {"type": "ova", "url": "nfs.lab.test:/exports", "secret": {}})
    assert admitted(product, provider)["metadata"]["finalizers"] == ["forklift/ova-provider"]
    assert "finalizers" not in admitted(product, provider, "UPDATE")["metadata"]


def test_the_url_of_an_export_never_changes(product: Product) -> None:
    labels = {"createdForResourceType": "providers", "createdForProviderType": "ova"}
    metadata = {"name": "files", "namespace": NAMESPACE, "labels": labels}
    kind: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    before, after = (kind | {"data": {"url": b64encode(path).decode()}} for path in (b"nfs:/one", b"nfs:/other"))
    assert admitted(product, after, "UPDATE", after)["data"]["url"] == after["data"]["url"]
    with pytest.raises(Refused, match="Updating the URL field of an existing OVA provider is forbidden"):
        admitted(product, after, "UPDATE", before)


def test_a_plan_needs_its_providers_and_is_marked(desk: Desk, product: Product) -> None:
    plan = forklift("Plan", "plan", {"provider": pair(), "vms": []})
    with pytest.raises(Refused, match="source provider was not found"):
        admitted(product, plan)
    desk.providers()
    assert admitted(product, plan)["metadata"]["annotations"] == {"populatorLabels": "True"}


def test_an_archived_plan_may_lack_its_source_but_not_its_destination(product: Product) -> None:
    with pytest.raises(Refused, match="destination provider was not found"):
        admitted(product, forklift("Plan", "plan", {"provider": pair(), "vms": [], "archived": True}), "UPDATE")


def test_a_migration_needs_its_plan(product: Product) -> None:
    with pytest.raises(Refused, match="plan was not found"):
        admitted(product, forklift("Migration", "go", {"plan": reference("absent")}))


def test_secrets_are_judged_only_when_they_say_what_they_are_for(desk: Desk, product: Product) -> None:
    secret = desk.secret(password="wrong", url=product.lab.endpoints["vcenter"])
    assert admitted(product, secret)["data"] == secret["data"]
    labels = {"createdForResourceType": "providers", "createdForProviderType": "vsphere"}
    labelled = secret | {"metadata": {"name": "other", "namespace": NAMESPACE, "labels": labels}}
    with pytest.raises(Refused, match="Invalid credentials"):
        admitted(product, labelled)
