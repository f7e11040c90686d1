"""The oVirt inventory against scripted answers in the shapes of forklift.md 5.5: thin lists, whole single objects."""

from typing import Any

import pytest

from support.adapters.inventory.ovirt import OvirtInventory
from support.adapters.inventory.service import InventoryService
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.names import MachineName
from support.domain.source import Place
from tests.adapters_mtv.test_mtv_inventory import Scripted

BASE = "/providers/ovirt/uid-1"
NAME = MachineName("web1")
LISTED = [{"id": "vm-1", "name": NAME, "selfLink": "providers/ovirt/uid-1/vms/vm-1"}]
NETWORKS = [[{"id": "net-1", "name": "ovirtmgmt", "path": "DC/ovirtmgmt"}, {"id": "net-2", "name": "two"}]]
PROFILES = {
    "nicprofiles/p-1": [{"id": "p-1", "network": "net-1"}],
    "nicprofiles/p-2": [{"id": "p-2", "network": "net-2"}],
}
DISKS: dict[str, list[Any]] = {
    "disks/d-1": [{"id": "d-1", "storageDomain": "sd-1", "storageType": "image"}],
    "disks/d-2": [{"id": "d-2", "storageDomain": "sd-1", "storageType": "image"}],
}


def machine(**changes: Any) -> dict[str, Any]:
    nics = [{"id": "n1", "profile": "p-2", "mac": "m1"}, {"id": "n2", "profile": "p-1", "mac": "m2"}]
    disks = [{"id": "a-1", "disk": "d-1"}, {"id": "a-2", "disk": "d-2"}]
    return {"id": "vm-1", "name": NAME, "nics": nics, "diskAttachments": disks, **changes}


def opened(collections: dict[str, list[Any]]) -> OvirtInventory:
    answers = {"storagedomains": [[{"id": "sd-1", "name": "data"}]], **collections}
    api = Scripted({f"{BASE}/{path}": script for path, script in answers.items()})
    inventory = OvirtInventory(InventoryService(api, "openshift-mtv"), pause=0.01)
    inventory.open("uid-1", 5)
    return inventory


def test_an_inventory_that_is_unknown_or_loading_is_waited_for() -> None:
    opened({"storagedomains": [404, 206, 503, []]})


def test_nothing_is_asked_before_it_was_opened() -> None:
    with pytest.raises(ClusterError, match="expected `open` first"):
        OvirtInventory(InventoryService(Scripted({}), "openshift-mtv")).networks_of(["vm-1"])


def test_a_machine_counts_once_its_nics_its_disks_and_each_disk_itself_are_there() -> None:
    whole = [machine(nics=None), machine(diskAttachments=None), machine()]
    made = DISKS["disks/d-2"][0]
    disks = {**DISKS, "disks/d-2": [404, made | {"status": "locked"}, made]}
    inventory = opened({"vms": [[], LISTED], "vms/vm-1": whole, **disks})
    assert inventory.await_machine(NAME, 5) == "vm-1"


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ({"vms": [[]]}, "last seen not there"),
        ({"vms": [LISTED], "vms/vm-1": [machine(nics=[])]}, "last seen 2 disks, 0 NICs"),
        ({"vms": [LISTED], "vms/vm-1": [machine()], **DISKS, "disks/d-2": [404]}, "disks/d-2: HTTP 404"),
        (
            {"vms": [LISTED], "vms/vm-1": [machine()], **DISKS, "disks/d-2": [{"id": "d-2", "status": "locked"}]},
            "1 disks still locked: d-2",
        ),
    ],
)
def test_a_machine_that_stays_incomplete_times_out_saying_what_is_missing(script: dict[str, Any], seen: str) -> None:
    with pytest.raises(WaitTimeout, match=seen):
        opened(script).await_machine(NAME, 0.05)


def test_two_machines_of_one_name_are_refused() -> None:
    with pytest.raises(ClusterError, match="vm-1, vm-2"):
        opened({"vms": [[*LISTED, {"id": "vm-2", "name": NAME}]]}).await_machine(NAME, 5)


def test_networks_are_those_behind_the_profiles_in_nic_order_then_what_others_add() -> None:
    other = machine(nics=[{"profile": "p-1"}, {"profile": "p-2"}])
    first = machine(nics=[{"profile": "p-2"}, {"profile": ""}])
    inventory = opened({"networks": NETWORKS, "vms/vm-1": [first], "vms/vm-2": [other], **PROFILES})
    assert inventory.networks_of(["vm-1", "vm-2"]) == (
        Place(id="net-2", name="two"),
        Place(id="net-1", name="ovirtmgmt"),
    )


def test_stores_come_once_each_and_a_lun_has_none() -> None:
    lun = {"disks/d-2": [{"id": "d-2", "storageDomain": "", "storageType": "lun"}]}
    assert opened({"vms/vm-1": [machine()], **DISKS}).stores_of(["vm-1"]) == (Place(id="sd-1", name="data"),)
    assert opened({"vms/vm-1": [machine()], **DISKS, **lun}).stores_of(["vm-1"]) == (Place(id="sd-1", name="data"),)


def test_a_network_that_no_list_explains_is_an_error() -> None:
    with pytest.raises(ClusterError, match="refers to net-2, net-1 but does not list it"):
        opened({"networks": [[]], "vms/vm-1": [machine()], **PROFILES}).networks_of(["vm-1"])


def test_addresses_are_awaited_until_mtv_knows_all_of_them() -> None:
    def with_addresses(*addresses: str) -> dict[str, Any]:
        told = [{"address": each, "version": "v4"} for each in addresses]
        return machine(nics=[{"profile": "p-1", "ipAddress": None}, {"profile": "p-2", "ipAddress": told}])

    inventory = opened({"vms/vm-1": [machine(), with_addresses("192.0.2.1"), with_addresses("192.0.2.1", "192.0.2.2")]})
    inventory.await_addresses("vm-1", ["192.0.2.1", "192.0.2.2"], 5)
    silent = opened({"vms/vm-1": [with_addresses("192.0.2.9")]})
    with pytest.raises(WaitTimeout, match=r"without 192\.0\.2\.1, it knows 192\.0\.2\.9"):
        silent.await_addresses("vm-1", ["192.0.2.1"], 0.05)
