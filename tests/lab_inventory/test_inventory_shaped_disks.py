"""Disks of a shaped clone, as the inventory shows them (facts/forklift.md 5.4)."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.world import physics, snapshots
from lab.world.model import Disk
from tests.lab_inventory.conftest import Inventory as Running

Inventory = Any

RDM, INDEPENDENT = "vmware.disk.rdm.detected", "vmware.disk_mode.independent"


def within(seconds: float, find: Callable[[], Any]) -> Any:
    """Look again until there is something."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.01)
    return found


def shaped(inventory: Inventory, name: str) -> Any:
    """A machine with a snapshot, an independent disk on another datastore and a raw mapping, once it is validated."""

    def make() -> None:
        world = inventory.lab.world
        machine = physics.copy_machine(world, world.machines["vm-101"], name)
        machine.disks += extra(machine.disks[0], name, world.luns[0].name)
        world.machines[machine.id] = machine
        snapshots.take(world, machine, "one")

    inventory.on_loop(make)
    return within(10, lambda: next((item for item in inventory.vsphere("vms") if validated(item, name)), None))


def extra(first: Disk, name: str, lun: str) -> list[Disk]:
    independent = replace(
        first,
        key=2001,
        unit=1,
        mode="independent_persistent",
        datastore="lab-vmfs-2",
        file=f"[lab-vmfs-2] {name}/a.vmdk",
    )
    raw = replace(first, key=2002, unit=2, lun=lun, lun_mode="virtualMode", file=f"[lab-vmfs-1] {name}/b.vmdk")
    return [independent, raw]


def validated(item: dict[str, Any], name: str) -> bool:
    return bool(item["name"] == name and item["revisionValidated"] == item["revision"] and item["concerns"])


def test_each_disk_tells_mode_place_chain_and_lun(inventory: Inventory) -> None:
    plain, independent, raw = shaped(inventory, "shaped")["disks"]
    lun = inventory.lab.world.luns[0]
    assert (plain["mode"], plain["file"], plain["parent"]) == (
        "persistent",
        "[lab-vmfs-1] shaped/shaped-000001.vmdk",
        "[lab-vmfs-1] shaped/shaped.vmdk",
    )
    assert (independent["mode"], independent["file"], independent["parent"]) == (
        "independent_persistent",
        "[lab-vmfs-2] shaped/a.vmdk",
        "",
    )
    assert independent["datastore"]["id"] == "datastore-12"
    assert (raw["rdm"], raw["deviceName"], raw["lunUuid"]) == (True, f"vml.{lun.uuid}", lun.uuid)
    assert "physicalMode" not in raw
    assert "rdm" in plain
    assert not plain["rdm"]


@pytest.mark.parametrize(
    ("release", "category"), [("inventory", "Warning"), ("inventory_2_11", "Critical"), ("older_inventory", "Critical")]
)
def test_what_only_copy_offload_can_move_is_a_concern(
    request: pytest.FixtureRequest, release: str, category: str
) -> None:
    """Critical until copy-offload could move it."""
    found = shaped(request.getfixturevalue(release), "doubtful")
    told = {item["id"]: item["category"] for item in found["concerns"]}
    assert (told[RDM], told[INDEPENDENT]) == (category, category)


def test_a_blind_inventory_says_nothing_of_such_disks_and_the_same_of_all_others(tmp_path: Path) -> None:
    blind = Running(tmp_path, "2.12", "disk-concerns-lost")
    blind.start()
    try:
        told = {item["id"] for item in shaped(blind, "unnoticed")["concerns"]}
    finally:
        blind.stop()
    assert told == {"vmware.changed_block_tracking.disabled", "vmware.drs.enabled", "vmware.snapshot.detected"}


def test_datastores_name_the_luns_that_hosts_see(inventory: Inventory) -> None:
    stores = {item["id"]: item for item in inventory.vsphere("datastores?detail=1")}
    for host in inventory.vsphere("hosts?detail=1"):
        seen = {disk["canonicalName"] for disk in host["hostScsiDisks"]}
        mounted = [stores[item["id"]] for item in host["datastores"]]
        assert {name for store in mounted for name in store["backingDevicesNames"] or ()} < seen
        assert all(set(disk) == {"canonicalName", "vendor", "key"} for disk in host["hostScsiDisks"])
    local = {host["id"] for host in inventory.vsphere("hosts?detail=1") if "datastore-15" in str(host["datastores"])}
    assert local == {"host-42"}
