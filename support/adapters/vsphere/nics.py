"""Network cards with their networks and what the guest says about them; pure translation."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.adapters.vsphere.sdk import vim
from support.domain.machine import Address, IpOrigin, mac
from support.domain.source import Place, SourceNic

_Card = vim.vm.device.VirtualEthernetCard
_ORIGINS = {"manual": IpOrigin.STATIC, "dhcp": IpOrigin.DHCP}
_DEFAULT_ROUTES = frozenset({"0.0.0.0", "::"})  # noqa: S104 - a route, not an address to listen on


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks a machine may be attached to: by id, by port group key, by opaque network id."""

    by_id: dict[str, Place] = field(default_factory=dict)
    by_portgroup: dict[str, Place] = field(default_factory=dict)
    by_opaque: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuestNetwork:
    """`guest.net` and `guest.ipStack`, empty while the machine is off."""

    net: Sequence[Any] = ()
    stacks: Sequence[Any] = ()


def cards(devices: Iterable[Any]) -> list[Any]:
    """Network card devices in device order."""
    return [each for each in devices if isinstance(each, _Card)]


def nics_of(devices: Iterable[Any], networks: Networks, guest: GuestNetwork) -> tuple[SourceNic, ...]:
    """One NIC per card, each with the addresses its guest reports."""
    return tuple(
        SourceNic(
            label=card.deviceInfo.label if card.deviceInfo else f"card {card.key}",
            mac=mac(card.macAddress or ""),
            network=network_of(card.backing, networks),
            connected=is_connected(card),
            addresses=addresses_of(card, guest),
        )
        for card in cards(devices)
    )


def is_connected(card: Any) -> bool:
    """Plugged in: now if the machine runs, else when it starts."""
    plug = card.connectable
    return plug is None or bool(plug.connected or plug.startConnected)


def network_of(backing: Any, networks: Networks) -> Place:
    """The network by the kind of backing; an unresolvable one keeps the key it names (facts, sources 1.7)."""
    if isinstance(backing, _Card.DistributedVirtualPortBackingInfo):
        key = backing.port.portgroupKey or ""
        return networks.by_portgroup.get(key, Place(id=key, name=key))
    if isinstance(backing, _Card.OpaqueNetworkBackingInfo):
        key = backing.opaqueNetworkId or ""
        return networks.by_opaque.get(key, Place(id=key, name=key))
    if isinstance(backing, _Card.NetworkBackingInfo):
        ref, name = backing.network, backing.deviceName or ""
        key = ref._moId if ref is not None else ""
        return networks.by_id.get(key, Place(id=key, name=name))
    return Place(id="", name="")


def addresses_of(card: Any, guest: GuestNetwork) -> tuple[Address, ...]:
    """Addresses of one card without link-local ones, with gateway and DNS servers."""
    for index, reported in enumerate(guest.net):
        if _is_same(card, reported):
            return tuple(_addresses(reported, str(index), guest.stacks))
    return ()


def _is_same(card: Any, reported: Any) -> bool:
    """By device key; -1 means that vCenter could not match it, then by MAC."""
    if reported.deviceConfigId is not None and reported.deviceConfigId >= 0:
        return bool(reported.deviceConfigId == card.key)
    return bool(card.macAddress and reported.macAddress and mac(reported.macAddress) == mac(card.macAddress))


def _addresses(reported: Any, device: str, stacks: Sequence[Any]) -> Iterable[Address]:
    dns = _dns(reported, stacks)
    if reported.ipConfig is None:
        # Old tools send bare addresses without prefix and origin.
        for text in reported.ipAddress or ():
            if not _is_link_local(text):
                yield Address(address=text, gateway=_gateway(text, device, stacks), dns=dns)
        return
    for entry in reported.ipConfig.ipAddress or ():
        if not _is_link_local(entry.ipAddress):
            yield Address(
                address=entry.ipAddress,
                prefix=entry.prefixLength,
                origin=_origin(entry.origin),
                gateway=_gateway(entry.ipAddress, device, stacks),
                dns=dns,
            )


def _origin(text: str | None) -> IpOrigin:
    return _ORIGINS.get(text, IpOrigin.OTHER) if text else IpOrigin.UNKNOWN


def _is_link_local(text: str) -> bool:
    return ipaddress.ip_address(text).is_link_local


def _gateway(address: str, device: str, stacks: Sequence[Any]) -> str | None:
    """Of the default route of the address's family; routes name the NIC by its index in `guest.net`, as text."""
    for route in _routes(stacks):
        gateway = route.gateway
        is_default = route.network in _DEFAULT_ROUTES and not route.prefixLength
        same_family = (":" in route.network) == (":" in address)
        if is_default and same_family and gateway.ipAddress and gateway.device in (device, None):
            return str(gateway.ipAddress)
    return None


def _routes(stacks: Sequence[Any]) -> Iterable[Any]:
    for stack in stacks:
        if stack.ipRouteConfig is not None:
            yield from stack.ipRouteConfig.ipRoute or ()


def _dns(reported: Any, stacks: Sequence[Any]) -> tuple[str, ...]:
    """Of the NIC itself; guests with one resolver for all report it on the stack only."""
    configs = [reported.dnsConfig, *(stack.dnsConfig for stack in stacks)]
    return next((tuple(each.ipAddress) for each in configs if each is not None and each.ipAddress), ())
