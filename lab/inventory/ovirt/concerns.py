"""Concerns that forklift-validation raises about an engine's machine (facts/forklift.md 3.9; policies upstream)."""

import re
from collections.abc import Callable

from lab.inventory.sight import Known
from lab.ovirt.words import bios_type, os_type

Concern = dict[str, str]
_LEGAL_NAME = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9.]*)?[A-Za-z0-9])?")
_NAME_LIMIT = 63


def _name(known: Known) -> bool:
    return len(known.machine.name) > _NAME_LIMIT or _LEGAL_NAME.fullmatch(known.machine.name) is None


def _unplugged(known: Known) -> bool:
    return any(not nic.connected for nic in known.machine.nics)


def _secure_boot(known: Known) -> bool:
    return bios_type(known.machine) == "q35_secure_boot"


def _memory_snapshot(known: Known) -> bool:
    return any(snapshot.power == "on" for snapshot in known.machine.snapshots)


def _needs_tpm(known: Known) -> bool:
    return any(name in os_type(known.machine.guest) for name in ("windows_2022", "windows_11"))


def _strange_status(known: Known) -> bool:
    return bool(known.state) and not any(word in known.state for word in ("up", "down"))


def _locked(known: Known) -> bool:
    return known.state == "image_locked"


_POLICIES: tuple[tuple[Callable[[Known], bool], str, str, str], ...] = (
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
    (
        _strange_status,
        "vm.status_invalid",
        "VM has a status condition that may prevent successful migration",
        "The VM is neither up nor down.",
    ),
    (
        _locked,
        "disk.illegal_or_locked_status",
        "VM has an illegal or locked disk status condition",
        "The transfer of a disk in this status is likely to fail.",
    ),
)


_CRITICAL = ("disk.illegal_or_locked_status",)


def concerns_of(known: Known) -> list[Concern]:
    """Every policy that has something to say."""
    return [
        {
            "id": f"ovirt.{id_}",
            "label": label,
            "category": "Critical" if id_ in _CRITICAL else "Warning",
            "assessment": assessment,
        }
        for applies, id_, label, assessment in _POLICIES
        if applies(known)
    ]
