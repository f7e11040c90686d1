"""The ways out of an oVirt engine: no guest is converted, and no snapshot is removed before the end."""

from lab.mtv.routes.stages import COPIED_AS_IT_IS, Itinerary, Stage, post_hook, pre_hook

COLD = COPIED_AS_IT_IS

WARM: Itinerary = (
    Stage("Started", "Initialize"),
    Stage("PreHook", "PreHook", pre_hook),
    Stage("CreateInitialSnapshot", "Initialize"),
    Stage("WaitForInitialSnapshot", "Initialize"),
    Stage("CreateDataVolumes", "Initialize"),
    Stage("CopyDisks", "DiskTransfer"),
    Stage("CopyingPaused", "DiskTransfer"),
    Stage("CreateSnapshot", "DiskTransfer"),
    Stage("WaitForSnapshot", "DiskTransfer"),
    Stage("AddCheckpoint", "DiskTransfer"),
    Stage("StorePowerState", "Cutover"),
    Stage("PowerOffSource", "Cutover"),
    Stage("WaitForPowerOff", "Cutover"),
    Stage("CreateFinalSnapshot", "Cutover"),
    Stage("WaitForFinalSnapshot", "Cutover"),
    Stage("AddFinalCheckpoint", "Cutover"),
    Stage("Finalize", "Cutover"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("PostHook", "PostHook", post_hook),
)
