"""The OVA inventory against scripted answers in the shapes of forklift.md 5.7: thin lists, Go's names inside."""

from typing import Any

import pytest

from support.adapters.inventory.ova import OvaInventory
from support.adapters.inventory.service import InventoryService, NotThere, NotYet
from support.adapters.openshift.transport import Answer
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.names import MachineName
from support.domain.source import Place
from tests.adapters_mtv.test_mtv_inventory import Scripted

BASE = "/providers/ova/uid-1"
NAME = MachineName("web1")
LISTED = [{"id": "vm-1", "name": NAME, "selfLink": "providers/ova/uid-1/vms/vm-1"}]
NETWORKS = [[{"id": "net-1", "name": "VM Network"}, {"id": "net-2", "name": "back"}, {"id": "net-3", "name": "idle"}]]
STORES = [[{"id": "d-1", "name": "web1-1.vmdk"}, {"id": "d-2", "name": "web1-2.vmdk"}]]


def machine(**changes: Any) -> dict[str, Any]:
    networks = [{"ID": f"net-{number}", "Name": name} for number, name in ((1, "VM Network"), (2, "back"), (3, "idle"))]
    nics = [{"Name": "nic 1", "MAC": "m1", "Network": "back"}, {"Name": "nic 2", "MAC": "m2", "Network": "VM Network"}]
    disks = [{"ID": "d-2", "Name": "web1-2.vmdk"}, {"ID": "d-1", "Name": "web1-1.vmdk"}]
    return {"id": "vm-1", "name": NAME, "networks": networks, "nics": nics, "disks": disks, **changes}


def opened(collections: dict[str, list[Any]]) -> OvaInventory:
    answers = {"storages": STORES, "networks": NETWORKS, **collections}
    api = Scripted({f"{BASE}/{path}": script for path, script in answers.items()})
    inventory = OvaInventory(InventoryService(api, "openshift-mtv"), pause=0.01)
    inventory.open("uid-1", 5)
    return inventory


def test_a_machine_counts_once_its_disks_and_nics_are_there() -> None:
    whole = [machine(nics=None), machine(disks=None), machine()]
    assert opened({"vms": [[], LISTED], "vms/vm-1": whole}).await_machine(NAME, 5) == "vm-1"


def test_a_machine_that_stays_incomplete_times_out_saying_what_is_missing() -> None:
    with pytest.raises(WaitTimeout, match="last seen 2 disks, 0 NICs"):
        opened({"vms": [LISTED], "vms/vm-1": [machine(nics=[])]}).await_machine(NAME, 0.05)


def test_networks_are_those_of_the_nics_in_their_order_then_what_the_appliance_lists_besides() -> None:
    other = machine(nics=[{"Network": "VM Network"}])
    inventory = opened({"vms/vm-1": [machine()], "vms/vm-2": [other]})
    expected = (Place(id="net-2", name="back"), Place(id="net-1", name="VM Network"), Place(id="net-3", name="idle"))
    assert inventory.networks_of(["vm-1"]) == expected
    assert inventory.networks_of(["vm-2", "vm-1"])[0] == Place(id="net-1", name="VM Network")


def test_a_nic_on_a_network_that_its_appliance_does_not_list_is_an_error() -> None:
    inventory = opened({"vms/vm-1": [machine(nics=[{"Name": "nic 1", "Network": "nowhere"}])]})
    with pytest.raises(ClusterError, match=r"nic 1 of web1 is on 'nowhere'.*VM Network, back, idle"):
        inventory.networks_of(["vm-1"])


def test_each_disk_is_a_store_in_the_order_of_the_appliance() -> None:
    assert opened({"vms/vm-1": [machine()]}).stores_of(["vm-1"]) == (
        Place(id="d-2", name="web1-2.vmdk"),
        Place(id="d-1", name="web1-1.vmdk"),
    )


def test_names_and_machines_are_waited_for_while_the_share_is_scanned_again() -> None:
    inventory = opened({"vms": [206, 503, LISTED], "vms/vm-1": [206, machine()]})
    assert inventory.names(5) == {"vm-1": NAME}
    found = inventory.machine("vm-1", 5)
    assert found is not None
    assert found["name"] == NAME


def test_a_machine_that_is_gone_is_none_and_one_that_cannot_be_told_of_is_not() -> None:
    inventory = opened({"vms/vm-1": [404], "vms/vm-2": [206]})
    assert inventory.machine("vm-1", 5) is None
    with pytest.raises(WaitTimeout, match=r"appliance vm-2: not in MTV's inventory within.*HTTP 206"):
        inventory.machine("vm-2", 0.05)


def test_a_provider_that_is_not_taken_up_is_no_machine_that_is_gone() -> None:
    class Unknown(Scripted):
        def raw(self, *_: Any, **__: Any) -> Answer:
            return Answer(code=404, headers={"x-reason": "ProviderNotFound"}, body=b"")

    with pytest.raises(NotYet, match="ProviderNotFound") as said:
        InventoryService(Unknown({}), "openshift-mtv").get("providers/ova/uid-1/vms/vm-1")
    assert not isinstance(said.value, NotThere)


def test_an_address_is_known_where_the_appliance_says_one() -> None:
    opened({"vms/vm-1": [machine(ipAddress="192.0.2.7")]}).await_addresses("vm-1", ["192.0.2.7"], 5)
    with pytest.raises(WaitTimeout, match=r"without 192\.0\.2\.7, it knows none"):
        opened({"vms/vm-1": [machine(ipAddress="")]}).await_addresses("vm-1", ["192.0.2.7"], 0.05)
