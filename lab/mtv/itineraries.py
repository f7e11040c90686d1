"""Which phases a machine goes through, and on which step of its pipeline each is booked."""

from dataclasses import dataclass

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.plan_view import VmView
from lab.mtv.routes import openshift, openstack, ova, ovirt, vsphere
from lab.mtv.routes.stages import Itinerary, Stage

DONE = "Completed"


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
        Step(name="ConvertOpenstackSnapshot", description="Convert OpenStack snapshot.", per_disk=True),
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

ITINERARIES: dict[tuple[str, str], Itinerary] = {
    ("vsphere", "cold"): vsphere.COLD,
    ("vsphere", "warm"): vsphere.WARM,
    ("ova", "cold"): ova.COLD,
    ("openshift", "cold"): openshift.COLD,
    ("ovirt", "cold"): ovirt.COLD,
    ("ovirt", "warm"): ovirt.WARM,
    ("openstack", "cold"): openstack.COLD,
}
"""By type of the source Provider and mode of the Plan; a source or a mode is a row more."""


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
    """The steps of its pipeline: those its phases are booked on or shown by, in order of their first phase."""
    names = (name for stage in stages_of(vm) for name in (stage.step, stage.shows) if name)
    return [STEPS[name] for name in dict.fromkeys(names)]


def step_of(vm: VmView, phase: str) -> str:
    """Name of the step that a phase is booked on; empty for the last one."""
    return next((stage.step for stage in stages_of(vm) if stage.phase == phase), "")


def following(vm: VmView, phase: str) -> str:
    """The phase after this one."""
    phases = [stage.phase for stage in stages_of(vm)] + [DONE]
    return phases[phases.index(phase) + 1]
