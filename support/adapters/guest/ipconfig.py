"""What Windows says about its network: the text of `ipconfig /all` (openshift.md 6.2)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from support.domain.machine import Address, IpOrigin, mac
from support.domain.target import GuestNic

COMMAND = "ipconfig /all"

_LABEL = re.compile(r"^ {1,8}(?P<label>[^ :.][^:]*?)(?: \.|\.)[ .]*: ?(?P<value>.*)$")
_CONTINUED = re.compile(r"^ {9,}(?P<value>\S.*)$")
_STATE = re.compile(r"^(?P<address>[^(%\s]+)(?:%\w+)?(?:\((?P<state>\w+)\))?$")
_MAC, _LEASED, _MASK = "Physical Address", "DHCP Enabled", "Subnet Mask"
_GATEWAY, _DNS = "Default Gateway", "DNS Servers"
_ADDRESSES = ("IPv4 Address", "IPv6 Address", "Autoconfiguration IPv4 Address")

Lines = Sequence[tuple[str, str]]
"""Labels and values of one adapter in order; a value that goes on in the next line has its label again."""


def nics(text: str) -> tuple[GuestNic, ...]:
    """Adapters that have a MAC, whatever Windows calls them: names change with the hardware."""
    return tuple(GuestNic(mac=mac(adapter.one(_MAC)), addresses=_addresses(adapter)) for adapter in _adapters(text))


@dataclass(slots=True)
class _Adapter:
    lines: list[tuple[str, str]] = field(default_factory=list)

    def all(self, label: str) -> list[str]:
        return [value for name, value in self.lines if name == label and value]

    def one(self, label: str) -> str:
        return next(iter(self.all(label)), "")


def _adapters(text: str) -> list[_Adapter]:
    found: list[_Adapter] = []
    label = ""
    for line in text.replace("\r", "").split("\n"):
        if line and not line.startswith(" "):
            found.append(_Adapter())
        elif found and (named := _LABEL.match(line)):
            label = named["label"].strip()
            found[-1].lines.append((label, named["value"].strip()))
        elif found and label and (more := _CONTINUED.match(line)):
            found[-1].lines.append((label, more["value"].strip()))
    return [adapter for adapter in found if adapter.one(_MAC)]


def _addresses(adapter: _Adapter) -> tuple[Address, ...]:
    origin = {"Yes": IpOrigin.DHCP, "No": IpOrigin.STATIC}.get(adapter.one(_LEASED), IpOrigin.UNKNOWN)
    dns = tuple(value.partition("%")[0] for value in adapter.all(_DNS))
    return tuple(
        Address(
            address=text,
            prefix=prefix,
            origin=origin if ":" not in text else IpOrigin.UNKNOWN,
            gateway=_gateway(text, adapter.all(_GATEWAY)),
            dns=dns,
        )
        for text, prefix in _with_prefix(adapter.lines)
    )


def _with_prefix(lines: Lines) -> Iterator[tuple[str, int | None]]:
    """An address is followed by its own mask."""
    for index, (label, value) in enumerate(lines):
        text = _usable(value) if label in _ADDRESSES else ""
        if text:
            after = lines[index + 1] if index + 1 < len(lines) else ("", "")
            yield text, _prefix(after[1]) if after[0] == _MASK else None


def _usable(value: str) -> str:
    """The address; one that is not in use (yet) is told with its state, so that nobody takes it for working."""
    found = _STATE.match(value)
    if found is None:
        return ""
    state = found["state"] or "Preferred"
    return found["address"] if state == "Preferred" else f"{found['address']} ({state.lower()})"


def _prefix(mask: str) -> int | None:
    try:
        return ip_network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        return None


def _gateway(address: str, gateways: Sequence[str]) -> str | None:
    """Of the address's own family; Windows lists both kinds together."""
    plain = [each.partition("%")[0] for each in gateways]
    return next((each for each in plain if (":" in each) == (":" in address) and _is_address(each)), None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
