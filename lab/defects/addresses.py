"""The guest arrives with another network configuration than somebody had given it by hand, on either family."""

from collections.abc import Callable
from dataclasses import replace

from lab.defects.model import Defect
from lab.world.model import Guest, GuestAddress
from lab.world.physics import lease

Edit = Callable[[GuestAddress], GuestAddress]


def _leased(address: GuestAddress) -> GuestAddress:
    return replace(address, static=False, address=lease(address.address, address.mac))


def _changed(address: GuestAddress) -> GuestAddress:
    return replace(address, address=f"{address.address.rpartition('.')[0]}.250")


def _widened(address: GuestAddress) -> GuestAddress:
    return replace(address, prefix=address.prefix - 8)


def _without_gateway(address: GuestAddress) -> GuestAddress:
    return replace(address, gateway=None)


def _without_servers(address: GuestAddress) -> GuestAddress:
    return replace(address, dns=())


_EDITS: tuple[tuple[str, str, Edit], ...] = (
    ("address-leased", "static addresses are gone, the NIC leases one", _leased),
    ("address-changed", "static addresses arrive as other static addresses", _changed),
    ("prefix-changed", "static addresses get another prefix", _widened),
    ("gateway-lost", "the gateway of static addresses is gone", _without_gateway),
    ("dns-lost", "the name servers of static addresses are gone", _without_servers),
)


def _of(family: str, edit: Edit) -> Callable[[Guest], None]:
    """Static addresses of guests of a family; others stay."""

    def change(guest: Guest) -> None:
        if guest.family == family:
            guest.addresses = [edit(address) if address.static else address for address in guest.addresses]

    return change


ENTRIES = tuple(
    Defect(name=f"{family}-{name}", tells=tells, guest=_of(family, edit))
    for family in ("windows", "linux")
    for name, tells, edit in _EDITS
)
