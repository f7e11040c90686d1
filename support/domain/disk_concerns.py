"""What MTV says of disks that it cannot read over the network, and that only an array can copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.domain.release import Release


class DiskConcern(StrEnum):
    """Values are MTV's ids (forklift.md 3.9)."""

    RAW = "vmware.disk.rdm.detected"
    INDEPENDENT = "vmware.disk_mode.independent"


CONDITIONS: Mapping[DiskConcern, str] = {
    DiskConcern.RAW: "RDMDiskWarning",
    DiskConcern.INDEPENDENT: "IndependentDiskWarning",
}
"""What a Plan says of the same disks, where no array copies them (forklift.md 1.6)."""
WARN = "Warn"
"""Its category, which blocks nothing."""
IDS_SINCE: Release = (2, 9)
"""Before that, a concern has no id to know it by."""
WARNINGS_SINCE: Release = (2, 12)
"""Until then both concerns were critical, though they blocked nothing, and the Plan said nothing of these disks."""


def severity(release: Release) -> str:
    """The category of both concerns in MTV's inventory."""
    return "Warning" if release >= WARNINGS_SINCE else "Critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskWarnings:
    """What MTV said of one machine's disks before its move.

    Attributes:
        concerns: category by id, of all the inventory's concerns about the machine.
        conditions: category by type, of the Plan's conditions that name the machine.
        unread: why nobody knows; None where somebody does.
    """

    concerns: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)
    unread: str | None = None


NOT_ASKED = DiskWarnings(unread="MTV was not asked before the move")
