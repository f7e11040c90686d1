"""The words of itineraries: stages, and when each applies to a machine."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.mtv.plan_view import VmView

Applies = Callable[[VmView], bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the itinerary that happens when `applies` says so."""

    phase: str
    step: str
    applies: Applies = lambda _vm: True
    shows: str = ""
    """Name of a step that the pipeline shows for it, though it is booked on another."""


Itinerary = tuple[Stage, ...]


def pre_hook(vm: VmView) -> bool:
    return vm.hook("PreHook") is not None


def post_hook(vm: VmView) -> bool:
    return vm.hook("PostHook") is not None


def v2v_copies(vm: VmView) -> bool:
    return vm.view.v2v_copies


def others_copy(vm: VmView) -> bool:
    return not vm.view.v2v_copies


def converts(vm: VmView) -> bool:
    return vm.view.converts


def v2v_step(vm: VmView) -> bool:
    """Before 2.12 the step closes the conversion even when something else copied (facts/forklift.md 0.2)."""
    return vm.view.v2v_copies or (vm.view.converts and vm.view.toolkit.release.closes_v2v_step)


def reboots(vm: VmView) -> bool:
    return vm.reboot_waited and vm.target_power != "off" and vm.view.converts


def inspected(vm: VmView) -> bool:
    return bool(vm.view.spec.get("runPreflightInspection", True))


def uninspected(vm: VmView) -> bool:
    return not inspected(vm)


def snapshot_step(vm: VmView) -> bool:
    return vm.view.toolkit.release.snapshot_step


def snapshot_in_cutover(vm: VmView) -> bool:
    return not snapshot_step(vm)


UNTIL_DISKS: Itinerary = (
    Stage("Started", "Initialize"),
    Stage("PreHook", "PreHook", pre_hook),
    Stage("StorePowerState", "Initialize"),
    Stage("PowerOffSource", "Initialize"),
    Stage("WaitForPowerOff", "Initialize"),
    Stage("CreateDataVolumes", "Initialize"),
)
"""How every cold way begins."""
COPIED_AS_IT_IS: Itinerary = (
    *UNTIL_DISKS,
    Stage("CopyDisks", "DiskTransfer"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("PostHook", "PostHook", post_hook),
)
"""The whole cold way of a source whose guests are not converted."""
