"""NICs and the attachments that they get (facts/forklift.md 1.6, 3.7 and 7.3)."""

from typing import Any

import pytest

from tests.lab_mtv.scene import TARGET, Desk, Product, conditions, ended, has

Object = dict[str, Any]
TWO_NICS = "mtv-rhel8-warm-2disks2nics"
ONE, TWO = ({"type": "multus", "name": name, "namespace": "default"} for name in ("one", "two"))


@pytest.fixture
def same(desk: Desk, product: Product) -> Desk:
    """A machine with both NICs on one source network, and two NADs to put them on."""

    def rewire() -> None:
        machine = desk.machine(TWO_NICS)
        machine.nics[1].network = machine.nics[0].network
        product.world.touch(machine)

    product.on_loop(rewire)
    product.pause(10)
    for item in (ONE, TWO):
        nad = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
        metadata = {"name": item["name"], "namespace": item["namespace"]}
        product.create(nad | {"metadata": metadata, "spec": {"config": '{"type": "cnv-bridge", "bridge": "br1"}'}})
    desk.providers()
    return desk


def planned(desk: Desk, product: Product, *destinations: Object) -> Object:
    """The judged Plan, with the one source network mapped to all of these."""
    desk.maps(*({"source": {"name": "VM Network"}, "destination": item} for item in destinations))
    product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))
    product.until("StorageMap", "stores", lambda it: has(it, "Ready"))
    desk.plan(TWO_NICS)
    return product.until("Plan", "plan", lambda it: bool(conditions(it)))[-1]


def arrived(desk: Desk, product: Product) -> list[Object]:
    desk.migration()
    product.until("Plan", "plan", ended)
    machine = product.get("VirtualMachine", TWO_NICS, TARGET)
    assert machine is not None
    found: list[Object] = machine["spec"]["template"]["spec"]["networks"]
    return found


def test_nics_of_one_network_take_its_attachments_in_turn(same: Desk, product: Product) -> None:
    assert has(planned(same, product, ONE, TWO), "Ready")
    assert arrived(same, product) == [
        {"name": "net-0", "multus": {"networkName": "default/one"}},
        {"name": "net-1", "multus": {"networkName": "default/two"}},
    ]


@pytest.mark.parametrize("options", [{}, {"mtv": "2.11"}])
def test_too_few_attachments_block_the_plan(same: Desk, product: Product) -> None:
    plan = planned(same, product, ONE)
    assert not has(plan, "Ready")
    blocker = conditions(plan)["VMDuplicateNADMappings"]
    assert (blocker["category"], blocker["reason"]) == ("Critical", "NotValid")
    assert blocker["items"] == [f" id:{same.machine(TWO_NICS).id} name:'{TWO_NICS}' "]


@pytest.mark.parametrize("options", [{"mtv": "2.10"}])
def test_before_attachments_were_pooled_nics_shared_the_first(same: Desk, product: Product) -> None:
    assert has(planned(same, product, ONE, TWO), "Ready")
    assert [item["multus"]["networkName"] for item in arrived(same, product)] == ["default/one"] * 2


def test_a_network_that_is_also_on_the_pod_network_is_there_with_every_nic(same: Desk, product: Product) -> None:
    """Only attachments are shared out."""
    assert has(planned(same, product, ONE, {"type": "pod"}), "VMMultiplePodNetworkMappings")


@pytest.mark.parametrize("options", [{"mtv": "2.11"}])
def test_before_2_12_nobody_asks_where_an_attachment_is(same: Desk, product: Product) -> None:
    for item in (ONE, TWO):
        nad = product.get("NetworkAttachmentDefinition", item["name"], "default")
        assert nad is not None
        metadata = {"name": item["name"], "namespace": "run"}
        product.create({key: nad[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": metadata})
    assert has(planned(same, product, *(item | {"namespace": "run"} for item in (ONE, TWO))), "Ready")


def test_an_attachment_of_a_strange_namespace_is_told_with_both_places(same: Desk, product: Product) -> None:
    nad = product.get("NetworkAttachmentDefinition", "one", "default")
    assert nad is not None
    metadata = {"name": "one", "namespace": "run"}
    product.create({key: nad[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": metadata})
    plan = planned(same, product, ONE | {"namespace": "run"})
    assert conditions(plan)["NetMapDestinationNADNotValid"]["message"] == (
        "Destination NAD run/one must be in either the target namespace (moved) or the default namespace. Pods cannot "
        "reference network attachment definitions from other namespaces."
    )
