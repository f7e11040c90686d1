"""What VMware Tools told the inventory about a guest."""

from collections.abc import Sequence
from typing import Any

from lab.world.model import GuestAddress, Machine


def guest_keys(machine: Machine, told: Sequence[GuestAddress]) -> dict[str, Any]:
    """Keys that come from the guest; lists are null while nothing was reported (facts/forklift.md 5.4).

    `told` are its addresses as they were last reported, which stay when the machine goes down.
    """
    up = machine.guest_up
    addresses = machine.guest.addresses
    return {
        "guestNameFromVmwareTools": machine.guest.os_name if up else "",
        "hostName": machine.guest.hostname if up else "",
        "ipAddress": addresses[0].address if up and addresses else "",
        "guestNetworks": _networks(machine, told) or None,
        "guestDisks": _disks(machine) if up else None,
        "guestIpStacks": _stacks(machine, told) or None,
        **_tools(machine),
    }


def _tools(machine: Machine) -> dict[str, str]:
    status, running, version = "toolsNotRunning", "guestToolsNotRunning", "guestToolsCurrent"
    if not machine.guest.agent_installed:
        status, version = "toolsNotInstalled", "guestToolsNotInstalled"
    elif machine.guest_up:
        status, running = "toolsOk", "guestToolsRunning"
    return {"toolsStatus": status, "toolsRunningStatus": running, "toolsVersionStatus2": version}


def _networks(machine: Machine, told: Sequence[GuestAddress]) -> list[dict[str, Any]]:
    """One entry per address; `device` is the place of its adapter, as text.

    `origin` is vCenter's own lower-case word: the product compares it with govmomi's constant `manual`.
    """
    return [
        {
            "device": str(index),
            "deviceConfigId": nic.key,
            "mac": nic.mac,
            "ip": address.address,
            "origin": "manual" if address.static else "dhcp",
            "prefix": address.prefix,
            "dns": list(address.dns) or None,
            "network": nic.network,
        }
        for index, nic in enumerate(machine.nics)
        for address in told
        if address.mac == nic.mac
    ]


def _stacks(machine: Machine, told: Sequence[GuestAddress]) -> list[dict[str, Any]]:
    """Default routes."""
    return [
        {
            "device": str(index),
            "gateway": address.gateway,
            "network": "0.0.0.0",  # noqa: S104 - a route, not a socket
            "prefix": 0,
            "dns": list(address.dns) or None,
        }
        for index, nic in enumerate(machine.nics)
        for address in told
        if address.mac == nic.mac and address.gateway
    ]


def _disks(machine: Machine) -> list[dict[str, Any]]:
    """One file system per disk that has one, half full."""
    windows = machine.guest.family == "windows"
    places = ("C:" if windows else "/", *machine.guest.data_mounts)
    return [
        {
            "key": disk.key,
            "diskPath": f"{place}\\" if windows else place,
            "capacity": disk.size,
            "freeSpace": disk.size // 2,
            "filesystemType": "NTFS" if windows else "xfs",
        }
        for disk, place in zip(machine.disks, places, strict=False)
        if disk.files is not None
    ]
