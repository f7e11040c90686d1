"""What MTV tells of a share's appliances is what the suite needs, and telling it changes nothing."""

from dataclasses import replace

import pytest

from support.domain.errors import MachineNotFound
from support.domain.machine import MIB, Power
from support.domain.names import MachineName
from support.domain.source import ProviderKind
from tests.contracts.ova.conftest import SECONDS, Share

pytestmark = pytest.mark.contract


def test_an_appliance_is_found_and_described_whole(share: Share) -> None:
    machine = share.platform.describe(share.platform.find(share.place.appliance))
    assert (machine.kind, machine.name, machine.power) == (ProviderKind.OVA, share.place.appliance, Power.OFF)
    assert machine.uuid
    assert machine.cpu.total >= 1
    assert machine.memory >= MIB
    assert machine.nics
    assert all(nic.label and nic.network.id and nic.network.name for nic in machine.nics)
    assert machine.disks
    assert [disk.index for disk in machine.disks] == list(range(len(machine.disks)))
    assert all(disk.size >= MIB and disk.store.id and "::" in disk.identity for disk in machine.disks)


def test_the_inventory_of_maps_and_plans_is_of_the_same_appliance(share: Share) -> None:
    identity = share.platform.find(share.place.appliance)
    assert share.inventory.await_machine(share.place.appliance, SECONDS) == identity
    machine = share.platform.describe(identity)
    used = tuple(dict.fromkeys(nic.network for nic in machine.nics))
    assert share.inventory.networks_of([identity])[: len(used)] == used
    assert [store.id for store in share.inventory.stores_of([identity])] == [disk.store.id for disk in machine.disks]


def test_reading_an_appliance_does_not_change_it(share: Share) -> None:
    identity = share.platform.find(share.place.appliance)
    first, second = share.platform.describe(identity), share.platform.describe(identity)
    assert replace(first, captured_at=second.captured_at) == second


def test_an_unknown_appliance_is_answered_with_near_names(share: Share) -> None:
    with pytest.raises(MachineNotFound, match=f"near names: .*{share.place.appliance}"):
        share.platform.find(MachineName(f"{share.place.appliance}x"))


def test_an_id_that_is_on_no_share_is_gone(share: Share) -> None:
    with pytest.raises(MachineNotFound, match="no longer on the share"):
        share.platform.describe("11111111-2222-3333-4444-555555555555")
