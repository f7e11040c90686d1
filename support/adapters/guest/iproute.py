"""What Linux says about its network: iproute2's JSON, and the name servers of NetworkManager or the resolver."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from support.domain.machine import Address, IpOrigin, mac
from support.domain.target import GuestNic

ADDRESSES = "ip -j addr show"
ROUTES = ("ip -j route show default", "ip -j -6 route show default")
CONNECTIONS = "nmcli -t -f NAME,UUID,TYPE,DEVICE con show --active"
RESOLVER = "cat /etc/resolv.conf"

_FOR_EVER = 4294967295
"""Lifetime of an address that nobody leased (openshift.md 6.3)."""

Entry = Mapping[str, Any]


def name_servers_of(connection: str) -> str:
    """Command that tells the servers of one connection of NetworkManager, by its uuid."""
    return f"nmcli -g ipv4.dns con show {connection}"


def connections(text: str) -> dict[str, str]:
    """Connection uuid by device; colons inside a name are escaped."""
    fields = (line.replace(r"\:", " ").split(":") for line in text.splitlines())
    return {each[3]: each[1] for each in fields if len(each) == 4 and each[3]}


def servers(text: str) -> tuple[str, ...]:
    """Servers of one connection, separated by commas or blanks."""
    return tuple(text.replace(",", " ").replace("|", " ").split())


def resolver(text: str) -> tuple[str, ...]:
    lines = (line.split() for line in text.splitlines())
    return tuple(words[1] for words in lines if len(words) > 1 and words[0] == "nameserver")


def nics(addresses: str, routes: Sequence[str], dns: Mapping[str, tuple[str, ...]]) -> tuple[GuestNic, ...]:
    """NICs that have a MAC; `dns` by device, "" for all others. Raises ValueError for what is no JSON."""
    links = [each for each in _entries(addresses) if each.get("address") and each.get("link_type") != "loopback"]
    gateways = [route for text in routes for route in _entries(text)]
    return tuple(
        GuestNic(
            mac=mac(str(link["address"])),
            addresses=tuple(_addresses(link, gateways, dns.get(str(link["ifname"]), dns.get("", ())))),
        )
        for link in links
    )


def _entries(text: str) -> list[Entry]:
    """iproute2 before 5 leaves empty objects in its lists; no route at all is no text at all."""
    found = json.loads(text) if text.strip() else []
    return [each for each in found if isinstance(each, dict) and each]


def _addresses(link: Entry, routes: Sequence[Entry], dns: tuple[str, ...]) -> Iterator[Address]:
    for each in link.get("addr_info") or ():
        if each.get("scope") == "link" or "local" not in each:
            continue
        leased = each.get("dynamic") is True or each.get("valid_life_time", _FOR_EVER) != _FOR_EVER
        text = str(each["local"])
        yield Address(
            address=text,
            prefix=each.get("prefixlen"),
            origin=IpOrigin.DHCP if leased else IpOrigin.STATIC,
            gateway=_gateway(text, str(link.get("ifname")), routes),
            dns=dns,
        )


def _gateway(address: str, device: str, routes: Sequence[Entry]) -> str | None:
    for route in routes:
        gateway = str(route.get("gateway") or "")
        if gateway and route.get("dev") == device and (":" in gateway) == (":" in address):
            return gateway
    return None
