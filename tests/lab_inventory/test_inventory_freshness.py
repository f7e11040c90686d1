"""The inventory trails the estate by seconds and says so (facts/forklift.md 5.9, 9.3.14)."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from lab.inventory.sight import VALIDATION_SECONDS, sight_of
from lab.world import physics, snapshots
from lab.world.model import Machine

Inventory = Any


def within(seconds: float, holds: Callable[[], bool]) -> None:
    """Look again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not come to hold"
        time.sleep(0.01)


def clone(inventory: Inventory, name: str) -> Machine:
    """A machine that appears in the estate now, and nowhere else in the same moment."""

    def make() -> Machine:
        world = inventory.lab.world
        machine = physics.copy_machine(world, world.machines["vm-101"], name)
        world.machines[machine.id] = machine
        world.touch(machine)
        assert sight_of(inventory.lab).machine(machine.id) is None
        return machine

    made: Machine = inventory.on_loop(make)
    return made


def test_a_new_machine_appears_after_a_moment_and_its_concerns_later(inventory: Inventory) -> None:
    begin = time.monotonic()
    clone(inventory, "appears")
    within(5, lambda: bool(inventory.vsphere("vms?name=appears")))
    assert time.monotonic() - begin >= inventory.lab.clock.scaled(sight_of(inventory.lab).source.lag)
    (first,) = inventory.vsphere("vms?name=appears")
    if first["revisionValidated"] < first["revision"]:
        assert first["concerns"] is None
    within(5, lambda: inventory.vsphere("vms?name=appears")[0]["revisionValidated"] == 1)
    assert inventory.vsphere("vms?name=appears")[0]["concerns"]


def test_a_removed_machine_is_still_shown_for_a_moment(inventory: Inventory) -> None:
    machine = clone(inventory, "vanishes")
    within(5, lambda: bool(inventory.vsphere("vms?name=vanishes")))

    def remove() -> None:
        inventory.lab.world.machines.pop(machine.id)
        inventory.lab.world.touch(machine)
        assert sight_of(inventory.lab).machine(machine.id) is not None

    inventory.on_loop(remove)
    within(5, lambda: not inventory.vsphere("vms?name=vanishes"))


def test_every_change_raises_the_revision(inventory: Inventory) -> None:
    machine = clone(inventory, "changes")
    within(5, lambda: bool(inventory.vsphere("vms?name=changes")))
    inventory.on_loop(lambda: physics.power_on(inventory.lab, machine))
    within(5, lambda: inventory.vsphere(f"vms/{machine.id}")["powerState"] == "poweredOn")
    within(5, lambda: bool(inventory.vsphere(f"vms/{machine.id}")["guestNetworks"]))
    shown = inventory.vsphere(f"vms/{machine.id}")
    assert shown["revision"] >= 3
    (network,) = shown["guestNetworks"]
    assert set(network) == {"device", "deviceConfigId", "mac", "ip", "origin", "prefix", "dns", "network"}
    assert shown["guestIpStacks"][0]["gateway"] == "192.168.10.1"
    assert (shown["hostName"], shown["toolsStatus"]) == ("mtv-rhel8", "toolsOk")


def test_a_touch_that_changed_nothing_is_no_revision(inventory: Inventory) -> None:
    before = inventory.vsphere("vms/vm-102")["revision"]
    inventory.on_loop(lambda: inventory.lab.world.touch(inventory.lab.world.machines["vm-102"]))
    time.sleep(2 * inventory.lab.clock.scaled(sight_of(inventory.lab).source.lag + VALIDATION_SECONDS))
    assert inventory.vsphere("vms/vm-102")["revision"] == before


def test_a_change_that_nobody_named_is_found(inventory: Inventory) -> None:
    def change() -> None:
        inventory.lab.world.machines["vm-103"].annotation = "changed"
        inventory.lab.world.touch()

    before = inventory.vsphere("vms/vm-103")["revision"]
    inventory.on_loop(change)
    within(5, lambda: inventory.vsphere("vms/vm-103")["revision"] == before + 1)


def test_a_snapshot_is_shown_with_the_layer_below_each_disk(inventory: Inventory) -> None:
    machine = clone(inventory, "frozen")
    base = machine.disks[0].file
    inventory.on_loop(lambda: snapshots.take(inventory.lab.world, machine, "before"))
    within(5, lambda: bool(inventory.vsphere("vms?name=frozen")))
    (shown,) = inventory.vsphere("vms?name=frozen")
    assert shown["snapshot"] == {"kind": "VirtualMachineSnapshot", "id": machine.snapshots[0].moref}
    assert shown["disks"][0]["parent"] == base


def test_plan_validation_sees_what_the_inventory_sees(inventory: Inventory) -> None:
    sight = sight_of(inventory.lab)
    assert sight is sight_of(inventory.lab)
    machine = clone(inventory, "planned")
    assert inventory.on_loop(lambda: sight.machine(machine.id)) is None
    within(5, lambda: inventory.on_loop(lambda: sight.machine("planned")) is not None)
    assert inventory.on_loop(lambda: sight.machine(machine.id)) == machine


def test_an_ambiguous_name_is_no_machine(inventory: Inventory) -> None:
    clone(inventory, "twin")
    clone(inventory, "twin")
    sight = sight_of(inventory.lab)
    within(5, lambda: len(inventory.on_loop(lambda: sight.machines_named("twin"))) == 2)
    assert inventory.on_loop(lambda: sight.machine("twin")) is None


def test_the_lag_is_emulated_work_of_the_machine(inventory: Inventory) -> None:
    machine = clone(inventory, "spanned")
    within(5, lambda: bool(inventory.vsphere("vms?name=spanned")))
    spans = [span for span in inventory.lab.clock.spans if span.owner == machine.id]
    assert [span.what for span in spans] == ["inventory lag"]


@pytest.mark.parametrize("ref", ["network-21", "VM Network"])
def test_estate_objects_are_found_by_id_or_name(inventory: Inventory, ref: str) -> None:
    found = sight_of(inventory.lab).network(ref)
    assert found is not None
    assert found.id == "network-21"


def test_a_stopped_sight_learns_nothing_more(inventory: Inventory) -> None:
    async def stopped() -> bool:
        sight = sight_of(inventory.lab)
        world = inventory.lab.world
        world.machines["vm-104"].annotation = "too late"
        world.touch(world.machines["vm-104"])
        sight.stop()
        await asyncio.sleep(2 * inventory.lab.clock.scaled(sight_of(inventory.lab).source.lag))
        seen = sight.machine("vm-104")
        return seen is not None and seen.annotation != "too late"

    assert inventory.wait_for(stopped())
