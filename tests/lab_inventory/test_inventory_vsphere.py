"""Shapes of the vSphere inventory, key by key as facts/forklift.md 5.3 and 5.4 have them."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

Inventory = Any

RESOURCE = {"id", "parent", "path", "revision", "name", "selfLink"}
MACHINE_2_10 = {
    *("revisionValidated", "isTemplate", "powerState", "host", "networks", "disks", "concerns", "policyVersion"),
    *("uuid", "firmware", "connectionState", "snapshot", "changeTrackingEnabled", "cpuAffinity", "cpuHotAddEnabled"),
    *("cpuHotRemoveEnabled", "memoryHotAddEnabled", "faultToleranceEnabled", "cpuCount", "coresPerSocket", "memoryMB"),
    *("guestName", "guestNameFromVmwareTools", "hostName", "guestId", "balloonedMemory", "ipAddress", "storageUsed"),
    *("tpmEnabled", "numaNodeAffinity", "devices", "nics", "guestNetworks", "guestDisks", "guestIpStacks"),
    *("secureBoot", "diskEnableUuid", "nestedHVEnabled"),
}
MACHINE_2_11 = MACHINE_2_10 | {"instanceUuid", "toolsStatus", "toolsRunningStatus", "toolsVersionStatus2"}
MACHINE_2_12 = MACHINE_2_11 | {"consolidationNeeded", "customDef", "customValues", "tags"}
DISK = {
    *("key", "unitNumber", "controllerKey", "file", "datastore", "capacity", "shared", "rdm", "bus", "mode", "serial"),
    *("changeTrackingEnabled", "parent"),
}
NIC = {"network", "mac", "order", "deviceKey"}


def machine_named(inventory: Inventory, name: str) -> dict[str, Any]:
    (found,) = inventory.vsphere(f"vms?name={name}")
    return dict(found)


def test_the_summary_has_one_list_per_provider_type(inventory: Inventory) -> None:
    summary = inventory.get("providers")
    assert set(summary) == {"openshift", "vsphere", "ovirt", "openstack", "ova", "ec2", "hyperv"}
    assert inventory.uid in {item["uid"] for item in summary["vsphere"]}


def test_a_listed_provider_is_thin_and_a_single_one_is_whole(inventory: Inventory) -> None:
    (thin,) = [item for item in inventory.get("providers/vsphere") if item["uid"] == inventory.uid]
    assert set(thin) == {"uid", "version", "namespace", "name", "selfLink", "id"}
    assert thin["selfLink"] == f"providers/vsphere/{inventory.uid}"
    assert thin["id"] == inventory.uid
    whole = inventory.get(f"providers/vsphere/{inventory.uid}")
    counts = {"datacenterCount", "clusterCount", "hostCount", "vmCount", "networkCount", "datastoreCount"}
    assert set(whole) == set(thin) | {"type", "object", "apiVersion", "product", "instanceUuid"} | counts
    assert whole["object"]["kind"] == "Provider"
    assert (whole["vmCount"], whole["hostCount"], whole["datastoreCount"]) == (9, 2, 5)


def test_providers_are_listed_by_namespace_and_in_detail(inventory: Inventory) -> None:
    assert inventory.get("providers/vsphere?namespace=elsewhere") == []
    found = inventory.get("providers/vsphere?namespace=openshift-mtv&detail=1")
    assert all("object" in item for item in found)
    assert found


def test_a_list_of_machines_is_whole_whatever_detail_was_asked_for(inventory: Inventory) -> None:
    for query in ("", "?detail=0", "?detail=1", "?detail=all"):
        assert all(set(item) == RESOURCE | MACHINE_2_12 for item in inventory.vsphere(f"vms{query}"))


@pytest.mark.parametrize(("release", "keys"), [("older_inventory", MACHINE_2_10), ("inventory_2_11", MACHINE_2_11)])
def test_an_older_release_lacks_the_keys_that_came_later(
    request: pytest.FixtureRequest, release: str, keys: set[str]
) -> None:
    older: Inventory = request.getfixturevalue(release)
    found = older.vsphere("vms")
    assert all(set(item) == RESOURCE | keys for item in found)
    assert all(set(nic) == NIC for item in found for nic in item["nics"])
    assert not [store for store in older.vsphere("datastores?detail=1") if "nasRemoteHost" in store]


def test_a_machine_carries_its_hardware(inventory: Inventory) -> None:
    machine = machine_named(inventory, "mtv-rhel8-warm-2disks2nics")
    assert machine["path"] == "/DC0/vm/mtv-rhel8-warm-2disks2nics"
    assert machine["selfLink"] == f"providers/vsphere/{inventory.uid}/vms/{machine['id']}"
    assert machine["powerState"] == "poweredOff"
    assert (machine["cpuCount"], machine["coresPerSocket"], machine["memoryMB"]) == (2, 1, 4096)
    assert machine["networks"] == [{"kind": "Network", "id": "network-21"}, {"kind": "Network", "id": "dvportgroup-31"}]
    assert [set(disk) for disk in machine["disks"]] == [DISK, DISK]
    assert [disk["capacity"] // 1024**3 for disk in machine["disks"]] == [16, 4]
    assert machine["disks"][0]["datastore"] == {"kind": "Datastore", "id": "datastore-11"}
    assert [set(nic) for nic in machine["nics"]] == [NIC | {"pciAddress"}] * 2
    assert [nic["order"] for nic in machine["nics"]] == [0, 1]
    assert machine["snapshot"] == {"kind": "", "id": ""}


def test_what_a_guest_that_is_down_has_not_told_is_null(inventory: Inventory) -> None:
    machine = machine_named(inventory, "mtv-tests-rhel8")
    assert [machine[key] for key in ("guestNetworks", "guestDisks", "guestIpStacks")] == [None] * 3
    assert machine["ipAddress"] == ""
    assert machine["toolsRunningStatus"] == "guestToolsNotRunning"


def test_templates_are_not_listed_but_can_be_had_by_id(inventory: Inventory) -> None:
    assert not [item for item in inventory.vsphere("vms") if item["isTemplate"]]
    assert inventory.vsphere("vms?name=xcopy-template-test") == []
    assert inventory.vsphere("vms/vm-106")["isTemplate"] is True


def test_other_lists_are_thin_by_default(inventory: Inventory) -> None:
    for collection in ("datastores", "hosts", "clusters", "datacenters", "folders"):
        assert all(set(item) == RESOURCE for item in inventory.vsphere(collection)), collection
    assert all(set(item) == RESOURCE | {"variant"} for item in inventory.vsphere("networks"))


def test_networks_tell_their_kind_and_their_switch(inventory: Inventory) -> None:
    networks = {item["name"]: item for item in inventory.vsphere("networks/?detail=1")}
    assert {name: item["variant"] for name, item in networks.items()} == {
        "VM Network": "Standard",
        "Backend Network": "Standard",
        "dvs-vlan-100": "DvPortGroup",
        "dvs-vlan-200": "DvPortGroup",
        "DVS0": "DvSwitch",
    }
    group = networks["dvs-vlan-100"]
    assert group["dvSwitch"] == {"kind": "Network", "id": networks["DVS0"]["id"]}
    assert set(networks["DVS0"]["host"][0]) == {"Host", "PNIC"}, "Go-cased"


def test_datastores_tell_their_space_and_what_is_behind(inventory: Inventory) -> None:
    stores = {item["name"]: item for item in inventory.vsphere("datastores?detail=all")}
    vmfs, nfs = stores["lab-vmfs-1"], stores["lab-nfs-1"]
    assert set(vmfs) == RESOURCE | {"type", "capacity", "free", "maintenance", "backingDevicesNames"}
    assert 0 < vmfs["free"] < vmfs["capacity"]
    assert (nfs["nasRemoteHost"], nfs["nasRemotePath"]) == ("192.168.10.5", "/export/lab")


def test_hosts_clusters_and_folders_are_whole_when_had_by_id(inventory: Inventory) -> None:
    host = inventory.vsphere("hosts/host-41")
    cluster = inventory.vsphere(f"clusters/{host['cluster']}")
    assert {"networking", "networkAdapters", "hostScsiDisks", "inMaintenance", "memoryBytes"} <= set(host)
    assert {"dasEnabled", "drsEnabled", "drsBehavior", "hosts"} <= set(cluster)
    (datacenter,) = inventory.vsphere("datacenters?detail=1")
    folder = inventory.vsphere(f"folders/{datacenter['vms']['id']}")
    assert {"kind": "VM", "id": "vm-101"} in folder["children"]


def test_a_workload_holds_host_and_cluster_and_no_datacenter(inventory: Inventory) -> None:
    workload = inventory.vsphere("workloads/vm-101")
    assert set(workload) == RESOURCE | MACHINE_2_12
    assert workload["host"]["cluster"]["name"] == "Cluster0"
    assert workload["host"]["cluster"]["datacenter"] is None
    assert inventory.ask(f"providers/vsphere/{inventory.uid}/workloads/vm-0").status_code == 404


def test_names_and_ends_of_paths_filter_a_list(inventory: Inventory) -> None:
    for name in ("mtv-tests-rhel8", "vm/mtv-tests-rhel8", "DC0/vm/mtv-tests-rhel8"):
        assert [item["id"] for item in inventory.vsphere(f"vms?name={name}")] == ["vm-101"]
    assert inventory.vsphere("vms?name=tests-rhel8") == []
    assert inventory.vsphere("vms?name=m/mtv-tests-rhel8") == []


def test_limit_and_offset_cut_a_page(inventory: Inventory) -> None:
    names = [item["name"] for item in inventory.vsphere("vms")]
    assert [item["name"] for item in inventory.vsphere("vms?limit=2&offset=1")] == names[1:3]


def test_trees_lead_from_the_datacenter_to_machines(inventory: Inventory) -> None:
    def kinds(node: dict[str, Any]) -> list[str]:
        return [node["kind"], *(kinds(node["children"][0]) if node["children"] else [])]

    assert kinds(inventory.vsphere("tree/vm")) == ["", "Datacenter", "VM"]
    assert kinds(inventory.vsphere("tree/host")) == ["", "Datacenter", "Cluster", "Host", "VM"]


def test_concerns_are_the_ones_that_the_machine_deserves(inventory: Inventory) -> None:
    concerns = machine_named(inventory, "mtv-tests-rhel8")["concerns"]
    assert {concern["id"] for concern in concerns} == {
        "vmware.changed_block_tracking.disabled",
        "vmware.drs.enabled",
    }
    assert all(set(concern) == {"id", "label", "category", "assessment"} for concern in concerns)


def test_nothing_secret_is_served(inventory: Inventory) -> None:
    walk: Callable[[str], str] = lambda below: json.dumps(inventory.vsphere(below))  # noqa: E731
    text = "".join(walk(collection) for collection in ("vms", "hosts?detail=1", "datastores?detail=1"))
    assert not re.search("password", text, re.IGNORECASE)
