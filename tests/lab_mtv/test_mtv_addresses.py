"""A guest's addresses arrive as the Plan has it (facts/forklift.md 3.8)."""

from typing import Any

import pytest

from lab.guests.system import on_destination
from lab.inventory.sight import sight_of
from lab.inventory.vsphere.machines import machine_record
from lab.mtv.static_addresses import listed
from lab.world.model import Guest, GuestAddress, RunningGuest
from lab.world.physics import power_off
from tests.lab_mtv.scene import TARGET, Desk, Product, ended, has

Object = dict[str, Any]
WINDOWS, LINUX = "mtv-win2019-3disks", "mtv-rhel9-static-2nics"
NETWORKS = (
    {"source": {"name": "VM Network"}, "destination": {"type": "pod"}},
    {"source": {"name": "dvs-vlan-100"}, "destination": {"type": "ignored"}},
)


def seen_once(desk: Desk, name: str) -> None:
    """The machine was up long enough for its tools to tell MTV's inventory what they know, and is off again."""
    desk.product.on_loop(lambda: sight_of(desk.product.lab))
    desk.switch_on(name)
    desk.product.on_loop(lambda: power_off(desk.product.lab, desk.machine(name)))
    desk.product.pause(10)


def moved(desk: Desk, product: Product, name: str, **spec: Any) -> Guest:
    """The guest as it arrived; it has not been started."""
    desk.providers()
    desk.maps(*NETWORKS)
    desk.plan(name, targetPowerState="off", **spec)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    guests = [volume.guest for volume in product.world.volumes.values() if volume.source_machine]
    (guest,) = [guest for guest in guests if guest is not None]
    return guest


def running(guest: Guest) -> RunningGuest:
    nics = tuple((address.mac, "bridge") for address in guest.addresses)
    return RunningGuest(guest=guest, namespace=TARGET, machine="m", nics=nics)


@pytest.mark.parametrize("name", [WINDOWS, LINUX])
def test_a_plan_that_keeps_static_addresses_keeps_all_of_them(desk: Desk, product: Product, name: str) -> None:
    before = list(desk.machine(name).guest.addresses)
    seen_once(desk, name)
    assert moved(desk, product, name, preserveStaticIPs=True).addresses == before


@pytest.mark.parametrize("name", [WINDOWS, LINUX])
def test_without_it_each_static_address_becomes_another_that_is_leased(desk: Desk, product: Product, name: str) -> None:
    before = {address.mac: address for address in desk.machine(name).guest.addresses}
    seen_once(desk, name)
    guest = moved(desk, product, name, preserveStaticIPs=False)
    assert not any(address.static for address in guest.addresses)
    for address in guest.addresses:
        assert (address.address == before[address.mac].address) is not before[address.mac].static
    assert not any(nic.static for nic in on_destination(running(guest)).adapters)


def test_addresses_that_nobody_ever_told_cannot_be_kept(desk: Desk, product: Product) -> None:
    assert not any(address.static for address in moved(desk, product, WINDOWS, preserveStaticIPs=True).addresses)


@pytest.mark.parametrize("told", [True, False])
def test_a_plan_warns_of_addresses_that_nobody_ever_told(desk: Desk, product: Product, told: bool) -> None:
    if told:
        seen_once(desk, WINDOWS)
    desk.providers()
    desk.maps(*NETWORKS)
    desk.plan(WINDOWS)
    assert has(product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1], "VMMissingGuestIPs") is not told


def test_the_inventory_remembers_addresses_of_a_machine_that_went_down(desk: Desk, product: Product) -> None:
    sight = product.on_loop(lambda: sight_of(product.lab))
    identity = desk.machine(WINDOWS).id

    def known() -> Object:
        return dict(machine_record(product.lab, sight.machines[identity]).body)

    assert known()["guestNetworks"] is None
    seen_once(desk, WINDOWS)
    (network,) = known()["guestNetworks"]
    address = desk.machine(WINDOWS).guest.addresses[0]
    assert (network["ip"], network["origin"], network["prefix"]) == (address.address, "manual", 24)
    assert network["dns"] == list(address.dns)
    assert known()["guestIpStacks"][0]["gateway"] == address.gateway
    assert known()["powerState"] == "poweredOff"


def test_the_list_for_virt_v2v_has_forklifts_form() -> None:
    by_hand = GuestAddress(mac="a", address="1.2.3.4", prefix=24, gateway="1.2.3.1", dns=("9.9.9.9", "8.8.8.8"))
    by_hand.static = True
    leased = GuestAddress(mac="b", address="1.2.3.5", prefix=16)
    assert listed("windows", [by_hand, leased]) == "a:ip:1.2.3.4,1.2.3.1,24,9.9.9.9,8.8.8.8"
    assert listed("linux", [leased, by_hand]) == "b:ip:1.2.3.5,,16_a:ip:1.2.3.4,1.2.3.1,24,9.9.9.9,8.8.8.8"


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"defect": f"{family}-{name}"}, changed)
        for family in ("windows", "linux")
        for name, changed in (
            ("address-leased", {"address", "static"}),
            ("address-changed", {"address"}),
            ("prefix-changed", {"prefix"}),
            ("gateway-lost", {"gateway"}),
            ("dns-lost", {"dns"}),
        )
    ],
    ids=lambda it: it["defect"] if isinstance(it, dict) else "",
)
def test_each_defect_changes_one_setting_of_static_addresses_only(
    desk: Desk, product: Product, options: dict[str, str], changed: set[str]
) -> None:
    name = WINDOWS if options["defect"].startswith("windows") else LINUX
    before = list(desk.machine(name).guest.addresses)
    seen_once(desk, name)
    after = moved(desk, product, name).addresses
    for was, now in zip(before, after, strict=True):
        differs = {each for each in GuestAddress.__slots__ if getattr(was, each) != getattr(now, each)}
        assert differs == (changed if was.static else set())
