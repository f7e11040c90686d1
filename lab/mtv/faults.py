"""Named ways in which a migration goes wrong, chosen by the lab's `--defect` option.

Only the failures that the suite must tell apart stand here; each is one question that a controller asks at the
moment where the real product would fail. More defects are a row more and one question more.
"""

from enum import StrEnum

from lab.kernel.service import Lab


class Fault(StrEnum):
    """Names that `--defect` accepts here."""

    DISK_TRANSFER = "disk-transfer-fails"
    """The step that copies disks gets an error and with it machine, Plan and Migration fail."""
    CONVERSION = "guest-conversion-fails"
    """The conversion pod ends as Failed."""
    HANG = "migration-hangs"
    """The conversion never gets on; Plan and Migration stay executing."""
    STORAGE_MAP = "plan-not-ready-storage"
    """The destination's inventory does not know the mapped storage class, so neither map nor Plan is Ready."""


def chosen(lab: Lab, fault: Fault) -> bool:
    return lab.options.defect == fault
