"""NICs with the networks behind their vNIC profiles, and the addresses a guest reports; pure translation."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from support.domain.machine import Address, Mac, mac
from support.domain.source import Place, SourceNic

Profiles = Mapping[str, Place]
"""Id of a vNIC profile -> its network."""

_NOWHERE = Place(id="", name="")


def nics_of(nics: Iterable[Any], profiles: Profiles, reported: Iterable[Any]) -> tuple[SourceNic, ...]:
    """In the engine's order; a template's have no MAC, and one on the empty network has no profile."""
    addresses = _by_mac(reported)
    return tuple(_nic(each, profiles, addresses) for each in nics)


def _nic(nic: Any, profiles: Profiles, addresses: Mapping[Mac, tuple[Address, ...]]) -> SourceNic:
    own = mac(nic.mac.address or "") if nic.mac is not None else mac("")
    return SourceNic(
        label=nic.name,
        mac=own,
        network=_network(nic.vnic_profile, profiles),
        # What the engine leaves out is as it is made: plugged and linked.
        connected=nic.plugged is not False and nic.linked is not False,
        addresses=addresses.get(own, ()) if own else (),
    )


def _network(profile: Any, profiles: Profiles) -> Place:
    """An account may see a NIC and not its profile; then the key it names is all there is to tell."""
    if profile is None or not profile.id:
        return _NOWHERE
    return profiles.get(profile.id, Place(id=profile.id, name=profile.name or profile.id))


def _by_mac(reported: Iterable[Any]) -> dict[Mac, tuple[Address, ...]]:
    return {mac(each.mac.address): tuple(_addresses(each)) for each in reported if each.mac and each.mac.address}


def _addresses(device: Any) -> Iterator[Address]:
    """The agent tells neither prefix nor origin."""
    for each in device.ips or ():
        if each.address and not ipaddress.ip_address(each.address).is_link_local:
            yield Address(address=each.address)
