"""Shapes of the OVA inventory, key by key as facts/forklift.md 5.3 and 5.7 and upstream's v2.12.5 have them."""

import asyncio
import time
from typing import Any

import pytest

from lab.inventory.sight import sight_of
from lab.world.appliance_estate import LARGE

Inventory = Any

RESOURCE = {"id", "path", "name", "selfLink"}
BRIEF = {"revisionValidated", "networks", "disks", "concerns"}
COMMON = {
    *("policyVersion", "uuid", "firmware", "cpuAffinity", "cpuHotAddEnabled", "cpuHotRemoveEnabled"),
    *("memoryHotAddEnabled", "faultToleranceEnabled", "cpuCount", "coresPerSocket", "memoryMB", "memoryUnits"),
    *("cpuUnits", "balloonedMemory", "ipAddress", "numaNodeAffinity", "storageUsed", "changeTrackingEnabled"),
    *("devices", "nics"),
}
MACHINE_2_12 = COMMON | {"ovfPath", "exportSource", "osType", "secureBoot"}
MACHINE_2_10 = COMMON | {"ovaPath", "ovaSource", "revision"}
DISK = {"FilePath", "Capacity", "CapacityAllocationUnits", "DiskId", "FileRef", "Format", "PopulatedSize"}
HEAD = {"ID", "Variant", "Name", "Revision"}


def appliances(inventory: Inventory) -> str:
    """Root of a loaded OVA Provider, made on first use."""
    found = [item for item in inventory.get("providers/ova") if item["name"] == "files"]
    uid = found[0]["uid"] if found else inventory.provider("files", "ova", "LoadInventory", "InventoryCreated", "Ready")
    return f"providers/ova/{uid}"


def whole(inventory: Inventory, name: str = LARGE) -> dict[str, Any]:
    root = appliances(inventory)
    (thin,) = inventory.get(f"{root}/vms?name={name}")
    return dict(inventory.get(f"{root}/vms/{thin['id']}"))


def test_lists_of_machines_are_thin_by_default(inventory: Inventory) -> None:
    root = appliances(inventory)
    for item in inventory.get(f"{root}/vms"):
        assert set(item) == RESOURCE
        assert item["path"] == item["id"]
        assert item["selfLink"] == f"{root}/vms/{item['id']}"


def test_an_id_is_the_head_of_a_hash_since_descriptors_name_no_uuid(inventory: Inventory) -> None:
    for item in inventory.get(f"{appliances(inventory)}/vms"):
        assert len(item["id"]) == 36
        assert int(item["id"], 16)


def test_the_first_level_of_detail_has_disks_and_no_networks(inventory: Inventory) -> None:
    for item in inventory.get(f"{appliances(inventory)}/vms?detail=1"):
        assert set(item) == RESOURCE | BRIEF
        assert item["networks"] is None
        assert item["revisionValidated"] == 1
        assert all(set(disk) == HEAD | DISK for disk in item["disks"])


def test_a_single_machine_is_whole(inventory: Inventory) -> None:
    machine = whole(inventory)
    assert set(machine) == RESOURCE | BRIEF | MACHINE_2_12
    assert machine["revisionValidated"] == 0
    assert machine["ovfPath"] == f"/ova/{LARGE}.ova"
    assert (machine["exportSource"], machine["firmware"], machine["secureBoot"]) == ("VMware", "efi", True)
    assert (machine["cpuCount"], machine["coresPerSocket"], machine["memoryMB"]) == (4, 2, 6144)
    assert machine["memoryUnits"] == "byte * 2^20"
    assert machine["uuid"] == machine["id"]
    assert machine["cpuAffinity"] is machine["numaNodeAffinity"] is None


def test_what_lies_inside_a_machine_has_the_names_of_go(inventory: Inventory) -> None:
    machine = whole(inventory)
    assert [set(network) for network in machine["networks"]] == [HEAD | {"Description"}] * 2
    assert [network["Name"] for network in machine["networks"]] == ["VM Network", "dvs-vlan-100"]
    assert [set(nic) for nic in machine["nics"]] == [{"Name", "MAC", "Network", "Config"}] * 2
    assert [nic["Network"] for nic in machine["nics"]] == ["VM Network", "dvs-vlan-100"]
    assert [disk["Name"] for disk in machine["disks"]] == [f"{LARGE}-disk1.vmdk", f"{LARGE}-disk2.vmdk"]
    assert [disk["FilePath"] for disk in machine["disks"]] == [f"/ova/{LARGE}.ova"] * 2
    assert [(disk["Capacity"], disk["CapacityAllocationUnits"]) for disk in machine["disks"]] == [
        (16, "byte * 2^30"),
        (4, "byte * 2^30"),
    ]


def test_a_descriptor_without_units_counts_bytes_and_one_core_is_not_told(inventory: Inventory) -> None:
    machine = whole(inventory, "vbox-rhel8")
    (disk,) = machine["disks"]
    assert (disk["Capacity"], disk["CapacityAllocationUnits"]) == (16 * 1024**3, "")
    assert (machine["coresPerSocket"], machine["memoryUnits"], machine["firmware"]) == (0, "MegaBytes", "")


def test_networks_disks_and_storages_stand_by_themselves(inventory: Inventory) -> None:
    root, machine = appliances(inventory), whole(inventory)
    named = {item["name"]: item for item in inventory.get(f"{root}/networks?detail=1")}
    assert all(set(item) == RESOURCE | {"Description"} for item in named.values())
    assert named["VM Network"]["id"] == machine["networks"][0]["ID"]
    disks = {item["id"]: item for item in inventory.get(f"{root}/disks?detail=all")}
    assert all(set(item) == (RESOURCE - {"path"}) | DISK for item in disks.values())
    assert {item["CapacityAllocationUnits"] for item in disks.values()} == {""}
    storages = {item["id"]: item for item in inventory.get(f"{root}/storages")}
    assert all(set(item) == RESOURCE for item in storages.values())
    assert set(storages) == set(disks)
    for disk in machine["disks"]:
        assert storages[disk["ID"]]["name"] == disks[disk["ID"]]["name"] == disk["Name"]


def test_one_of_each_is_found_by_its_id_and_a_stranger_is_not(inventory: Inventory) -> None:
    root = appliances(inventory)
    for collection in ("networks", "disks", "storages"):
        first = inventory.get(f"{root}/{collection}?detail=1")[0]
        assert inventory.get(f"{root}/{collection}/{first['id']}") == first
        assert inventory.ask(f"{root}/{collection}/stranger").status_code == 404


def test_a_workload_is_the_machine_by_another_link(inventory: Inventory) -> None:
    root, machine = appliances(inventory), whole(inventory)
    workload = inventory.get(f"{root}/workloads/{machine['id']}")
    assert workload["selfLink"] == f"{root}/workloads/{machine['id']}"
    assert {key: value for key, value in machine.items() if key not in ("selfLink", "path")} == {
        key: value for key, value in workload.items() if key != "selfLink"
    }


def test_there_is_no_tree(inventory: Inventory) -> None:
    assert inventory.ask(f"{appliances(inventory)}/tree/vm").status_code == 404


def test_the_provider_counts_what_was_scanned(inventory: Inventory) -> None:
    shown = inventory.get(appliances(inventory))
    counts = {key: shown[key] for key in ("vmCount", "networkCount", "diskCount", "storageCount")}
    assert counts == {"vmCount": 5, "networkCount": 2, "diskCount": 8, "storageCount": 8}
    assert shown["apiVersion"] == shown["product"] == ""


@pytest.mark.parametrize(
    ("release", "raised"),
    [("older_inventory", ["ova.source.unsupported"]), ("inventory_2_11", []), ("inventory", [])],
)
def test_a_strange_exporter_is_a_concern_up_to_2_10(
    request: pytest.FixtureRequest, release: str, raised: list[str]
) -> None:
    machine = whole(request.getfixturevalue(release), "vbox-rhel8")
    assert [concern["id"] for concern in machine["concerns"]] == raised


def test_2_11_names_the_descriptor_and_has_no_revisions(inventory_2_11: Inventory) -> None:
    assert set(whole(inventory_2_11)) == RESOURCE | BRIEF | MACHINE_2_12
    assert not any("revision" in item for item in inventory_2_11.get(f"{appliances(inventory_2_11)}/storages"))


def test_an_older_release_names_the_archive_and_shows_revisions(older_inventory: Inventory) -> None:
    machine = whole(older_inventory)
    assert set(machine) == RESOURCE | BRIEF | MACHINE_2_10
    assert machine["ovaPath"] == f"/ova/{LARGE}.ova"
    assert machine["ovaSource"] == "VMware"
    root = appliances(older_inventory)
    assert all("revision" in item for item in older_inventory.get(f"{root}/storages"))


def test_an_appliance_that_is_taken_away_is_missed_at_the_next_scan(older_inventory: Inventory) -> None:
    lab, begin = older_inventory.lab, time.monotonic()
    machine = whole(older_inventory, "mtv-tests-rhel8")

    async def missed() -> None:
        seen = asyncio.Event()
        sight_of(lab, "ova").followers.append(lambda _before, _after: seen.set())
        del lab.world.export.appliances[machine["id"]]
        lab.world.touch()
        await seen.wait()

    older_inventory.wait_for(missed())
    assert time.monotonic() - begin >= lab.clock.scaled(60)
    assert older_inventory.get(f"{appliances(older_inventory)}/vms?name=mtv-tests-rhel8") == []
