"""Who owns the defects of copy-offload, on the lab's profile with a storage array."""

from acceptance.expecting import AT_THE_SAME_TIME, OFFLOADED, Owned, Scenario, on_source, owned

PROFILE, TEMPLATE = "vsphere-copy-offload", "xcopy-template-test"


def _scenario(name: str) -> Scenario:
    return Scenario(f"@test_{name}", "Copy-offload template")


def _owned(owner: str, scenario: str, *defects: str, also: tuple[str, ...] = ()) -> Owned:
    return owned(owner, *defects, also=also, machine=TEMPLATE, scenario=_scenario(scenario))


ON_ARRAY = on_source(
    PROFILE,
    *_owned("copy-offload", "copyoffload_thin_migration", "offload-by-host"),
    *_owned("copy-offload", "copyoffload_mixed_datastore_migration", "offload-other-plugin"),
    *_owned("residue", "copyoffload_thin_migration", "offload-secret-left", "offload-pods-left"),
    *_owned("disks", "copyoffload_thin_migration", "offload-in-filesystem", "offload-access-mode"),
    *_owned("disks", "copyoffload_multi_disk_migration", "offload-truncated", also=("data",)),
    *_owned("disks", "copyoffload_10_mixed_disks_migration", "offload-disk-missing", "offload-disks-swapped"),
    *_owned("data", "copyoffload_thin_snapshots_migration", "offload-base-only"),
    *_owned("snapshots", "copyoffload_thin_snapshots_migration", "offload-snapshots-merged", "source-snapshot-lost"),
    *_owned("disk concerns", "copyoffload_independent_persistent_disk_migration", "disk-concerns-lost"),
    *_owned("target name", "copyoffload_nonconforming_name_migration", "offload-name-squeezed"),
    # The suite looks at each clone that it had shaped, and moves none that came otherwise.
    *_owned(OFFLOADED, "copyoffload_multi_datastore_migration", "clone-disk-missing"),
    *_owned(OFFLOADED, "copyoffload_independent_persistent_disk_migration", "clone-mode-ignored"),
    *_owned(OFFLOADED, "copyoffload_thick_lazy_migration", "clone-provisioning-ignored"),
    *_owned(OFFLOADED, "copyoffload_multi_datastore_migration", "clone-disk-elsewhere"),
    *_owned("source disks", "copyoffload_independent_persistent_disk_migration", "source-disk-mode-lost"),
    *_owned("source disks", "copyoffload_rdm_virtual_disk_migration", "source-mapping-lost", also=("residue",)),
    *_owned("residue", "copyoffload_thin_migration", "host-mapping-left"),
    *_owned(AT_THE_SAME_TIME, "simultaneous_copyoffload_migrations", "offload-in-turn"),
)
