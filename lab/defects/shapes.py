"""A clone is not as it was shaped, or the move changes the source's disks."""

from lab.defects.model import Defect, Fault


def _entry(name: str, tells: str, fault: Fault) -> Defect:
    return Defect(name=name, tells=tells, faults=frozenset({fault}))


ENTRIES = (
    _entry("clone-provisioning-ignored", "a clone's disks keep their source's provisioning", Fault.LOCATORS_IGNORED),
    _entry("clone-disk-missing", "a clone lacks the last disk that was added to it", Fault.ADDED_DISK_LOST),
    _entry("clone-mode-ignored", "a disk that was to be independent is not", Fault.ADDED_MODE_LOST),
    _entry("clone-disk-elsewhere", "an added disk is on the machine's own datastore", Fault.ADDED_DISK_AT_HOME),
    _entry("source-snapshot-lost", "the first of the source's own snapshots is gone", Fault.SOURCE_SNAPSHOT_LOST),
    _entry("source-disk-mode-lost", "independent disks of the source are so no more", Fault.SOURCE_MODE_LOST),
    _entry("source-mapping-lost", "the source has lost its raw disk, whose file stays", Fault.SOURCE_UNMAPPED),
    _entry("host-mapping-left", "what a host copied through lies beside the source's disks", Fault.MAPPINGS_STAY),
)
