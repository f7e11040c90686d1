"""The engine's words for what the estate says otherwise."""

from collections.abc import Mapping

from lab.world.model import Guest, Machine, Network

VERSION: Mapping[str, int] = {"major": 4, "minor": 7}
"""Compatibility version of the data centre and its cluster."""
CLUSTER_BIOS = "q35_sea_bios"
CPU: Mapping[str, str] = {"architecture": "x86_64", "type": "Secure Intel Cascadelake Server Family"}
INTERFACES = {1000: "virtio_scsi", 0: "virtio", 15000: "sata"}
"""Key of the controller -> interface of a disk."""
NIC_INTERFACE = "virtio"


def bios_type(machine: Machine) -> str:
    if machine.firmware == "bios":
        return "q35_sea_bios"
    return "q35_secure_boot" if machine.secure_boot else "q35_ovmf"


def os_type(guest: Guest) -> str:
    """The engine's name of an operating system: `rhel_8x64`, `windows_2019x64`."""
    if guest.family == "windows":
        return f"windows_{guest.version}x64"
    return f"{guest.os_id}_{guest.version.partition('.')[0]}x64"


def distribution(guest: Guest) -> str:
    """As the guest's agent tells it."""
    return "Microsoft Windows Server" if guest.family == "windows" else "Red Hat Enterprise Linux"


def vlan(network: Network) -> str:
    """Empty for a network without one."""
    return network.name.partition("vlan-")[2]
