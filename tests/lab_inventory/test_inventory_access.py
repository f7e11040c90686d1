"""Who may ask, in which order a request is refused, and what a refusal looks like (facts/forklift.md 5.1, 9.3.13)."""

import threading
import time
from typing import Any

import pytest

Inventory = Any


def test_the_route_leads_to_the_service(inventory: Inventory) -> None:
    route = inventory.on_loop(lambda: inventory.lab.store.get("Route", "openshift-mtv", "forklift-inventory"))
    assert f"https://{route['spec']['host']}" == inventory.lab.endpoints["inventory"]
    assert route["spec"]["tls"] == {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"}


def test_a_request_without_a_token_is_unauthorized_with_an_empty_body(inventory: Inventory) -> None:
    for path in ("providers", f"providers/vsphere/{inventory.uid}/vms"):
        answer = inventory.ask(path, token="")
        assert (answer.status_code, answer.content) == (401, b"")


def test_a_token_that_nobody_issued_is_unauthorized(inventory: Inventory) -> None:
    assert inventory.ask("providers", token="sha256~invented").status_code == 401


def test_somebody_without_the_right_is_forbidden_with_a_reason_in_the_header(inventory: Inventory) -> None:
    token = inventory.on_loop(lambda: inventory.lab.tokens.issue("system:serviceaccount:default:nobody"))
    for path in ("providers", f"providers/vsphere/{inventory.uid}/vms"):
        answer = inventory.ask(path, token=token)
        assert (answer.status_code, answer.content) == (403, b"")
        assert "providers" in answer.headers["forklift-error-message"]


def test_a_right_in_one_namespace_opens_its_providers_only(inventory: Inventory) -> None:
    header = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    metadata = {"name": "reader", "namespace": "openshift-mtv"}
    rules = [{"apiGroups": ["forklift.konveyor.io"], "resources": ["providers"], "verbs": ["get", "list"]}]
    subject = {"kind": "ServiceAccount", "name": "reader", "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}

    def grant() -> str:
        store = inventory.lab.store
        store.create(header | {"kind": "Role", "metadata": metadata, "rules": rules})
        binding = {"kind": "RoleBinding", "metadata": metadata, "roleRef": role, "subjects": [subject]}
        store.create(header | binding)
        return str(inventory.lab.tokens.issue("system:serviceaccount:default:reader"))

    token = inventory.on_loop(grant)
    assert inventory.ask(f"providers/vsphere/{inventory.uid}/vms", token=token).status_code == 200
    assert inventory.ask("providers?namespace=openshift-mtv", token=token).status_code == 200
    assert inventory.ask("providers", token=token).status_code == 403


def test_an_unknown_provider_is_not_found_even_without_a_token(inventory: Inventory) -> None:
    answer = inventory.ask("providers/vsphere/00000000-0000-0000-0000-000000000000/vms", token="")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["X-Reason"] == "ProviderNotFound"


def test_a_bad_detail_or_page_is_refused_before_anything_else(inventory: Inventory) -> None:
    for query in ("detail=much", "limit=-1", "offset=first"):
        answer = inventory.ask(f"providers/vsphere/unknown/vms?{query}", token="")
        assert (answer.status_code, answer.content) == (400, b"")


def test_an_unknown_object_is_not_found_without_a_reason(inventory: Inventory) -> None:
    answer = inventory.ask(f"providers/vsphere/{inventory.uid}/vms/vm-0")
    assert (answer.status_code, answer.content) == (404, b"")
    assert "X-Reason" not in answer.headers


def test_a_provider_under_a_wrong_type_is_not_found_and_its_collections_fail(inventory: Inventory) -> None:
    answer = inventory.ask(f"providers/ovirt/{inventory.uid}")
    assert (answer.status_code, answer.headers.get("X-Reason")) == (404, None)
    assert inventory.ask(f"providers/ovirt/{inventory.uid}/vms").status_code == 500


def test_a_provider_without_a_collector_is_unknown(inventory: Inventory) -> None:
    uid = inventory.provider("unchecked", "vsphere")
    assert inventory.ask(f"providers/vsphere/{uid}").status_code == 404


def test_a_request_waits_for_the_first_load(inventory: Inventory) -> None:
    uid = inventory.provider("loads", "vsphere", "LoadInventory")
    assert uid in {item["uid"] for item in inventory.get("providers/vsphere")}, "listed before it is Ready"
    loaded = threading.Timer(0.2, inventory.hold, ("loads", "InventoryCreated"))
    loaded.start()
    begin = time.monotonic()
    answer = inventory.ask(f"providers/vsphere/{uid}/vms")
    loaded.join()
    assert answer.status_code == 200
    assert 0.1 < time.monotonic() - begin < 5


def test_a_load_that_takes_too_long_is_partial_content_with_an_empty_body(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.inventory.providers._PARITY_SECONDS", 0.1)
    uid = inventory.provider("slow", "vsphere", "LoadInventory")
    answer = inventory.ask(f"providers/vsphere/{uid}/vms", token="")
    assert (answer.status_code, answer.content) == (206, b"")


def test_an_inventory_that_lost_its_source_is_loading_again(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.inventory.providers._PARITY_SECONDS", 0.1)
    uid = inventory.provider("loses", "vsphere", "InventoryCreated")
    assert inventory.ask(f"providers/vsphere/{uid}/vms").status_code == 200
    inventory.hold("loses", "ConnectionTestFailed")
    assert inventory.ask(f"providers/vsphere/{uid}/vms").status_code == 206


def test_a_deleted_provider_is_gone_at_once(inventory: Inventory) -> None:
    uid = inventory.provider("leaves", "vsphere", "InventoryCreated")
    assert inventory.ask(f"providers/vsphere/{uid}").status_code == 200
    inventory.on_loop(lambda: inventory.lab.store.delete("Provider", "openshift-mtv", "leaves"))
    assert inventory.ask(f"providers/vsphere/{uid}").headers["X-Reason"] == "ProviderNotFound"


def test_what_is_not_served_is_refused_and_counted(inventory: Inventory) -> None:
    uid = inventory.provider("hv", "hyperv", "InventoryCreated")
    assert inventory.ask(f"providers/hyperv/{uid}/vms").status_code == 501
    assert inventory.ask(f"providers/vsphere/{inventory.uid}/pets").status_code == 404
    assert inventory.ask("schema").status_code == 404
    refused = inventory.lab.requests.refused
    assert {"inventory GET hyperv vms", "inventory GET vsphere pets", "inventory GET /schema"} <= set(refused)


def test_every_request_is_noted_without_ids(inventory: Inventory) -> None:
    inventory.vsphere("vms/vm-101")
    counts = inventory.lab.requests.counts(["inventory"])["inventory"]
    assert counts["GET vsphere vms/ID"] >= 1
    assert not [what for what in counts if inventory.uid in what]
