"""Which phases a machine goes through, and on which step of its pipeline each is booked, as data."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.plan_view import VmView

Applies = Callable[[VmView], bool]
DONE = "Completed"


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the itinerary that happens when `applies` says so."""

    phase: str
    step: str
    applies: Applies = lambda _vm: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the pipeline as it looks on the wire (facts/forklift.md 2.4)."""

    name: str
    description: str
    per_disk: bool = False
    """It has a task per disk and counts MB."""


STEPS = {
    step.name: step
    for step in (
        Step(name="Initialize", description="Initialize migration."),
        Step(name="PreHook", description="Run pre-migration hook."),
        Step(name="PostHook", description="Run post-migration hook."),
        Step(name="PreflightInspection", description="Inspect VM before migration."),
        Step(name="DiskTransfer", description="Transfer disks.", per_disk=True),
        Step(name="DiskAllocation", description="Allocate disks.", per_disk=True),
        Step(name="DiskTransferV2v", description="Copy disks.", per_disk=True),
        Step(name="Cutover", description="Finalize disk transfer.", per_disk=True),
        Step(name="ImageConversion", description="Convert image to kubevirt."),
        Step(name="VirtualMachineCreation", description="Create VM."),
        Step(name="WaitForGuestReboots", description="Wait for Windows guest reboot after conversion."),
        Step(
            name="WaitForFinalSnapshotConsolidation",
            description="Waiting for final snapshot removal and consolidation",
        ),
    )
}


def _pre_hook(vm: VmView) -> bool:
    return vm.hook("PreHook") is not None


def _post_hook(vm: VmView) -> bool:
    return vm.hook("PostHook") is not None


def _v2v_copies(vm: VmView) -> bool:
    return vm.view.v2v_copies


def _others_copy(vm: VmView) -> bool:
    return not vm.view.v2v_copies


def _converts(vm: VmView) -> bool:
    return vm.view.converts


def _v2v_step(vm: VmView) -> bool:
    """Before 2.12 the step closes the conversion even when something else copied (facts/forklift.md 0.2)."""
    return vm.view.v2v_copies or (vm.view.converts and vm.view.toolkit.release.closes_v2v_step)


def _reboots(vm: VmView) -> bool:
    return vm.reboot_waited and vm.target_power != "off" and vm.view.converts


def _inspected(vm: VmView) -> bool:
    return bool(vm.view.spec.get("runPreflightInspection", True))


def _uninspected(vm: VmView) -> bool:
    return not _inspected(vm)


def _snapshot_step(vm: VmView) -> bool:
    return vm.view.toolkit.release.snapshot_step


def _snapshot_in_cutover(vm: VmView) -> bool:
    return not _snapshot_step(vm)


Itinerary = tuple[Stage, ...]

ITINERARIES: dict[tuple[str, str], Itinerary] = {
    ("vsphere", "cold"): (
        Stage("Started", "Initialize"),
        Stage("PreHook", "PreHook", _pre_hook),
        Stage("StorePowerState", "Initialize"),
        Stage("PowerOffSource", "Initialize"),
        Stage("WaitForPowerOff", "Initialize"),
        Stage("CreateDataVolumes", "Initialize"),
        Stage("AllocateDisks", "DiskAllocation", _v2v_copies),
        Stage("CopyDisks", "DiskTransfer", _others_copy),
        Stage("CreateGuestConversionPod", "ImageConversion", _converts),
        Stage("ConvertGuest", "ImageConversion", _converts),
        Stage("CopyDisksVirtV2V", "DiskTransferV2v", _v2v_step),
        Stage("CreateVM", "VirtualMachineCreation"),
        Stage("WaitForGuestReboots", "WaitForGuestReboots", _reboots),
        Stage("PostHook", "PostHook", _post_hook),
    ),
    ("vsphere", "warm"): (
        Stage("Started", "Initialize"),
        Stage("PreHook", "PreHook", _pre_hook),
        Stage("CreateInitialSnapshot", "Initialize"),
        Stage("WaitForInitialSnapshot", "Initialize"),
        Stage("StoreInitialSnapshotDeltas", "Initialize"),
        Stage("PreflightInspection", "PreflightInspection", _inspected),
        Stage("CreateDataVolumes", "DiskTransfer", _inspected),
        Stage("CreateDataVolumes", "Initialize", _uninspected),
        Stage("CopyDisks", "DiskTransfer"),
        Stage("CopyingPaused", "DiskTransfer"),
        Stage("RemovePreviousSnapshot", "DiskTransfer"),
        Stage("WaitForPreviousSnapshotRemoval", "DiskTransfer"),
        Stage("CreateSnapshot", "DiskTransfer"),
        Stage("WaitForSnapshot", "DiskTransfer"),
        Stage("StoreSnapshotDeltas", "DiskTransfer"),
        Stage("AddCheckpoint", "DiskTransfer"),
        Stage("StorePowerState", "Cutover"),
        Stage("PowerOffSource", "Cutover"),
        Stage("WaitForPowerOff", "Cutover"),
        Stage("RemovePenultimateSnapshot", "Cutover"),
        Stage("WaitForPenultimateSnapshotRemoval", "Cutover"),
        Stage("CreateFinalSnapshot", "Cutover"),
        Stage("WaitForFinalSnapshot", "Cutover"),
        Stage("AddFinalCheckpoint", "Cutover"),
        Stage("Finalize", "Cutover"),
        Stage("RemoveFinalSnapshot", "Cutover"),
        Stage("WaitForFinalSnapshotRemoval", "Cutover", _snapshot_in_cutover),
        Stage("CreateGuestConversionPod", "ImageConversion", _converts),
        Stage("ConvertGuest", "ImageConversion", _converts),
        Stage("CreateVM", "VirtualMachineCreation"),
        Stage("WaitForGuestReboots", "WaitForGuestReboots", _reboots),
        Stage("PostHook", "PostHook", _post_hook),
        Stage("WaitForFinalSnapshotRemoval", "WaitForFinalSnapshotConsolidation", _snapshot_step),
    ),
}
"""By type of the source Provider and mode of the Plan (facts/forklift.md 2.3); a source or a mode is a row more."""


def stages_of(vm: VmView) -> list[Stage]:
    """The phases of this machine in order; KeyError for a combination that the lab does not do."""
    stages = [stage for stage in ITINERARIES[vm.view.source_type, vm.view.mode] if stage.applies(vm)]
    return _hooked_late(stages) if chosen(vm.view.lab, Fault.HOOK_LATE) else stages


def _hooked_late(stages: list[Stage]) -> list[Stage]:
    """The defect: disks are there before anybody asks the pre-migration hook."""
    hooks = [stage for stage in stages if stage.phase == "PreHook"]
    others = [stage for stage in stages if stage.phase != "PreHook"]
    place = next(index for index, stage in enumerate(others) if stage.phase == "CreateDataVolumes") + 1
    return [*others[:place], *hooks, *others[place:]]


def steps_of(vm: VmView) -> list[Step]:
    """The steps of its pipeline: those its phases are booked on, in order of their first phase."""
    return [STEPS[name] for name in dict.fromkeys(stage.step for stage in stages_of(vm))]


def step_of(vm: VmView, phase: str) -> str:
    """Name of the step that a phase is booked on; empty for the last one."""
    return next((stage.step for stage in stages_of(vm) if stage.phase == phase), "")


def following(vm: VmView, phase: str) -> str:
    """The phase after this one."""
    phases = [stage.phase for stage in stages_of(vm)] + [DONE]
    return phases[phases.index(phase) + 1]
