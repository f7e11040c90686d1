"""The way out of an appliance: nothing to switch off, and virt-v2v always copies, wherever to."""

from lab.mtv.routes.stages import Itinerary, Stage, converts, post_hook, pre_hook, reboots

COLD: Itinerary = (
    Stage("Started", "Initialize"),
    Stage("PreHook", "PreHook", pre_hook),
    Stage("StorePowerState", "Initialize"),
    Stage("PowerOffSource", "Initialize"),
    Stage("WaitForPowerOff", "Initialize"),
    Stage("CreateDataVolumes", "Initialize"),
    Stage("AllocateDisks", "DiskAllocation"),
    Stage("CreateGuestConversionPod", "ImageConversion", converts),
    Stage("ConvertGuest", "ImageConversion", converts),
    Stage("CopyDisksVirtV2V", "DiskTransferV2v"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("WaitForGuestReboots", "WaitForGuestReboots", reboots),
    Stage("PostHook", "PostHook", post_hook),
)
