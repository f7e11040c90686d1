"""Shapes of the oVirt inventory, key by key as facts/forklift.md 5.3 and 5.5 have them, and how they follow."""

from collections.abc import Iterator
from typing import Any

import pytest

from lab.ovirt.ids import disk_id, snapshot_id
from lab.world import physics, snapshots
from lab.world.model import Machine
from tests.lab_inventory.test_inventory_freshness import within

Inventory = Any

RESOURCE = {"id", "revision", "path", "name", "selfLink"}
NO_PATH = RESOURCE - {"path"}
BRIEF = {"cluster", "status", "host", "revisionValidated", "nics", "diskAttachments", "concerns"}
WHOLE = BRIEF | {
    *("policyVersion", "guestName", "cpuSockets", "cpuCores", "cpuThreads", "cpuShares", "cpuAffinity"),
    *("cpuPinningPolicy", "memory", "balloonedMemory", "ioThreads", "bios", "display", "hasIllegalImages"),
    *("numaNodeAffinity", "leaseStorageDomain", "storageErrorResumeBehaviour", "haEnabled", "usbEnabled"),
    *("bootMenuEnabled", "placementPolicyAffinity", "timezone", "stateless", "serialNumber", "hostDevices", "cdroms"),
    *("watchDogs", "properties", "snapshots", "guest", "osType", "customCpuModel"),
}
BODIES = {
    "networks": {"dataCenter", "vlan", "usages", "nicProfiles"},
    "storagedomains": {"dataCenter", "type", "capacity", "free", "storage"},
    "clusters": {"dataCenter", "haReservation", "ksmEnabled", "biosType", "cpu", "version"},
    "servercpus": {"systemOptionValue"},
    "hosts": {
        *("cluster", "status", "productName", "productVersion", "inMaintenance", "cpuSockets", "cpuCores"),
        *("networkAttachments", "nics"),
    },
    "datacenters": set[str](),
}
WITHOUT_PATH = {
    "nicprofiles": {"network", "networkFilter", "portMirroring", "qos", "properties", "passThrough"},
    "diskprofiles": {"storageDomain", "qos"},
    "disks": {
        *("shared", "storageDomain", "profile", "provisionedSize", "actualSize", "storageType", "status"),
        "lunStorage",
    },
}


@pytest.fixture(scope="module")
def engine(inventory: Inventory) -> Inventory:
    """The inventory with an oVirt Provider beside."""
    inventory.engine_uid = inventory.provider("rhv", "ovirt", "LoadInventory", "InventoryCreated", "Ready")
    return inventory


@pytest.fixture
def machine(engine: Inventory) -> Iterator[Machine]:
    """The one that is no template; off and without snapshots afterwards."""
    (found,) = [each for each in engine.world.ovirt.machines.values() if not each.template]
    yield found
    engine.on_loop(lambda: engine.world.ovirt.passing.pop(found.id, None))
    engine.on_loop(lambda: physics.power_off(engine.lab, found))
    engine.on_loop(lambda: snapshots.remove_all(engine.world, found))
    within(20, lambda: shown(engine, found)["status"] == "down" and len(shown(engine, found)["snapshots"]) == 1)


def below(engine: Inventory, path: str) -> Any:
    return engine.get(f"providers/ovirt/{engine.engine_uid}/{path}")


def shown(engine: Inventory, machine: Machine) -> dict[str, Any]:
    return dict(below(engine, f"vms/{machine.id}"))


def test_a_list_is_thin_unless_detail_is_asked_for_and_a_single_machine_is_whole(
    engine: Inventory, machine: Machine
) -> None:
    for query, keys in (("", set()), ("?detail=1", BRIEF), ("?detail=2", WHOLE), ("?detail=all", WHOLE)):
        (listed,) = below(engine, f"vms{query}")
        assert set(listed) == RESOURCE | keys
    assert set(shown(engine, machine)) == RESOURCE | WHOLE


def test_a_machine_carries_its_hardware(engine: Inventory, machine: Machine) -> None:
    found = shown(engine, machine)
    assert found["path"] == "lab-cluster/mtv-tests-rhel8"
    assert found["selfLink"] == f"providers/ovirt/{engine.engine_uid}/vms/{machine.id}"
    assert (found["cpuSockets"], found["cpuCores"], found["cpuThreads"]) == (2, 1, 1)
    assert found["memory"] == 4 * 1024**3
    assert (found["bios"], found["osType"], found["status"], found["host"]) == ("q35_sea_bios", "rhel_8x64", "down", "")
    (nic,) = found["nics"]
    assert set(nic) == {"id", "name", "interface", "plugged", "ipAddress", "profile", "mac"}
    (attachment,) = found["diskAttachments"]
    assert set(attachment) == {"id", "interface", "scsiReservation", "disk", "bootable"}
    assert attachment["id"] == attachment["disk"]


def test_a_disk_leads_to_its_domain_and_a_nic_by_its_profile_to_its_network(
    engine: Inventory, machine: Machine
) -> None:
    found = shown(engine, machine)
    disk = below(engine, f"disks/{found['diskAttachments'][0]['disk']}")
    assert disk["provisionedSize"] == machine.disks[0].size
    assert below(engine, f"storagedomains/{disk['storageDomain']}")["name"] == machine.disks[0].datastore
    profile = below(engine, f"nicprofiles/{found['nics'][0]['profile']}")
    network = below(engine, f"networks/{profile['network']}")
    assert (network["name"], network["path"]) == (machine.nics[0].network, f"MTV-CNV/{machine.nics[0].network}")
    assert profile["id"] in network["nicProfiles"]


@pytest.mark.parametrize(("collection", "body"), (BODIES | WITHOUT_PATH).items(), ids=(BODIES | WITHOUT_PATH))
def test_collections_are_thin_and_their_objects_whole(engine: Inventory, collection: str, body: set[str]) -> None:
    common = NO_PATH if collection in WITHOUT_PATH else RESOURCE
    thin, whole = below(engine, collection), below(engine, f"{collection}?detail=1")
    assert thin
    assert all(set(each) == common for each in thin)
    assert all(set(each) == common | body for each in whole)
    assert below(engine, f"{collection}/{thin[0]['id']}") == whole[0]


def test_a_path_and_a_name_find_the_same_network(engine: Inventory) -> None:
    (by_name,) = below(engine, "networks?name=vlan-100")
    (by_path,) = below(engine, "networks?name=MTV-CNV/vlan-100")
    assert by_name == by_path
    assert below(engine, f"networks/{by_name['id']}")["vlan"] == "100"
    assert below(engine, "networks?name=Elsewhere/vlan-100") == []


def test_templates_are_no_machines_but_their_disks_are_disks(engine: Inventory) -> None:
    assert [each["name"] for each in below(engine, "vms")] == ["mtv-tests-rhel8"]
    assert len(below(engine, "disks")) > len(below(engine, "vms?detail=1")[0]["diskAttachments"])


def test_a_workload_has_objects_in_place_of_ids(engine: Inventory, machine: Machine) -> None:
    found = below(engine, f"workloads/{machine.id}")
    assert found["selfLink"] == f"providers/ovirt/{engine.engine_uid}/workloads/{machine.id}"
    (attachment,), (nic,) = found["diskAttachments"], found["nics"]
    assert attachment["disk"]["storageType"] == "image"
    assert attachment["disk"]["profile"]["name"] == machine.disks[0].datastore
    assert nic["profile"]["network"] == below(engine, f"networks?name={machine.nics[0].network}")[0]["id"]
    assert found["cluster"]["biosType"] == "q35_sea_bios"
    assert found["dataCenter"]["name"] == "MTV-CNV"
    assert found["serverCpu"]["systemOptionValue"][0]["version"] == "4.7"
    assert found["host"] is None, "a machine that is off is on no host"


def test_the_tree_shows_hosts_and_machines_below_the_cluster(engine: Inventory) -> None:
    (datacenter,) = below(engine, "tree/cluster")["children"]
    (cluster,) = datacenter["children"]
    assert (datacenter["kind"], cluster["kind"]) == ("DataCenter", "Cluster")
    assert [each["kind"] for each in cluster["children"]] == ["Host", "Host", "VM"]


def test_the_provider_counts_what_it_has(engine: Inventory) -> None:
    found = engine.get(f"providers/ovirt/{engine.engine_uid}")
    counts = ("datacenterCount", "clusterCount", "hostCount", "vmCount", "networkCount", "storageDomainCount")
    assert [found[key] for key in counts] == [1, 1, 2, 1, 4, 2]


def test_what_there_is_not_is_refused_and_counted(engine: Inventory) -> None:
    root = f"providers/ovirt/{engine.engine_uid}"
    assert engine.ask(f"{root}/vms/nobody").status_code == 404
    assert engine.ask(f"{root}/folders").status_code == 404
    assert engine.lab.requests.refused["inventory GET ovirt folders"]


def test_a_change_at_the_engine_is_known_after_a_poll(engine: Inventory, machine: Machine) -> None:
    before = shown(engine, machine)
    engine.on_loop(lambda: physics.power_on(engine.lab, machine))
    within(20, lambda: bool(shown(engine, machine)["nics"][0]["ipAddress"]))
    after = shown(engine, machine)
    assert (after["status"], after["host"]) == ("up", machine.host)
    assert after["revision"] > before["revision"]
    assert after["guestName"] == "Red Hat Enterprise Linux 8.10"
    assert below(engine, f"workloads/{machine.id}")["host"]["name"].startswith("ovirt-")


def test_snapshots_are_listed_beside_the_one_for_what_runs(engine: Inventory, machine: Machine) -> None:
    assert [each["type"] for each in shown(engine, machine)["snapshots"]] == ["active"]
    taken = engine.on_loop(lambda: snapshots.take(engine.world, machine, "before", memory=True))
    within(20, lambda: len(shown(engine, machine)["snapshots"]) == 2)
    after = shown(engine, machine)["snapshots"][1]
    assert after == {
        "id": snapshot_id(machine, taken),
        "description": "before",
        "type": "regular",
        "persistMemory": True,
    }
    within(20, lambda: shown(engine, machine)["revision"] == shown(engine, machine)["revisionValidated"])
    assert [each["id"] for each in shown(engine, machine)["concerns"]] == ["ovirt.snapshot.online_memory.detected"]


def test_a_machine_that_is_being_made_is_shown_as_it_was_when_the_collector_came_by(
    engine: Inventory, machine: Machine
) -> None:
    """Also after the engine has finished: until the next poll its disks look locked, which blocks a plan."""
    passing, disk = engine.world.ovirt.passing, disk_id(machine.disks[0])
    engine.on_loop(lambda: passing.update({machine.id: "image_locked"}) or engine.world.touch(machine))
    within(20, lambda: shown(engine, machine)["status"] == "image_locked")
    assert below(engine, f"disks/{disk}")["status"] == "locked"
    concerns = {each["id"]: each["category"] for each in shown(engine, machine)["concerns"]}
    assert concerns["ovirt.disk.illegal_or_locked_status"] == "Critical"
    assert concerns["ovirt.vm.status_invalid"] == "Warning"
    engine.on_loop(lambda: bool(passing.pop(machine.id)) and engine.world.touch(machine))
    within(20, lambda: shown(engine, machine)["status"] == "down")
    assert below(engine, f"disks/{disk}")["status"] == "ok"
    assert shown(engine, machine)["concerns"] == []
