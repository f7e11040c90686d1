"""A guest's addresses on their way through a conversion (facts/forklift.md 3.8)."""

from collections.abc import Sequence
from dataclasses import replace

from lab.world.model import Guest, GuestAddress
from lab.world.physics import copy_guest, lease

VARIABLE = "V2V_staticIPs"
"""Environment variable of the conversion pod that has the list."""


def listed(family: str, told: Sequence[GuestAddress]) -> str:
    """`MAC:ip:ADDRESS,GATEWAY,PREFIX,DNS,...` joined by underscores: Windows' own settings, of Linux all addresses."""
    shown = [address for address in told if address.static or family != "windows"]
    return "_".join(_entry(address) for address in shown)


def _entry(address: GuestAddress) -> str:
    settings = [address.address, address.gateway or "", str(address.prefix), *address.dns]
    return f"{address.mac}:ip:{','.join(settings)}"


def arrived(guest: Guest, text: str) -> Guest:
    """The guest on new hardware: a NIC that is not on the list has lost its settings and leases an address.

    Windows gets its settings from the list; a Linux guest has its own, since virt-v2v keeps the names of its NICs.
    """
    copy = copy_guest(guest)
    known = dict(_parsed(entry) for entry in text.split("_") if entry)
    copy.addresses = [_settled(guest, address, known.get(address.mac)) for address in copy.addresses]
    return copy


def _parsed(entry: str) -> tuple[str, GuestAddress]:
    mac, _, settings = entry.partition(":ip:")
    address, gateway, prefix, *dns = settings.split(",")
    made = GuestAddress(
        mac=mac, address=address, prefix=int(prefix), gateway=gateway or None, dns=tuple(dns), static=True
    )
    return mac, made


def _settled(guest: Guest, before: GuestAddress, given: GuestAddress | None) -> GuestAddress:
    if given is not None:
        return given if guest.family == "windows" else before
    return replace(before, static=False, address=lease(before.address, before.mac)) if before.static else before
