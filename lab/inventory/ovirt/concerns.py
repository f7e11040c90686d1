"""Concerns that forklift-validation raises about an engine's machine (facts/forklift.md 3.9; policies upstream)."""

import re
from collections.abc import Callable

from lab.ovirt.words import bios_type, os_type
from lab.world.model import Machine

Concern = dict[str, str]
_LEGAL_NAME = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9.]*)?[A-Za-z0-9])?")
_NAME_LIMIT = 63


def _name(machine: Machine) -> bool:
    return len(machine.name) > _NAME_LIMIT or _LEGAL_NAME.fullmatch(machine.name) is None


def _unplugged(machine: Machine) -> bool:
    return any(not nic.connected for nic in machine.nics)


def _secure_boot(machine: Machine) -> bool:
    return bios_type(machine) == "q35_secure_boot"


def _memory_snapshot(machine: Machine) -> bool:
    return any(snapshot.power == "on" for snapshot in machine.snapshots)


def _needs_tpm(machine: Machine) -> bool:
    return any(name in os_type(machine.guest) for name in ("windows_2022", "windows_11"))


_POLICIES: tuple[tuple[Callable[[Machine], bool], str, str, str], ...] = (
    (_name, "name.invalid", "Invalid VM Name", "The VM will be renamed on its way."),
    (
        _unplugged,
        "nic.unplugged.detected",
        "Unplugged NIC detected",
        "A NIC that is unplugged is not supported on the target.",
    ),
    (
        _secure_boot,
        "secure_boot.detected",
        "UEFI secure boot detected",
        "Secure boot is supported only in part on the target.",
    ),
    (
        _memory_snapshot,
        "snapshot.online_memory.detected",
        "Online (memory) snapshot detected",
        "A snapshot that holds memory is not supported on the target.",
    ),
    (
        _needs_tpm,
        "tpm.required_by_os",
        "TPM detected",
        "The data of the TPM that this system needs is not transferred.",
    ),
)


def concerns_of(machine: Machine) -> list[Concern]:
    """Every policy that has something to say; none of those that a lab's machine can meet is critical."""
    return [
        {"id": f"ovirt.{id_}", "label": label, "category": "Warning", "assessment": assessment}
        for applies, id_, label, assessment in _POLICIES
        if applies(machine)
    ]
