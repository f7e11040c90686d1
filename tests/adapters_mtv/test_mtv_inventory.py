"""The inventory adapter against scripted answers in the shapes of the facts."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.adapters.inventory.service import InventoryService
from support.adapters.inventory.vsphere import VsphereInventory
from support.adapters.openshift.api import Api
from support.adapters.openshift.transport import Answer
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.names import MachineName, ObjectRef
from support.domain.secret import Secret
from support.domain.source import Place

BASE = "/providers/vsphere/uid-1"
NAME = MachineName("web1")


class Scripted(Api):
    """Answers by path; each in turn, the last one for ever. A code stands for an answer without a body."""

    def __init__(self, answers: Mapping[str, list[Any]]) -> None:
        super().__init__(ClusterAccess(host="https://api.test:6443", token=Secret("t")))
        self.answers = {path: list(each) for path, each in answers.items()}

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        assert ref == ObjectRef("Route", "forklift-inventory", "openshift-mtv")
        return {"spec": {"host": "inventory.test"}}

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        parts = urlsplit(path)
        assert (method, parts.scheme, parts.netloc) == ("GET", "https", "inventory.test")
        script = self.answers[parts.path]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, int):
            return Answer(code=answer, headers={"forklift-error-message": "because"}, body=b"")
        return Answer(code=200, headers={}, body=json.dumps(answer).encode())


def _opened(**collections: list[Any]) -> VsphereInventory:
    answers = {f"{BASE}/{path.replace('__', '/')}": script for path, script in collections.items()}
    api = Scripted({f"{BASE}/datastores": [[]], **answers})
    inventory = VsphereInventory(InventoryService(api, "openshift-mtv"), pause=0.01)
    inventory.open("uid-1", 5)
    return inventory


def _machine(**changes: Any) -> dict[str, Any]:
    nics = [{"network": {"id": "net-2"}, "order": 1}, {"network": {"id": "net-1"}, "order": 0}]
    disks = [{"datastore": {"id": "ds-1"}}, {"datastore": {"id": "ds-1"}}]
    return {"id": "vm-1", "name": NAME, "nics": nics, "disks": disks, **changes}


NETWORKS = [[{"id": "net-1", "name": "one"}, {"id": "net-2", "name": "two"}, {"id": "net-3", "name": "x", "key": "k"}]]


def test_an_inventory_that_is_unknown_or_loading_is_waited_for() -> None:
    _opened(datastores=[404, 206, 503, []])


def test_an_inventory_that_never_loads_is_a_timeout_with_the_last_answer() -> None:
    api = Scripted({f"{BASE}/datastores": [206]})
    inventory = VsphereInventory(InventoryService(api, "openshift-mtv"), pause=0.01)
    with pytest.raises(WaitTimeout, match=r"not loaded within 0\.1 s \(setting wait_provider\); .*HTTP 206"):
        inventory.open("uid-1", 0.1)


def test_a_refusal_is_no_reason_to_wait_and_tells_the_services_own_words() -> None:
    with pytest.raises(ClusterError, match=r"HTTP 403 \(because\)"):
        _opened(datastores=[403])


def test_a_machine_counts_once_its_disks_and_nics_are_there() -> None:
    inventory = _opened(vms=[[], [_machine(disks=None)], [_machine(nics=[])], [_machine()]])
    assert inventory.await_machine(NAME, 5) == "vm-1"


def test_a_machine_without_disks_times_out_saying_so() -> None:
    with pytest.raises(WaitTimeout, match="last seen 0 disks, 2 NICs"):
        _opened(vms=[[_machine(disks=None)]]).await_machine(NAME, 0.05)


def test_disks_that_were_added_to_a_machine_are_waited_for() -> None:
    _opened(vms__vm_1=[_machine(disks=[{}]), _machine(disks=[{}, {}])]).await_disks("vm_1", 2, 5)
    with pytest.raises(WaitTimeout, match=r"machine vm_1: not in MTV's inventory with 2 disks .*last seen 1 disks"):
        _opened(vms__vm_1=[_machine(disks=[{}])]).await_disks("vm_1", 2, 0.05)


def test_two_machines_of_one_name_are_refused() -> None:
    with pytest.raises(ClusterError, match="vm-1, vm-2"):
        _opened(vms=[[_machine(), _machine(id="vm-2")]]).await_machine(NAME, 5)


def test_concerns_count_once_they_are_about_the_machine_as_it_is() -> None:
    concern = {"id": "vmware.disk.rdm.detected", "category": "Warning"}
    judged = _machine(revision=3, revisionValidated=3, concerns=[concern, {"label": "of an old release"}])
    inventory = _opened(vms__vm_1=[_machine(revision=3, revisionValidated=2, concerns=None), judged])
    assert inventory.await_concerns("vm_1", 5) == {"vmware.disk.rdm.detected": "Warning", "": ""}
    untroubled = _opened(vms__vm_1=[_machine(revision=1, revisionValidated=1, concerns=None)])
    assert untroubled.await_concerns("vm_1", 5) == {}
    late = _opened(vms__vm_1=[_machine(revision=3, revisionValidated=2)])
    with pytest.raises(WaitTimeout, match="revision 3 is not judged yet, 2 is"):
        late.await_concerns("vm_1", 0.05)


def test_networks_come_in_nic_order_of_the_first_machine_then_what_others_add() -> None:
    other = _machine(nics=[{"network": {"id": "k"}}, {"network": {"id": "net-1"}}])
    inventory = _opened(networks=NETWORKS, vms__vm_1=[_machine()], vms__vm_2=[other])
    assert inventory.networks_of(["vm_1", "vm_2"]) == (
        Place(id="net-1", name="one"),
        Place(id="net-2", name="two"),
        Place(id="net-3", name="x"),
    )


def test_stores_come_once_each() -> None:
    inventory = _opened(datastores=[[{"id": "ds-1", "name": "store"}]], vms__vm_1=[_machine()])
    assert inventory.stores_of(["vm_1"]) == (Place(id="ds-1", name="store"),)


def test_an_id_that_no_collection_explains_is_an_error() -> None:
    with pytest.raises(ClusterError, match="refers to ds-1 but does not list it"):
        _opened(vms__vm_1=[_machine()]).stores_of(["vm_1"])


def test_addresses_are_awaited_until_mtv_knows_all_of_them() -> None:
    known = [{"mac": "m", "ip": "192.0.2.1"}]
    inventory = _opened(
        **{
            "vms/vm-1": [
                _machine(guestNetworks=None),
                _machine(guestNetworks=known),
                _machine(guestNetworks=[*known, {"ip": "192.0.2.2"}]),
            ]
        },
    )
    inventory.await_addresses("vm-1", ["192.0.2.1", "192.0.2.2"], 5)


def test_addresses_that_never_come_are_named_with_what_is_known() -> None:
    inventory = _opened(**{"vms/vm-1": [_machine(guestNetworks=[{"ip": "192.0.2.9"}])]})
    with pytest.raises(WaitTimeout, match=r"addresses within 0\.05 s .*without 192\.0\.2\.1, it knows 192\.0\.2\.9"):
        inventory.await_addresses("vm-1", ["192.0.2.1"], 0.05)
