"""The ways out of another cluster, or another namespace of the same one."""

from lab.mtv.routes.stages import Itinerary, Stage, post_hook, pre_hook

COLD: Itinerary = (
    Stage("Started", "Initialize"),
    Stage("PreHook", "PreHook", pre_hook),
    Stage("StorePowerState", "Initialize"),
    Stage("PowerOffSource", "Initialize"),
    Stage("WaitForPowerOff", "Initialize"),
    Stage("CreateDataVolumes", "Initialize"),
    Stage("CopyDisks", "DiskTransfer"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("PostHook", "PostHook", post_hook),
)
