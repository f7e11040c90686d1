"""The engine's words for what the estate says otherwise."""

from collections.abc import Mapping

from lab.world.model import Guest, Machine, Network

VERSION: Mapping[str, int] = {"major": 4, "minor": 7}
"""Compatibility version of the data centre and its cluster."""
CLUSTER_BIOS = "q35_sea_bios"
CPU: Mapping[str, str] = {"architecture": "x86_64", "type": "Secure Intel Cascadelake Server Family"}
CLUSTER_CPU = "Cascadelake-Server-noTSX,+vmx,+md-clear,+mds-no,+pdpe1gb"
"""Model and flags that the CPU of the cluster stands for."""
INTERFACES = {1000: "virtio_scsi", 0: "virtio", 15000: "sata"}
"""Key of the controller -> interface of a disk."""
NIC_INTERFACE = "virtio"
_WITHOUT_WIDTH = 2022


def bios_type(machine: Machine) -> str:
    if machine.firmware == "bios":
        return "q35_sea_bios"
    return "q35_secure_boot" if machine.secure_boot else "q35_ovmf"


def os_type(guest: Guest) -> str:
    """The engine's name of an operating system: `rhel_8x64`, `windows_2019x64`, and `windows_2022` ever since."""
    if guest.family == "windows":
        return f"windows_{guest.version}" + ("x64" if int(guest.version) < _WITHOUT_WIDTH else "")
    return f"{guest.os_id}_{guest.version.partition('.')[0]}x64"


def timezone(guest: Guest) -> str:
    return "GMT Standard Time" if guest.family == "windows" else "Etc/GMT"


def distribution(guest: Guest) -> str:
    """As the guest's agent tells it."""
    return "Microsoft Windows Server" if guest.family == "windows" else "Red Hat Enterprise Linux"


def vlan(network: Network) -> str:
    """Empty for a network without one."""
    return network.name.partition("vlan-")[2]
