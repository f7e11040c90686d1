"""The way out of an OpenStack cloud."""

from lab.mtv.routes.stages import Itinerary, Stage, post_hook, pre_hook

COLD: Itinerary = (
    Stage("Started", "Initialize"),
    Stage("PreHook", "PreHook", pre_hook),
    Stage("StorePowerState", "Initialize"),
    Stage("PowerOffSource", "Initialize"),
    Stage("WaitForPowerOff", "Initialize"),
    Stage("CreateDataVolumes", "Initialize"),
    Stage("CopyDisks", "DiskTransfer"),
    # Booked on the step before; its own is shown, never begun and never done (facts/forklift.md 2.4).
    Stage("ConvertOpenstackSnapshot", "DiskTransfer", shows="ConvertOpenstackSnapshot"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("PostHook", "PostHook", post_hook),
)
