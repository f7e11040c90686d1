"""Shapes and lag of the OpenStack inventory, key by key as facts/forklift.md 5.6 and 5.9 have them."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from lab.openstack.blocks import new_snapshot
from lab.openstack.platform import platform_of
from lab.world.cloud import Cloud, Server

Inventory = Any
Object = dict[str, Any]

TWO_DISKS = "mtv-rhel8-warm-2disks2nics"
EFI = "mtv-tests-rhel9-efi"
RESOURCE = {"id", "revision", "name", "selfLink"}
BRIEF = RESOURCE | {
    *("path", "tenantID", "status", "hostID", "revisionValidated", "flavorID", "addresses", "attachedVolumes"),
    "concerns",
}
WHOLE = BRIEF | {"userID", "updated", "created", "progress", "fault"}
COUNTS = {
    *("regionCount", "projectCount", "vmCount", "imageCount", "volumeCount", "volumeTypeCount", "networkCount"),
}


@pytest.fixture(scope="module")
def below(inventory: Inventory) -> str:
    """Path of a loaded OpenStack Provider."""
    uid = inventory.provider("cloud", "openstack", "LoadInventory", "InventoryCreated", "Ready")
    return f"providers/openstack/{uid}"


def server_named(inventory: Inventory, name: str) -> Server:
    cloud: Cloud = inventory.lab.world.cloud
    return next(it for it in cloud.servers.values() if it.machine.name == name)


def within(seconds: float, holds: Callable[[], bool]) -> None:
    """Look again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not come to hold"
        time.sleep(0.01)


def test_servers_have_three_details(inventory: Inventory, below: str) -> None:
    """forklift.md 9.3.13: thin lists, and single objects whole."""
    (thin,) = inventory.get(f"{below}/vms?name={TWO_DISKS}")
    (brief,) = inventory.get(f"{below}/vms?name={TWO_DISKS}&detail=1")
    (whole,) = inventory.get(f"{below}/vms?name={TWO_DISKS}&detail=all")
    assert (set(thin), set(brief), set(whole)) == (RESOURCE | {"path"}, BRIEF, WHOLE)
    assert inventory.get(f"{below}/vms/{thin['id']}") == whole
    assert thin["path"] == f"{inventory.lab.world.cloud.project}/{TWO_DISKS}"
    assert thin["selfLink"] == f"{below}/vms/{thin['id']}"


def test_a_server_tells_its_volumes_by_a_key_in_capitals_and_its_networks_by_name(
    inventory: Inventory, below: str
) -> None:
    server = server_named(inventory, TWO_DISKS)
    shown = inventory.get(f"{below}/vms/{server.machine.id}")
    assert shown["attachedVolumes"] == [{"ID": each.volume} for each in server.attachments]
    assert shown["status"] == "SHUTOFF"
    macs = [entry["OS-EXT-IPS-MAC:mac_addr"] for each in shown["addresses"].values() for entry in each]
    assert macs == [nic.mac for nic in server.machine.nics]
    names = {it["name"] for it in inventory.get(f"{below}/networks")}
    assert set(shown["addresses"]) <= names


def test_a_volume_names_its_type_and_its_attachments_have_keys_of_go(inventory: Inventory, below: str) -> None:
    server = server_named(inventory, TWO_DISKS)
    first, second = (inventory.get(f"{below}/volumes/{each.volume}") for each in server.attachments)
    assert (first["bootable"], second["bootable"]) == ("true", "false")
    assert {first["volumeType"], second["volumeType"]} <= {it["name"] for it in inventory.get(f"{below}/volumetypes")}
    (attachment,) = first["attachments"]
    assert set(attachment) == {"AttachedAt", "AttachmentID", "Device", "HostName", "ID", "ServerID", "VolumeID"}
    assert attachment["ServerID"] == server.machine.id
    assert first["volumeImageMetadata"]["hw_disk_bus"] == "virtio"
    assert "volumeImageMetadata" not in second


@pytest.mark.parametrize(
    ("collection", "key"),
    [
        ("networks", "subnets"),
        ("subnets", "allocationPools"),
        ("volumes", "volumeType"),
        ("volumetypes", "isPublic"),
        ("images", "properties"),
        ("flavors", "vcpus"),
        ("projects", "isDomain"),
        ("regions", "description"),
    ],
)
def test_every_collection_is_thin_unless_asked_for_more(
    inventory: Inventory, below: str, collection: str, key: str
) -> None:
    assert key not in inventory.get(f"{below}/{collection}")[0]
    found = inventory.get(f"{below}/{collection}?detail=1")[0]
    assert key in found
    assert inventory.get(f"{below}/{collection}/{found['id']}") == found


def test_a_workload_holds_everything_that_its_server_refers_to(inventory: Inventory, below: str) -> None:
    server = server_named(inventory, EFI)
    found = inventory.get(f"{below}/workloads/{server.machine.id}")
    assert found["flavor"]["id"] == server.flavor
    assert [it["id"] for it in found["volumes"]] == [it.volume for it in server.attachments]
    assert {it["name"] for it in found["networks"]} == {nic.network for nic in server.machine.nics}
    assert {it["networkID"] for it in found["subnets"]} == {it["id"] for it in found["networks"]}
    assert {it["name"] for it in found["volumeTypes"]} == {disk.datastore for disk in server.machine.disks}
    assert found["image"]["properties"] is None
    assert found["selfLink"] == f"{below}/workloads/{server.machine.id}"


def test_the_tree_has_servers_below_their_project(inventory: Inventory, below: str) -> None:
    tree = inventory.get(f"{below}/tree/project")
    (project,) = tree["children"]
    assert (tree["kind"], project["kind"]) == ("", "Project")
    assert {node["object"]["name"] for node in project["children"]} >= {TWO_DISKS, EFI}


def test_the_provider_counts_what_it_has(inventory: Inventory, below: str) -> None:
    whole = inventory.get(below)
    cloud: Cloud = inventory.lab.world.cloud
    assert set(whole) >= COUNTS
    assert (whole["vmCount"], whole["volumeTypeCount"]) == (len(cloud.servers), len(cloud.volume_types))


def test_unknown_things_are_not_found_and_counted(inventory: Inventory, below: str) -> None:
    assert inventory.ask(f"{below}/vms/no-such-server").status_code == 404
    assert inventory.ask(f"{below}/storagedomains").status_code == 404
    assert inventory.lab.requests.refused["inventory GET openstack storagedomains"] == 1


def test_what_appears_in_the_cloud_is_seen_at_the_next_look(inventory: Inventory, below: str) -> None:
    """forklift.md 9.3.14; it polls, so that a change may be seen at once or a whole interval later."""
    volume = next(iter(inventory.lab.world.cloud.volumes.values()))
    platform = platform_of(inventory.lab)
    made = inventory.on_loop(lambda: new_snapshot(platform, volume, "taken-now"))
    within(5, lambda: bool(inventory.get(f"{below}/snapshots?name=taken-now")))
    shown = inventory.get(f"{below}/snapshots/{made.id}")
    assert (shown["volumeID"], shown["status"]) == (volume.id, "creating")

    def settle() -> None:
        made.status = "available"
        platform.touch()

    inventory.on_loop(settle)
    within(5, lambda: inventory.get(f"{below}/snapshots/{made.id}")["status"] == "available")
    assert inventory.get(f"{below}/snapshots/{made.id}")["revision"] == shown["revision"] + 1


def test_concerns_of_a_changed_server_come_after_it(inventory: Inventory, below: str) -> None:
    """forklift.md 9.3.14."""
    server = server_named(inventory, EFI)
    path = f"{below}/vms/{server.machine.id}"
    before = inventory.get(path)
    assert before["revision"] == before["revisionValidated"]

    def spoil() -> None:
        inventory.lab.world.cloud.volumes[server.attachments[0].volume].status = "error"
        server.metadata["touched"] = "yes"
        platform_of(inventory.lab).touch(server)

    inventory.on_loop(spoil)
    within(5, lambda: inventory.get(path)["revision"] > before["revision"])
    within(5, lambda: inventory.get(path)["revision"] == inventory.get(path)["revisionValidated"])
    assert "openstack.disk.status.unsupported" in {it["id"] for it in inventory.get(path)["concerns"]}
