"""A clone is not as it was shaped, or the move changes the source's disks."""

from lab.defects.model import Fault, by_fault

ENTRIES = (
    by_fault("clone-provisioning-ignored", "a clone's disks keep their source's provisioning", Fault.LOCATORS_IGNORED),
    by_fault("clone-disk-missing", "a clone lacks the last disk that was added to it", Fault.ADDED_DISK_LOST),
    by_fault("clone-mode-ignored", "a disk that was to be independent is not", Fault.ADDED_MODE_LOST),
    by_fault("clone-disk-elsewhere", "an added disk is on the machine's own datastore", Fault.ADDED_DISK_AT_HOME),
    by_fault("source-snapshot-lost", "the first of the source's own snapshots is gone", Fault.SOURCE_SNAPSHOT_LOST),
    by_fault("source-disk-mode-lost", "independent disks of the source are so no more", Fault.SOURCE_MODE_LOST),
    by_fault("source-mapping-lost", "the source has lost its raw disk, whose file stays", Fault.SOURCE_UNMAPPED),
    by_fault("host-mapping-left", "what a host copied through lies beside the source's disks", Fault.MAPPINGS_STAY),
)
