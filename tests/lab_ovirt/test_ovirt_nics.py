"""Adding, moving and removing NICs (checklist oVirt 6)."""

from typing import Any

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"


def service(client: Conversation) -> Any:
    return client.vm(NAME).nics_service()


def nic(client: Conversation, profile: str = "vlan-100", **more: Any) -> Any:
    found = next(each for each in client.system.vnic_profiles_service().list() if each.name == profile)
    return client.types.Nic(**{"name": "nic2", "vnic_profile": client.types.VnicProfile(id=found.id), **more})


def networks(client: Conversation) -> list[str]:
    vm = client.vm(NAME).get(follow="nics.vnic_profile.network")
    return [each.vnic_profile.network.name for each in vm.nics]


def test_an_added_nic_is_on_the_network_of_its_profile(client: Conversation) -> None:
    added = service(client).add(nic(client))
    assert added.mac.address.startswith("56:6f:")
    assert networks(client) == ["ovirtmgmt", "vlan-100"]
    assert client.codes()[-1] == 932


def test_an_address_that_is_asked_for_is_kept(client: Conversation) -> None:
    added = service(client).add(nic(client, mac=client.types.Mac(address="56:6F:00:00:00:01")))
    assert added.mac.address == "56:6f:00:00:00:01"


def test_an_address_is_given_once(engine: RunningEngine, client: Conversation) -> None:
    taken = engine.machine(NAME).nics[0].mac
    with pytest.raises(client.sdk.Error, match=f"MAC Address {taken} is already in use") as refusal:
        service(client).add(nic(client, mac=client.types.Mac(address=taken)))
    assert refusal.value.code == 409


def test_a_name_is_used_once_per_machine(client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="interface name is already in use"):
        service(client).add(nic(client, name="nic1"))


def test_a_nic_moves_to_another_network_and_keeps_its_address(client: Conversation) -> None:
    (first,) = service(client).list()
    wanted = client.types.Nic(vnic_profile=nic(client, "backend").vnic_profile)
    moved = service(client).nic_service(first.id).update(wanted)
    assert moved.mac.address == first.mac.address
    assert networks(client) == ["backend"]


def test_a_nic_may_be_on_no_network(client: Conversation) -> None:
    added = service(client).add(client.types.Nic(name="nic2"))
    assert added.vnic_profile is None


def test_a_removed_nic_is_gone(client: Conversation) -> None:
    (first,) = service(client).list()
    service(client).nic_service(first.id).remove()
    assert service(client).list() == []
    assert client.codes()[-1] == 930


def test_a_plugged_nic_of_a_running_machine_stays(engine: RunningEngine, client: Conversation) -> None:
    client.vm(NAME).start()
    engine.settle()
    (first,) = service(client).list()
    with pytest.raises(client.sdk.Error, match="is plugged to a running VM"):
        service(client).nic_service(first.id).remove()


def test_an_added_nic_gets_a_leased_address(engine: RunningEngine, client: Conversation) -> None:
    added = service(client).add(nic(client))
    client.vm(NAME).start()
    engine.boot(NAME)
    reported = {each.mac.address: each.ips[0].address for each in client.vm(NAME).reported_devices_service().list()}
    assert reported[added.mac.address].startswith("192.168.12.")
