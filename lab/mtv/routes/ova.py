"""The way out of an appliance: nothing to switch off, and virt-v2v always copies, wherever to."""

from lab.mtv.routes.stages import UNTIL_DISKS, Itinerary, Stage, converts, post_hook, reboots

COLD: Itinerary = (
    *UNTIL_DISKS,
    Stage("AllocateDisks", "DiskAllocation"),
    Stage("CreateGuestConversionPod", "ImageConversion", converts),
    Stage("ConvertGuest", "ImageConversion", converts),
    Stage("CopyDisksVirtV2V", "DiskTransferV2v"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("WaitForGuestReboots", "WaitForGuestReboots", reboots),
    Stage("PostHook", "PostHook", post_hook),
)
