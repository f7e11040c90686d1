"""What virt-v2v prints on its way, as far as people go by it: stages with seconds since its start, and errors."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.world.model import Machine

CONTAINER = "virt-v2v"
NO_GUEST = (
    "virt-v2v: error: inspection could not detect the source guest (or physical machine).",
    "",
    "If reporting bugs, run virt-v2v with debugging enabled and include the complete output:",
    "",
    "  virt-v2v -v -x [...]",
)
BROKEN_COPY = (
    "nbdcopy: write at offset 1073741824 failed: Input/output error",
    "virt-v2v: error: nbdcopy command failed, see earlier error message",
)


@dataclass(slots=True)
class Speech:
    """One run of virt-v2v; `speed` is the lab's, so that its seconds are those of the emulated work."""

    speed: float
    _begin: float = field(default_factory=time.monotonic)

    def stage(self, text: str) -> str:
        return f"[{(time.monotonic() - self._begin) * self.speed:6.1f}] {text}"

    def beginning(self, source: str) -> Iterator[str]:
        yield self.stage(f"Setting up the source: {source}")
        yield self.stage("Opening the source")
        yield self.stage("Inspecting the source")

    def converting(self, machine: Machine) -> Iterator[str]:
        """Which firmware it finds is what MTV reads where a source does not tell."""
        yield self.stage("Checking for sufficient free disk space in the guest")
        yield self.stage(f"Converting {machine.guest.os_name} to run on KVM")
        yield "virt-v2v: This guest has virtio drivers installed."
        yield self.stage("Mapping filesystem data to avoid copying unused blocks")
        yield self.stage("Closing the overlay")
        yield self.stage("Assigning disks to buses")
        yield self.stage("Checking if the guest needs BIOS or UEFI to boot")
        if machine.firmware == "efi":
            yield "virt-v2v: This guest requires UEFI on the target to boot."

    def finishing(self) -> str:
        return self.stage("Finishing off")
