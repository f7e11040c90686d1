"""The way out of an OpenStack cloud."""

from lab.mtv.routes.stages import UNTIL_DISKS, Itinerary, Stage, post_hook

COLD: Itinerary = (
    *UNTIL_DISKS,
    Stage("CopyDisks", "DiskTransfer"),
    # Booked on the step before; its own is shown, never begun and never done (facts/forklift.md 2.4).
    Stage("ConvertOpenstackSnapshot", "DiskTransfer", shows="ConvertOpenstackSnapshot"),
    Stage("CreateVM", "VirtualMachineCreation"),
    Stage("PostHook", "PostHook", post_hook),
)
