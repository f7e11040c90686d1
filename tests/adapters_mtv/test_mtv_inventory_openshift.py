"""The OpenShift inventory against scripted answers in the shapes of forklift.md 5.8: uids and whole objects."""

from typing import Any

import pytest

from support.adapters.inventory.openshift import OpenshiftInventory
from support.adapters.inventory.service import InventoryService
from support.domain.errors import ClusterError, WaitTimeout
from support.domain.names import MachineName
from support.domain.source import POD_NETWORK, Place
from tests.adapters_mtv.test_mtv_inventory import Scripted

BASE = "/providers/openshift/uid-1"
NAME = MachineName("web1")
LISTED = [{"uid": "vm-1", "name": NAME, "namespace": "ours"}]
CLASSES = [[{"uid": "s-1", "name": "block"}, {"uid": "s-2", "name": "file"}]]
NETWORKS = [[{"uid": "n-1", "namespace": "ours", "name": "net"}, {"uid": "n-2", "namespace": "default", "name": "net"}]]
POD = {"name": "default", "pod": {}}
NEAR = {"name": "extra", "multus": {"networkName": "net"}}
FAR = {"name": "extra", "multus": {"networkName": "default/net"}}
ROOT = {"name": "root", "dataVolume": {"name": "web1"}}
DATA = {"name": "data", "persistentVolumeClaim": {"claimName": "web1-data"}}
CLOUD_INIT = {"name": "cloud", "cloudInitNoCloud": {"userData": "x"}}


def machine(*networks: Any, volumes: Any = (ROOT, CLOUD_INIT), **more: Any) -> dict[str, Any]:
    spec = {"networks": list(networks), "volumes": list(volumes)}
    return {**LISTED[0], "object": {"spec": {"template": {"spec": spec}}}, **more}


def claims(**classes: str | None) -> list[Any]:
    named = {name.replace("_", "-"): {"storageClassName": kind} if kind else {} for name, kind in classes.items()}
    return [{"uid": f"p-{name}", "name": name, "object": {"spec": spec}} for name, spec in named.items()]


def opened(collections: dict[str, list[Any]]) -> OpenshiftInventory:
    answers = {"storageclasses": CLASSES, "networkattachmentdefinitions": NETWORKS, **collections}
    api = Scripted({f"{BASE}/{path}": script for path, script in answers.items()})
    inventory = OpenshiftInventory(InventoryService(api, "openshift-mtv"), "ours", pause=0.01)
    inventory.open("uid-1", 5)
    return inventory


def test_a_machine_is_known_by_its_uid_once_its_claims_are_there_with_their_class() -> None:
    inventory = opened(
        {
            "vms": [[], LISTED],
            "vms/vm-1": [machine(POD)],
            "persistentvolumeclaims": [[], claims(web1=None), claims(web1="block")],
        }
    )
    assert inventory.await_machine(NAME, 5) == "vm-1"


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ({"vms": [[]]}, "last seen not there"),
        ({"vms": [LISTED], "vms/vm-1": [machine(POD)]}, "last seen 1 claims, 1 networks, claims web1 not there"),
        ({"vms": [LISTED], "vms/vm-1": [machine(POD, volumes=[CLOUD_INIT])]}, "last seen 0 claims, 1 networks,"),
        ({"vms": [LISTED], "vms/vm-1": [machine()]}, "last seen 1 claims, 0 networks"),
    ],
)
def test_a_machine_that_stays_incomplete_times_out_saying_what_is_missing(script: dict[str, Any], seen: str) -> None:
    with pytest.raises(WaitTimeout, match=seen):
        opened({"persistentvolumeclaims": [[]], **script}).await_machine(NAME, 0.05)


def test_networks_are_the_pod_s_and_definitions_by_full_name_in_nic_order() -> None:
    inventory = opened({"vms/vm-1": [machine(POD, NEAR)], "vms/vm-2": [machine(FAR, POD)]})
    assert inventory.networks_of(["vm-1", "vm-2"]) == (
        POD_NETWORK,
        Place(id="", name="ours/net"),
        Place(id="", name="default/net"),
    )


def test_stores_are_the_classes_of_the_claims_once_each() -> None:
    both = {"vms/vm-1": [machine(POD, volumes=[ROOT, DATA, CLOUD_INIT])]}
    same = opened({**both, "persistentvolumeclaims": [claims(web1="block", web1_data="block", other="file")]})
    assert same.stores_of(["vm-1"]) == (Place(id="", name="block"),)
    two = opened({**both, "persistentvolumeclaims": [claims(web1="file", web1_data="block")]})
    assert [each.name for each in two.stores_of(["vm-1"])] == ["file", "block"]


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ({"networkattachmentdefinitions": [[]]}, "refers to ours/net but"),
        ({"storageclasses": [[]]}, "refers to block but"),
        ({"persistentvolumeclaims": [[]]}, "refers to claim web1 but"),
    ],
)
def test_what_no_list_explains_is_an_error(script: dict[str, Any], what: str) -> None:
    inventory = opened({"vms/vm-1": [machine(NEAR)], "persistentvolumeclaims": [claims(web1="block")], **script})
    with pytest.raises(ClusterError, match=what):
        (inventory.networks_of(["vm-1"]), inventory.stores_of(["vm-1"]))


def test_addresses_are_those_of_the_running_instance() -> None:
    told = {"status": {"interfaces": [{"ipAddresses": ["192.0.2.1", "fe80::1"]}, {"name": "silent"}]}}
    inventory = opened({"vms/vm-1": [machine(POD), machine(POD, instance=told)]})
    inventory.await_addresses("vm-1", ["192.0.2.1"], 5)
