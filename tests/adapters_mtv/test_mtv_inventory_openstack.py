"""The inventory adapter for OpenStack against scripted answers in the shapes of the facts (forklift.md 5.6)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.adapters.inventory.openstack import OpenstackInventory
from support.adapters.inventory.service import InventoryService
from support.adapters.openshift.api import Api
from support.adapters.openshift.transport import Answer
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.names import MachineName, ObjectRef
from support.domain.secret import Secret
from support.domain.source import Place

BASE = "/providers/openstack/uid-1"
NAME = MachineName("web1")
THIN = {"id": "s-1", "revision": 3, "name": NAME, "selfLink": "providers/openstack/uid-1/vms/s-1"}
WHOLE = {
    **THIN,
    "status": "SHUTOFF",
    "addresses": {
        "two": [{"addr": "192.0.2.2", "version": 4, "OS-EXT-IPS-MAC:mac_addr": "m2"}],
        "one": [{"addr": "192.0.2.1", "version": 4, "OS-EXT-IPS-MAC:mac_addr": "m1"}],
    },
    "attachedVolumes": [{"ID": "v-1"}, {"ID": "v-2"}, {"ID": "v-3"}],
}
NETWORKS = [{"id": "n-1", "name": "one"}, {"id": "n-2", "name": "two"}, {"id": "n-3", "name": "other"}]
TYPES = [{"id": "t-1", "name": "fast"}, {"id": "t-2", "name": "slow"}]
ESTATE: dict[str, list[Any]] = {
    "volumetypes": [TYPES],
    "networks": [NETWORKS],
    "vms": [[THIN]],
    "vms/s-1": [WHOLE],
    "volumes/v-1": [{"id": "v-1", "volumeType": "slow"}],
    "volumes/v-2": [{"id": "v-2", "volumeType": "fast"}],
    "volumes/v-3": [{"id": "v-3", "volumeType": "slow"}],
}


class Scripted(Api):
    """Answers by path; each in turn, the last one for ever. A code stands for an answer without a body."""

    def __init__(self, answers: Mapping[str, list[Any]]) -> None:
        super().__init__(ClusterAccess(host="https://api.test:6443", token=Secret("t")))
        self.answers = {f"{BASE}/{path}": list(each) for path, each in answers.items()}

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        return {"spec": {"host": "inventory.test"}}

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        script = self.answers[urlsplit(path).path]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, int):
            return Answer(code=answer, headers={}, body=b"")
        return Answer(code=200, headers={}, body=json.dumps(answer).encode())


def opened(changes: Mapping[str, list[Any]] | None = None) -> OpenstackInventory:
    api = Scripted({**ESTATE, **(changes or {})})
    inventory = OpenstackInventory(InventoryService(api, "openshift-mtv"), pause=0.01)
    inventory.open("uid-1", 5)
    return inventory


def test_an_inventory_that_is_unknown_or_loading_is_waited_for() -> None:
    opened({"volumetypes": [404, 206, 503, []]})


def test_a_machine_counts_once_its_volumes_and_networks_are_objects_of_the_inventory() -> None:
    bare = {key: value for key, value in WHOLE.items() if key != "attachedVolumes"}
    inventory = opened(
        {
            "vms": [[], [THIN]],
            "vms/s-1": [404, bare, {**WHOLE, "addresses": None}, WHOLE],
            "volumes/v-3": [404, {"id": "v-3"}],
            "networks": [NETWORKS[:1], NETWORKS],
        }
    )
    assert inventory.await_machine(NAME, 5) == "s-1"


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"vms": [[]]}, "not there"),
        ({"vms/s-1": [{**WHOLE, "attachedVolumes": []}]}, "0 volumes, 2 networks"),
        ({"networks": [NETWORKS[:1]]}, "networks two are not listed"),
        ({"volumes/v-2": [404]}, "volumes/v-2: HTTP 404"),
    ],
)
def test_a_machine_that_never_gets_whole_times_out_saying_what_lacks(changes: dict[str, list[Any]], seen: str) -> None:
    with pytest.raises(WaitTimeout, match=seen):
        opened(changes).await_machine(NAME, 0.05)


def test_a_machine_on_an_image_needs_no_volume() -> None:
    image = {**WHOLE, "attachedVolumes": [], "imageID": "img"}
    assert opened({"vms/s-1": [image]}).await_machine(NAME, 5) == "s-1"


def test_two_machines_of_one_name_are_refused() -> None:
    with pytest.raises(ClusterError, match="s-1, s-2"):
        opened({"vms": [[THIN, {**THIN, "id": "s-2"}]]}).await_machine(NAME, 5)


def test_networks_are_those_named_in_the_addresses_always_in_one_order() -> None:
    assert opened().networks_of(["s-1", "s-1"]) == (Place(id="n-1", name="one"), Place(id="n-2", name="two"))


def test_a_network_name_that_two_have_cannot_be_mapped() -> None:
    with pytest.raises(ClusterError, match=r"more than one network called two \(n-2, n-9\)"):
        opened({"networks": [[*NETWORKS, {"id": "n-9", "name": "two"}]]}).networks_of(["s-1"])


def test_a_name_that_two_unused_networks_have_is_nobodys_trouble() -> None:
    listed = [*NETWORKS, {"id": "n-9", "name": "other"}]
    assert len(opened({"networks": [listed]}).networks_of(["s-1"])) == 2


def test_stores_are_volume_types_once_each_by_their_ids() -> None:
    assert opened().stores_of(["s-1"]) == (Place(id="t-2", name="slow"), Place(id="t-1", name="fast"))


def test_the_disk_of_an_image_comes_from_glance() -> None:
    image = {**WHOLE, "attachedVolumes": [{"ID": "v-2"}], "imageID": "img"}
    assert opened({"vms/s-1": [image]}).stores_of(["s-1"]) == (
        Place(id="", name="glance"),
        Place(id="t-1", name="fast"),
    )


def test_a_volume_type_that_is_not_listed_is_an_error() -> None:
    with pytest.raises(ClusterError, match="refers to slow but does not list it"):
        opened({"volumetypes": [TYPES[:1]]}).stores_of(["s-1"])


def test_addresses_are_awaited_until_mtv_knows_all_of_them() -> None:
    inventory = opened({"vms/s-1": [{**WHOLE, "addresses": None}, WHOLE]})
    inventory.await_addresses("s-1", ["192.0.2.1", "192.0.2.2"], 5)
    with pytest.raises(WaitTimeout, match=r"without 192\.0\.2\.9"):
        inventory.await_addresses("s-1", ["192.0.2.9"], 0.05)


def test_nothing_is_asked_before_it_is_opened() -> None:
    with pytest.raises(ClusterError, match="not opened yet"):
        OpenstackInventory(InventoryService(Scripted({}), "openshift-mtv")).networks_of(["s-1"])
