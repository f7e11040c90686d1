"""Validation of Plans (facts/forklift.md 1.6 and 9.4)."""

from typing import Any

import pytest

from lab.world import snapshots
from lab.world.physics import copy_machine
from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, conditions, forklift, has, reference

Object = dict[str, Any]
TWO_NICS = "mtv-rhel8-warm-2disks2nics"


def judged(obj: Object) -> bool:
    return bool(conditions(obj))


@pytest.fixture
def mapped(desk: Desk, product: Product) -> Desk:
    """Providers and maps, Ready."""
    desk.providers()
    desk.maps()
    product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))
    product.until("StorageMap", "stores", lambda it: has(it, "Ready"))
    return desk


def test_a_usual_plan_is_ready_with_a_warning_about_static_addresses(mapped: Desk, product: Product) -> None:
    """forklift.md 9.4.16."""
    mapped.plan(RHEL)
    plan = product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
    assert conditions(plan)["NetMapPreservingIPsOnPodNetwork"]["category"] == "Warn"
    assert conditions(plan)["Ready"]["category"] == "Required"
    assert not [item for item in conditions(plan).values() if item["category"] in ("Critical", "Error")]


@pytest.mark.parametrize("options", [{"defect": "plan-not-ready-maps"}])
def test_a_plan_that_does_not_see_its_maps_is_refused_for_both(mapped: Desk, product: Product) -> None:
    mapped.plan(RHEL)
    plan = product.until("Plan", "plan", judged)[-1]
    critical = {name: item["message"] for name, item in conditions(plan).items() if item["category"] == "Critical"}
    assert critical == {
        "VMNetworksNotMapped": "VM has unmapped networks.",
        "VMStorageNotMapped": "VM has unmapped storage.",
    }
    assert "Ready" not in conditions(plan)


def test_a_machine_that_the_inventory_does_not_know_yet_is_not_found_for_a_moment(
    mapped: Desk, product: Product
) -> None:
    """forklift.md 9.4.18."""

    def clone() -> str:
        machine = copy_machine(product.world, mapped.machine(RHEL), "fresh")
        product.world.machines[machine.id] = machine
        product.world.touch(machine)
        return machine.id

    id_ = product.on_loop(clone)
    mapped.plan(vms=[{"id": id_, "name": "fresh"}])
    versions = product.until("Plan", "plan", lambda it: has(it, "Ready"))
    early = next(it for it in versions if has(it, "VMNotFound"))
    assert conditions(early)["VMNotFound"]["items"] == [f" id:{id_} name:'fresh' "]


@pytest.mark.parametrize(
    ("spec", "type_", "reason"),
    [
        ({"targetNamespace": ""}, "NamespaceNotValid", "NotSet"),
        ({"targetNamespace": "Not_Valid"}, "NamespaceNotValid", "NotValid"),
        ({"map": {"network": {}, "storage": reference("stores")}}, "NetworkMapRefNotValid", "NotSet"),
        ({"map": {"network": reference("nets"), "storage": reference("no")}}, "StorageRefNotValid", "NotFound"),
        ({"vms": [{}]}, "VMRefNotValid", "NotSet"),
        ({"vms": [{"name": "nobody"}]}, "VMNotFound", "NotFound"),
        ({"vms": [{"name": RHEL}, {"name": RHEL}]}, "DuplicateVM", "NotUnique"),
        ({"vms": [{"name": RHEL, "targetName": "Not_Valid"}]}, "NotValid", None),
        ({"vms": [{"name": TWO_NICS}]}, "VMNetworksNotMapped", "NotValid"),
        ({"type": "live"}, "MigrationTypeNotValid", "NotSupported"),
        ({"pvcNameTemplate": "{{.VmName}"}, "NotValid", None),
        ({"skipGuestConversion": True}, "VDDKInitImageUnavailable", "NotSet"),
        (
            {"vms": [{"name": RHEL, "hooks": [{"step": "PreHook", "hook": reference("no")}]}]},
            "HookNotValid",
            "NotFound",
        ),
        ({"transferNetwork": reference("no")}, "TransferNetworkNotValid", "NotFound"),
    ],
)
def test_a_plan_says_what_is_wrong_with_it(
    mapped: Desk, product: Product, spec: Object, type_: str, reason: str | None
) -> None:
    """forklift.md 9.4.18, 9.4.21 and 9.4.22."""
    mapped.plan(RHEL, **spec)
    plan = product.until("Plan", "plan", judged)[-1]
    assert (conditions(plan)[type_]["category"], conditions(plan)[type_].get("reason")) == ("Critical", reason)
    assert not has(plan, "Ready")


def test_machines_may_be_named_and_the_run_knows_their_ids(mapped: Desk, product: Product) -> None:
    """forklift.md 9.4.18."""
    mapped.plan(vms=[{"name": RHEL}])
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    mapped.migration()
    plan = product.until("Plan", "plan", lambda it: has(it, "Executing"))[-1]
    (vm,) = plan["status"]["migration"]["vms"]
    assert (vm["id"], vm["name"], vm["luks"]) == (mapped.machine(RHEL).id, RHEL, {})


def test_two_nics_on_the_pod_network_are_too_many(desk: Desk, product: Product) -> None:
    """forklift.md 9.4.22."""
    desk.providers()
    names = ("VM Network", "dvs-vlan-100")
    desk.maps(*({"source": {"name": name}, "destination": {"type": "pod"}} for name in names))
    desk.plan(TWO_NICS)
    plan = product.until("Plan", "plan", lambda it: has(it, "VMMultiplePodNetworkMappings"))[-1]
    assert not has(plan, "Ready")


def test_an_attachment_of_a_strange_namespace_is_refused(desk: Desk, product: Product) -> None:
    """forklift.md 7.3."""
    desk.providers()
    nad = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    product.create(nad | {"metadata": {"name": "nad", "namespace": "run"}, "spec": {"config": "{}"}})
    desk.maps({"source": {"name": "VM Network"}, "destination": {"type": "multus", "name": "nad", "namespace": "run"}})
    desk.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "NetMapDestinationNADNotValid"))


def test_a_name_that_is_no_dns_name_warns_and_does_not_block(mapped: Desk, product: Product) -> None:
    """forklift.md 9.4.20."""
    product.on_loop(lambda: rename(product, mapped, "My_VM 01"))
    product.pause(10)
    mapped.plan("My_VM 01")
    plan = product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
    assert conditions(plan)["TargetNameNotValid"]["category"] == "Warn"


def test_a_running_machine_without_tools_blocks(mapped: Desk, product: Product) -> None:
    """forklift.md 9.4.22."""

    def break_tools() -> None:
        machine = mapped.machine(RHEL)
        machine.power, machine.guest_up = "on", False
        product.world.touch(machine)

    product.on_loop(break_tools)
    product.pause(10)
    mapped.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "GuestToolsIssue"))


def test_a_mac_that_the_destination_has_blocks(mapped: Desk, product: Product) -> None:
    """forklift.md 9.4.22."""
    mac = mapped.machine(RHEL).nics[0].mac
    interfaces = [{"name": "net", "macAddress": mac.upper(), "masquerade": {}}]
    template = {"spec": {"domain": {"devices": {"interfaces": interfaces}}, "networks": [{"name": "net", "pod": {}}]}}
    machine = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine"}
    spec = {"runStrategy": "Halted", "template": template}
    product.create(machine | {"metadata": {"name": "other", "namespace": "run"}, "spec": spec})
    mapped.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "MacConflicts"))


def test_a_target_of_the_same_name_blocks(mapped: Desk, product: Product) -> None:
    machine = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine"}
    spec = {"runStrategy": "Halted", "template": {"spec": {"domain": {"devices": {}}}}}
    product.create(machine | {"metadata": {"name": RHEL, "namespace": TARGET}, "spec": spec})
    mapped.plan(RHEL)
    plan = product.until("Plan", "plan", judged)[-1]
    assert conditions(plan)["VMAlreadyExists"]["items"] == [f" id:{mapped.machine(RHEL).id} name:'{RHEL}' "]


def test_a_provider_that_is_not_ready_hides_what_is_wrong_with_machines(desk: Desk, product: Product) -> None:
    """forklift.md 9.4.16."""
    desk.secret(password="wrong")
    desk.provider()
    product.create(forklift("Provider", "local", {"type": "openshift", "url": "", "secret": {}}))
    desk.maps()
    desk.plan(vms=[{"name": "nobody"}])
    plan = product.until("Plan", "plan", lambda it: has(it, "SourceProviderNotReady"))[-1]
    assert not has(plan, "VMNotFound")


def test_maps_that_are_not_ready_hide_what_is_wrong_with_machines(desk: Desk, product: Product) -> None:
    """forklift.md 9.4.16."""
    desk.providers()
    desk.maps(storage_class="nowhere")
    desk.plan(vms=[{"name": "nobody"}])
    plan = product.until("Plan", "plan", lambda it: has(it, "StorageMapNotReady"))[-1]
    assert not has(plan, "VMNotFound")


@pytest.mark.parametrize(
    ("kind", "name", "type_"),
    [
        ("Provider", "vc", "SourceProviderNotValid"),
        ("NetworkMap", "nets", "NetworkMapRefNotValid"),
        ("StorageMap", "stores", "StorageRefNotValid"),
    ],
)
def test_deleting_what_a_plan_stands_on_flips_it(
    mapped: Desk, product: Product, kind: str, name: str, type_: str
) -> None:
    """forklift.md 9.4.24."""
    mapped.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    product.delete(kind, name)
    plan = product.until("Plan", "plan", lambda it: has(it, type_))[-1]
    assert not has(plan, "Ready")


def test_a_vddk_image_is_tried_before_the_plan_is_ready(desk: Desk, product: Product) -> None:
    """forklift.md 9.4.17."""
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps()
    desk.plan(RHEL)
    versions = product.until("Plan", "plan", lambda it: has(it, "Ready"))
    tried = [it for it in versions if has(it, "ValidatingVDDK")]
    assert tried
    assert not any(has(it, "Ready") for it in tried)
    (job,) = product.all("Job", TARGET, {"plan": versions[-1]["metadata"]["uid"]})
    assert job["metadata"]["name"].startswith("vddk-validator-plan")


def test_lasting_conditions_keep_their_time(mapped: Desk, product: Product) -> None:
    """forklift.md 9.1.2."""
    mapped.plan(RHEL, vms=[{"name": RHEL}])
    first = product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
    product.pause(60)
    product.patch("Plan", "plan", {"spec": {"description": "edited"}})
    second = product.until("Plan", "plan", lambda it: it["status"]["observedGeneration"] == 2)[-1]
    shown = [conditions(it)["Ready"]["lastTransitionTime"] for it in (first, second)]
    assert shown[0] == shown[1]


def test_snapshots_do_not_matter_to_a_cold_plan(mapped: Desk, product: Product) -> None:
    product.on_loop(lambda: snapshots.take(product.world, mapped.machine(RHEL), "before"))
    product.pause(10)
    mapped.plan(RHEL)
    plan = product.until("Plan", "plan", judged)[-1]
    assert has(plan, "Ready")


def rename(product: Product, desk: Desk, name: str) -> None:
    machine = desk.machine(RHEL)
    machine.name = name
    product.world.touch(machine)
