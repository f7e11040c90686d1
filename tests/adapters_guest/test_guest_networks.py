"""What guests of both families print about their networks, read per NIC."""

import json
from typing import Any

import pytest

from support.adapters.guest import ipconfig, iproute
from support.domain.machine import Address, IpOrigin, mac
from support.domain.target import GuestNic

WINDOWS = """\
Windows IP Configuration

   Host Name . . . . . . . . . . . . : WINLAB01
   Primary Dns Suffix  . . . . . . . :
   Node Type . . . . . . . . . . . . : Hybrid

Ethernet adapter Ethernet0 2:

   Connection-specific DNS Suffix  . :
   Description . . . . . . . . . . . : Red Hat VirtIO Ethernet Adapter
   Physical Address. . . . . . . . . : 00-50-56-AA-BB-02
   DHCP Enabled. . . . . . . . . . . : No
   Autoconfiguration Enabled . . . . : Yes
   Link-local IPv6 Address . . . . . : fe80::1c2d:3e4f:5061:7283%6(Preferred)
   IPv4 Address. . . . . . . . . . . : 192.0.2.41(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   IPv4 Address. . . . . . . . . . . : 192.0.2.42(Duplicate)
   Subnet Mask . . . . . . . . . . . : 255.255.0.0
   Default Gateway . . . . . . . . . : fe80::1%6
                                       192.0.2.1
   DNS Servers . . . . . . . . . . . : 198.51.100.53
                                       198.51.100.54
   NetBIOS over Tcpip. . . . . . . . : Enabled

Ethernet adapter Ethernet 3:

   Physical Address. . . . . . . . . : 00-50-56-AA-BB-03
   DHCP Enabled. . . . . . . . . . . : Yes
   IPv6 Address. . . . . . . . . . . : 2001:db8::7(Preferred)
   IPv4 Address. . . . . . . . . . . : 10.0.2.2(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Lease Obtained. . . . . . . . . . : Thursday, January 1, 2026 10:00:00 AM
   Default Gateway . . . . . . . . . : 10.0.2.1
   DHCP Server . . . . . . . . . . . : 10.0.2.1
   DNS Servers . . . . . . . . . . . : 172.30.0.10

Tunnel adapter isatap.{B2}:

   Media State . . . . . . . . . . . : Media disconnected
"""
SERVERS = ("198.51.100.53", "198.51.100.54")


def test_windows_tells_address_prefix_gateway_and_servers_per_adapter() -> None:
    first, second = ipconfig.nics(WINDOWS.replace("\n", "\r\n"))
    static = Address(address="192.0.2.41", prefix=24, origin=IpOrigin.STATIC, gateway="192.0.2.1", dns=SERVERS)
    assert first.mac == mac("00:50:56:aa:bb:02")
    assert first.addresses[0] == static
    assert second.mac == mac("00:50:56:aa:bb:03")
    leased = next(each for each in second.addresses if each.address == "10.0.2.2")
    assert (leased.origin, leased.prefix, leased.gateway, leased.dns) == (
        IpOrigin.DHCP,
        24,
        "10.0.2.1",
        ("172.30.0.10",),
    )


def test_an_address_in_conflict_is_told_with_its_state() -> None:
    first, _second = ipconfig.nics(WINDOWS)
    assert [(each.address, each.prefix) for each in first.addresses] == [
        ("192.0.2.41", 24),
        ("192.0.2.42 (duplicate)", 16),
    ]


def test_an_ipv6_address_has_neither_mask_nor_an_ipv4_gateway() -> None:
    (found,) = [each for each in ipconfig.nics(WINDOWS)[1].addresses if ":" in each.address]
    assert (found.address, found.prefix, found.gateway) == ("2001:db8::7", None, None)


@pytest.mark.parametrize("text", ["", "'ipconfig' is not recognized", "Carte Ethernet:\n\n   Adresse physique . : x"])
def test_a_text_that_is_no_ipconfig_tells_no_adapter(text: str) -> None:
    assert ipconfig.nics(text) == ()


def _addresses(**changes: Any) -> str:
    lo = {
        "ifname": "lo",
        "link_type": "loopback",
        "address": "00:00:00:00:00:00",
        "addr_info": [{"local": "127.0.0.1"}],
    }
    address = {
        "family": "inet",
        "local": "192.0.2.41",
        "prefixlen": 24,
        "scope": "global",
        "valid_life_time": 4294967295,
    }
    local = {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "scope": "link"}
    nic = {"ifname": "enp1s0", "address": "00:50:56:aa:bb:02", "addr_info": [{**address, **changes}, local]}
    return json.dumps([{}, lo, nic, {"ifname": "tun0", "addr_info": []}])


ROUTES = json.dumps(
    [
        {"dst": "default", "gateway": "192.0.2.9", "dev": "enp2s0"},
        {"dst": "default", "gateway": "192.0.2.1", "dev": "enp1s0", "protocol": "static", "metric": 100, "flags": []},
    ]
)


def test_linux_tells_address_prefix_gateway_and_servers_per_device() -> None:
    found = iproute.nics(_addresses(), [ROUTES, ""], {"enp1s0": SERVERS, "": ("192.0.2.99",)})
    static = Address(address="192.0.2.41", prefix=24, origin=IpOrigin.STATIC, gateway="192.0.2.1", dns=SERVERS)
    assert found == (GuestNic(mac=mac("00:50:56:aa:bb:02"), addresses=(static,)),)


def test_without_a_list_of_its_own_a_device_has_the_resolver_s_servers() -> None:
    ((address,),) = [each.addresses for each in iproute.nics(_addresses(), [ROUTES], {"": SERVERS})]
    assert address.dns == SERVERS


@pytest.mark.parametrize("change", [{"dynamic": True}, {"valid_life_time": 3422}])
def test_a_leased_address_is_known_by_its_flag_or_its_lifetime(change: dict[str, Any]) -> None:
    ((address,),) = [each.addresses for each in iproute.nics(_addresses(**change), [], {})]
    assert (address.origin, address.gateway, address.dns) == (IpOrigin.DHCP, None, ())


def test_what_is_no_json_is_an_error() -> None:
    with pytest.raises(ValueError, match="Extra data"):
        iproute.nics("1: lo: <LOOPBACK>", [], {})


def test_connections_are_found_by_device_whatever_their_name() -> None:
    text = "System eth0:5fb0:802-3-ethernet:enp1s0\nlab\\: two:77aa:802-3-ethernet:enp2s0\nodd:line\nwg:1:wireguard:\n"
    assert iproute.connections(text) == {"enp1s0": "5fb0", "enp2s0": "77aa"}


def test_name_servers_are_read_from_both_places() -> None:
    assert iproute.servers("198.51.100.53,198.51.100.54\n") == SERVERS
    assert iproute.servers("198.51.100.53 | 198.51.100.54\n") == SERVERS
    assert iproute.resolver("# made\nsearch lab\nnameserver 198.51.100.53\nnameserver 198.51.100.54\n") == SERVERS
