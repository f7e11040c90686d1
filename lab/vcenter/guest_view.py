"""What VMware Tools report; nothing while they do not run (facts/sources.md 1.8)."""

from typing import Any

from lab.vcenter.sdk import vim
from lab.world.model import GuestAddress, Machine


def tools_status(machine: Machine) -> tuple[str, str, str]:
    """Status, running status and version status of the tools."""
    if not machine.guest.agent_installed:
        return "toolsNotInstalled", "guestToolsNotRunning", "guestToolsNotInstalled"
    if machine.guest_up:
        return "toolsOk", "guestToolsRunning", "guestToolsCurrent"
    return "toolsNotRunning", "guestToolsNotRunning", "guestToolsCurrent"


def guest_info(machine: Machine) -> Any:
    """GuestInfo; host name, addresses and routes only while the guest is up."""
    status, running, version = tools_status(machine)
    info = vim.vm.GuestInfo(
        toolsStatus=status,
        toolsRunningStatus=running,
        toolsVersionStatus=version,
        toolsVersionStatus2=version,
        guestState="running" if machine.guest_up else "notRunning",
        guestOperationsReady=machine.guest_up,
        interactiveGuestOperationsReady=False,
        guestStateChangeSupported=machine.guest_up,
        hwVersion="vmx-20",
    )
    if machine.guest_up:
        _report(machine, info)
    return info


def _report(machine: Machine, info: Any) -> None:
    guest = machine.guest
    info.toolsVersion = "12389"
    info.guestId, info.guestFullName = guest.guest_id, guest.os_name
    info.guestFamily = "windowsGuest" if guest.family == "windows" else "linuxGuest"
    info.hostName = guest.hostname
    info.net = [_nic(machine, nic.mac, nic.key, nic.network) for nic in machine.nics]
    info.ipAddress = next((address.address for nic in machine.nics for address in _of(machine, nic.mac)), None)
    info.ipStack = [_stack(machine)] if machine.nics else []


def _of(machine: Machine, mac: str) -> list[GuestAddress]:
    return [address for address in machine.guest.addresses if address.mac == mac]


def _nic(machine: Machine, mac: str, key: int, network: str) -> Any:
    addresses = _of(machine, mac)
    return vim.vm.GuestInfo.NicInfo(
        network=network,
        ipAddress=[address.address for address in addresses],
        macAddress=mac,
        connected=True,
        deviceConfigId=key,
        dnsConfig=_dns(machine, addresses),
        ipConfig=vim.net.IpConfigInfo(ipAddress=[_address(address) for address in addresses]),
    )


def _address(address: GuestAddress) -> Any:
    return vim.net.IpConfigInfo.IpAddress(
        ipAddress=address.address,
        prefixLength=address.prefix,
        origin="manual" if address.static else "dhcp",
        state="preferred",
    )


def _dns(machine: Machine, addresses: list[GuestAddress]) -> Any:
    servers = [server for address in addresses for server in address.dns]
    return vim.net.DnsConfigInfo(
        dhcp=not any(address.static for address in addresses),
        hostName=machine.guest.hostname,
        domainName="lab.test",
        ipAddress=servers,
    )


def _stack(machine: Machine) -> Any:
    """`gateway.device` is the index into guest.net, as text: Forklift pairs them that way."""
    routes = []
    for index, nic in enumerate(machine.nics):
        for address in _of(machine, nic.mac):
            if address.gateway:
                gateway = vim.net.IpRouteConfigInfo.Gateway(ipAddress=address.gateway, device=str(index))
                routes.append(vim.net.IpRouteConfigInfo.IpRoute(network="0.0.0.0", prefixLength=0, gateway=gateway))  # noqa: S104
    return vim.vm.GuestInfo.StackInfo(
        dnsConfig=_dns(machine, machine.guest.addresses), ipRouteConfig=vim.net.IpRouteConfigInfo(ipRoute=routes)
    )
