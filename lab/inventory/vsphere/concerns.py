"""Concerns that forklift-validation raises about a machine; ids and categories are of facts/forklift.md 3.9."""

from collections.abc import Callable

from lab.world.model import Machine

Concern = dict[str, str]


def _no_tracking(machine: Machine) -> bool:
    return not machine.change_tracking


def _independent(machine: Machine) -> bool:
    return any(disk.mode.startswith("independent") for disk in machine.disks)


def _raw(machine: Machine) -> bool:
    return any(disk.lun for disk in machine.disks)


def _snapshots(machine: Machine) -> bool:
    return bool(machine.snapshots)


def _always(_machine: Machine) -> bool:
    return True


_POLICIES: tuple[tuple[Callable[[Machine], bool], str, str, str, str], ...] = (
    (
        _no_tracking,
        "vmware.changed_block_tracking.disabled",
        "Warning",
        "Changed Block Tracking (CBT) not enabled",
        "A warm migration needs Changed Block Tracking.",
    ),
    (
        _always,  # the estate's cluster has it on
        "vmware.drs.enabled",
        "Information",
        "VM running in a DRS-enabled cluster",
        "Distributed resource scheduling is not supported on the target.",
    ),
    (
        _snapshots,
        "vmware.snapshot.detected",
        "Information",
        "VM snapshot detected",
        "The VM is migrated as its current snapshot is.",
    ),
    (
        _independent,
        "vmware.disk_mode.independent",
        "Warning",
        "Independent disk detected",
        "Independent disks cannot be transferred by VDDK.",
    ),
    (
        _raw,
        "vmware.disk.rdm.detected",
        "Warning",
        "Raw Device Mapped disk detected",
        "Raw mappings cannot be transferred by VDDK.",
    ),
)
_OF_DISKS = {"vmware.disk_mode.independent", "vmware.disk.rdm.detected"}
"""Critical before 2.12; copy-offload made warnings of them (Forklift's policies of 2.11.7 and 2.12.0)."""


def concerns_of(machine: Machine, *, old: bool = False, blind: bool = False) -> list[Concern]:
    """Every policy that has something to say; `old` is a release before 2.12, `blind` one without those of disks."""
    return [
        {
            "id": id_,
            "label": label,
            "category": "Critical" if old and id_ in _OF_DISKS else category,
            "assessment": assessment,
        }
        for applies, id_, category, label, assessment in _POLICIES
        if applies(machine) and not (blind and id_ in _OF_DISKS)
    ]
