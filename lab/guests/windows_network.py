"""What a Windows guest tells about its network: `ipconfig` and the rows of PowerShell (facts/openshift.md 6.2)."""

from ipaddress import IPv4Interface

from lab.guests.system import Adapter, System

Rows = list[dict[str, object]]


def network_rows(system: System, *, loopback: bool) -> dict[str, Rows]:
    """By cmdlet, in lower case."""
    nics = system.adapters
    own: Rows = [_net_address(1, "Loopback Pseudo-Interface 1", "127.0.0.1", 8, "WellKnown")] if loopback else []
    return {
        "get-netipaddress": [*(row for nic in nics for row in _addresses(nic)), *own],
        "get-netadapter": [_adapter(nic) for nic in nics],
        "get-netroute": [_default_route(nic) for nic in nics if nic.address and nic.address.gateway],
        "get-dnsclientserveraddress": [_servers(nic) for nic in nics],
    }


def _net_address(index: int, alias: str, address: str, prefix: int, origin: str) -> dict[str, object]:
    return {
        "InterfaceIndex": index,
        "InterfaceAlias": alias,
        "IPAddress": address,
        "PrefixLength": prefix,
        "PrefixOrigin": origin,
        "AddressState": "Preferred",
    }


def _addresses(nic: Adapter) -> Rows:
    if nic.address is None:
        return []
    origin = "Manual" if nic.static else "Dhcp"
    return [_net_address(nic.index, nic.device, nic.address.address, nic.address.prefix, origin)]


def _adapter(nic: Adapter) -> dict[str, object]:
    mac = nic.mac.replace(":", "-").upper()
    return {"Name": nic.device, "ifIndex": nic.index, "InterfaceIndex": nic.index, "MacAddress": mac, "Status": "Up"}


def _default_route(nic: Adapter) -> dict[str, object]:
    hop = nic.address.gateway if nic.address else None
    return {"InterfaceIndex": nic.index, "ifIndex": nic.index, "DestinationPrefix": "0.0.0.0/0", "NextHop": hop}


def _servers(nic: Adapter) -> dict[str, object]:
    found = list(nic.address.dns) if nic.address else []
    return {"InterfaceIndex": nic.index, "InterfaceAlias": nic.device, "ServerAddresses": found}


def ipconfig(system: System, *, everything: bool) -> str:
    lines = ["", "Windows IP Configuration", ""]
    if everything:
        lines += [_line("Host Name", system.guest.hostname), _line("Primary Dns Suffix ", "")]
        lines += [_line("Node Type", "Hybrid"), _line("IP Routing Enabled", "No"), ""]
    for nic in system.adapters:
        lines += [
            f"Ethernet adapter {nic.device}:",
            "",
            *_adapter_lines(nic, system.hardware.nic, everything=everything),
            "",
        ]
    return "\n".join(lines) + "\n"


def _adapter_lines(nic: Adapter, description: str, *, everything: bool) -> list[str]:
    lines = [_line("Connection-specific DNS Suffix ", "")]
    if everything:
        lines += [
            _line("Description", description),
            _line("Physical Address", nic.mac.replace(":", "-").upper()),
            _line("DHCP Enabled", "No" if nic.static else "Yes"),
            _line("Autoconfiguration Enabled", "Yes"),
        ]
    known = nic.address
    if known is None:
        return lines
    mask = IPv4Interface(f"{known.address}/{known.prefix}").netmask
    preferred = "(Preferred)" if everything else ""
    lines += [_line("IPv4 Address", f"{known.address}{preferred}"), _line("Subnet Mask", str(mask))]
    lines.append(_line("Default Gateway", known.gateway or ""))
    if everything and known.dns:
        lines.append(_line("DNS Servers", known.dns[0]))
        lines += [" " * 39 + server for server in known.dns[1:]]
    return lines if not everything else [*lines, _line("NetBIOS over Tcpip", "Enabled")]


def _line(label: str, value: str) -> str:
    """`Host Name . . . :`; dots alternate with blanks up to a fixed column."""
    dotted = label if len(label) % 2 else f"{label}."
    return f"   {dotted}{' .' * ((33 - len(dotted)) // 2)} : {value}".rstrip()
