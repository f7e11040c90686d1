"""The VirtualMachine that arrives (facts/forklift.md 3.3 to 3.7, 9.5.29 and 9.5.31)."""

from typing import Any

import pytest

from lab.mtv.target_names import adjusted, is_subdomain, new_name
from lab.world.model import Machine
from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, ended, has, vm_of

Object = dict[str, Any]
TWO_NICS, WINDOWS = "mtv-rhel8-warm-2disks2nics", "mtv-win2022-ip-3disks"
EFI = "mtv-tests-rhel9-efi"


def arrived(product: Product, name: str) -> Object:
    machine = product.get("VirtualMachine", name, TARGET)
    assert machine is not None
    return machine


def body(machine: Object) -> Object:
    found: Object = machine["spec"]["template"]["spec"]
    return found


def test_labels_name_plan_migration_and_source(desk: Desk, product: Product) -> None:
    """forklift.md 3.1."""
    plan = desk.moved(RHEL)[-1]
    migration = product.get("Migration", "go")
    assert migration is not None
    labels = arrived(product, RHEL)["metadata"]["labels"]
    assert labels == {
        "plan": plan["metadata"]["uid"],
        "migration": migration["metadata"]["uid"],
        "vmID": desk.machine(RHEL).id,
        "plan-name": "plan",
        "plan-namespace": "run",
        "resource": "vm-config",
        "guestConverted": "true",
    }
    assert "annotations" not in arrived(product, RHEL)["metadata"]
    assert "ownerReferences" not in arrived(product, RHEL)["metadata"]


def test_cpu_memory_and_firmware_are_those_of_the_source(desk: Desk, product: Product) -> None:
    """forklift.md 3.7."""
    desk.moved(EFI)
    source, domain = desk.machine(EFI), body(arrived(product, EFI))["domain"]
    assert domain["cpu"] == {"sockets": 2, "cores": 1}
    assert domain["memory"] == {"guest": "4096Mi"}
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": True}}
    assert domain["features"] == {"smm": {"enabled": True}}
    assert domain["firmware"]["serial"].startswith("VMware-")
    serial = domain["firmware"]["serial"].removeprefix("VMware-").replace(" ", "").replace("-", "")
    assert serial == source.uuid.replace("-", "")


@pytest.mark.parametrize("options", [{"ocp": "4.19"}])
def test_before_openshift_420_the_serial_is_the_source_uuid(desk: Desk, product: Product) -> None:
    """forklift.md 3.7."""
    desk.moved(RHEL)
    assert body(arrived(product, RHEL))["domain"]["firmware"]["serial"] == desk.machine(RHEL).uuid


def test_nics_keep_mac_and_order_on_the_networks_of_the_map(desk: Desk, product: Product) -> None:
    """forklift.md 3.7."""
    two_networks(desk, product, {"type": "multus", "name": "nad", "namespace": "default"})
    spec = body(arrived(product, TWO_NICS))
    first, second = desk.machine(TWO_NICS).nics
    assert spec["domain"]["devices"]["interfaces"] == [
        {"name": "net-0", "macAddress": first.mac, "masquerade": {}, "model": "virtio"},
        {"name": "net-1", "macAddress": second.mac, "bridge": {}, "model": "virtio"},
    ]
    assert spec["networks"] == [
        {"name": "net-0", "pod": {}},
        {"name": "net-1", "multus": {"networkName": "default/nad"}},
    ]


def test_a_nic_on_an_ignored_network_is_dropped(desk: Desk, product: Product) -> None:
    """forklift.md 3.7."""
    two_networks(desk, product, {"type": "ignored"})
    (interface,) = body(arrived(product, TWO_NICS))["domain"]["devices"]["interfaces"]
    assert interface["macAddress"] == desk.machine(TWO_NICS).nics[0].mac


def two_networks(desk: Desk, product: Product, second: Object) -> None:
    nad = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    product.create(nad | {"metadata": {"name": "nad", "namespace": "default"}, "spec": {"config": "{}"}})
    desk.providers()
    desk.maps(
        {"source": {"name": "VM Network"}, "destination": {"type": "pod"}},
        {"source": {"name": "dvs-vlan-100"}, "destination": second},
    )
    desk.plan(TWO_NICS)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("Plan", "plan", ended)


def test_disks_arrive_in_the_order_of_their_slots_and_the_first_boots(desk: Desk, product: Product) -> None:
    """forklift.md 3.5 and 3.7."""
    desk.moved(WINDOWS, targetPowerState="off")
    spec = body(arrived(product, WINDOWS))
    claims = [volume["persistentVolumeClaim"]["claimName"] for volume in spec["volumes"]]
    found = [product.get("PersistentVolumeClaim", name, TARGET) for name in claims]
    sources = [claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"] for claim in found if claim]
    assert sources == [disk.file for disk in desk.machine(WINDOWS).disks]
    assert [volume["name"] for volume in spec["volumes"]] == ["vol-0", "vol-1", "vol-2"]
    disks = spec["domain"]["devices"]["disks"]
    assert [disk.get("bootOrder") for disk in disks] == [1, None, None]
    assert [disk["disk"]["bus"] for disk in disks] == ["virtio"] * 3
    assert all(0 < len(disk["serial"]) <= 20 for disk in disks)


def test_labels_node_selector_and_affinity_reach_the_template(desk: Desk, product: Product) -> None:
    """forklift.md 3.7."""
    affinity: Object = {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}
    desk.moved(RHEL, targetLabels={"team": "blue"}, targetNodeSelector={"zone": "a"}, targetAffinity=affinity)
    template = arrived(product, RHEL)["spec"]["template"]
    assert template["metadata"]["labels"] == {"app": RHEL, "team": "blue"}
    assert set(template["metadata"]["annotations"]) == {f"vm.kubevirt.io/{key}" for key in ("flavor", "os", "workload")}
    assert template["spec"]["nodeSelector"] == {"zone": "a"}
    assert template["spec"]["affinity"] == affinity


def test_modes_of_the_storage_map_reach_the_claim(desk: Desk, product: Product) -> None:
    desk.providers()
    desk.maps(storage_class="nfs")
    desk.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("Plan", "plan", ended)
    (claim,) = product.all("PersistentVolumeClaim", TARGET)
    assert claim["spec"]["storageClassName"] == "nfs"
    assert claim["spec"]["volumeMode"] == "Filesystem"


def test_a_class_that_waits_for_its_first_consumer_is_bound_by_the_conversion_pod(desk: Desk, product: Product) -> None:
    """forklift.md 2.5 and 3.2."""
    desk.providers()
    desk.maps(storage_class="lab-wffc")
    desk.plan(RHEL)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    (claim,) = product.all("PersistentVolumeClaim", TARGET)
    assert claim["status"]["phase"] == "Bound"


def test_a_windows_guest_is_started_and_its_reboots_are_waited_for(desk: Desk, product: Product) -> None:
    """forklift.md 3.4: even if its source was off."""
    plan = desk.moved(WINDOWS)[-1]
    assert arrived(product, WINDOWS)["spec"]["runStrategy"] == "Always"
    assert [step["name"] for step in vm_of(plan)["pipeline"]][-1] == "WaitForGuestReboots"
    assert vm_of(plan)["pipeline"][-1]["progress"] == {"completed": 0, "total": 1}


def test_an_illegal_name_is_rewritten_and_remembered(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.31."""
    machine = desk.machine(RHEL)
    product.on_loop(lambda: rename(product, machine, "My_VM 01"))
    product.pause(10)
    plan = desk.moved("My_VM 01")[-1]
    assert vm_of(plan)["newName"] == "my-vm-01"
    metadata = arrived(product, "my-vm-01")["metadata"]
    assert metadata["annotations"] == {"openshift.io/display-name": "My_VM 01", "original-ID": machine.id}
    assert arrived(product, "my-vm-01")["spec"]["template"]["metadata"]["labels"]["app"] == "my-vm-01"


def test_a_wished_name_is_taken_verbatim(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.31."""
    plan = desk.moved(vms=[{"id": desk.machine(RHEL).id, "targetName": "orders.db"}])[-1]
    assert vm_of(plan)["newName"] == "orders.db"
    arrived(product, "orders.db")


def rename(product: Product, machine: Machine, name: str) -> None:
    machine.name = name
    product.world.touch(machine)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("My_VM 01", "my-vm-01"),
        ("Host.Domain_A", "host.domain-a"),
        ("-.Edge.-", "edge"),
        ("a__b//c", "a-b-c"),
        ("Ünit", "nit"),
        ("X" * 80, "x" * 63),
    ],
)
def test_names_are_rewritten_by_the_rule_of_the_facts(source: str, target: str) -> None:
    """forklift.md 3.3."""
    assert adjusted(source) == target


def test_a_name_of_which_nothing_is_left_becomes_random() -> None:
    """forklift.md 3.3."""
    name = adjusted("测试")
    assert name.startswith("vm-")
    assert len(name) == 7


def test_a_name_that_is_taken_gets_a_suffix() -> None:
    """forklift.md 3.3."""
    name = new_name("X" * 63, lambda wanted: wanted == "x" * 63)
    assert name.startswith("x" * 58 + "-")
    assert len(name) == 63


@pytest.mark.parametrize(
    ("name", "legal"),
    [("web.example.com", True), ("9lives", True), ("Web", False), ("a_b", False), ("-a", False), ("a" * 254, False)],
)
def test_only_dns_subdomains_stay_as_they_are(name: str, legal: bool) -> None:
    """forklift.md 3.3."""
    assert is_subdomain(name) is legal
