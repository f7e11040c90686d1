"""NetworkMaps and StorageMaps (facts/forklift.md 1.2 and 9.2.12)."""

from typing import Any

import pytest

from tests.lab_mtv.scene import Desk, Product, conditions, forklift, has, pair

Object = dict[str, Any]


def network_map(*entries: Object) -> Object:
    return forklift("NetworkMap", "nets", {"provider": pair(), "map": list(entries)})


def judged(obj: Object) -> bool:
    return bool(conditions(obj))


def test_references_carry_both_id_and_name(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.12."""
    desk.providers()
    by_name = {"source": {"name": "VM Network"}, "destination": {"type": "pod"}}
    by_id = {"source": {"id": "dvportgroup-31"}, "destination": {"type": "ignored"}}
    product.create(network_map(by_name, by_id))
    ready = product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))[-1]
    assert ready["status"]["references"] == [
        {"id": "network-21", "name": "VM Network"},
        {"id": "dvportgroup-31", "name": "dvs-vlan-100"},
    ]


def test_an_unknown_source_only_warns(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.12."""
    desk.providers()
    product.create(network_map({"source": {"name": "nowhere"}, "destination": {"type": "pod"}}))
    map_ = product.until("NetworkMap", "nets", judged)[-1]
    assert has(map_, "Ready")
    warned = conditions(map_)["SourceNetworkNotValid"]
    assert (warned["category"], warned["reason"], warned["items"]) == ("Warn", "NotFound", [" id: name:'nowhere' "])


STRANGE = {"type": "multus", "name": "x"}


@pytest.mark.parametrize(
    ("entry", "type_", "reason"),
    [
        ({"source": {}, "destination": {"type": "pod"}}, "SourceNetworkNotValid", "NotSet"),
        ({"source": {"name": "VM Network"}, "destination": STRANGE}, "DestinationNetworkNotValid", "Ambiguous"),
        (
            {"source": {"name": "VM Network"}, "destination": STRANGE | {"namespace": "run"}},
            "DestinationNetworkNotValid",
            "NotFound",
        ),
    ],
)
def test_what_is_critical_keeps_a_network_map_from_ready(
    desk: Desk, product: Product, entry: Object, type_: str, reason: str
) -> None:
    """forklift.md 9.2.12."""
    desk.providers()
    product.create(network_map(entry))
    map_ = product.until("NetworkMap", "nets", judged)[-1]
    assert (conditions(map_)[type_]["category"], conditions(map_)[type_]["reason"]) == ("Critical", reason)
    assert not has(map_, "Ready")


def test_a_map_turns_ready_when_its_network_attachment_appears(desk: Desk, product: Product) -> None:
    desk.providers()
    destination = {"type": "multus", "name": "nad", "namespace": "run"}
    product.create(network_map({"source": {"name": "VM Network"}, "destination": destination}))
    product.until("NetworkMap", "nets", lambda it: has(it, "DestinationNetworkNotValid"))
    nad = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    product.create(nad | {"metadata": {"name": "nad", "namespace": "run"}, "spec": {"config": "{}"}})
    product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))


def test_an_unknown_storage_class_is_critical(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.12."""
    desk.providers()
    desk.maps(storage_class="nowhere")
    map_ = product.until("StorageMap", "stores", judged)[-1]
    assert conditions(map_)["DestinationStorageNotValid"]["items"][0] == "nowhere"
    assert not has(map_, "Ready")


def test_a_map_waits_for_its_providers(desk: Desk, product: Product) -> None:
    """forklift.md 9.2.12."""
    desk.secret(password="wrong")
    desk.provider()
    product.create(forklift("Provider", "local", {"type": "openshift", "url": "", "secret": {}}))
    desk.maps()
    map_ = product.until("NetworkMap", "nets", lambda it: has(it, "SourceProviderNotReady"))[-1]
    assert not has(map_, "Ready")


def test_a_map_without_its_provider_says_so(desk: Desk, product: Product) -> None:
    desk.maps()
    map_ = product.until("StorageMap", "stores", judged)[-1]
    assert conditions(map_)["SourceProviderNotValid"]["reason"] == "NotFound"
