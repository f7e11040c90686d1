"""What differs between the MTV releases that the lab can be (facts/forklift.md 0.2)."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Behaviour of one release; a field's name says what it does when True."""

    version: str
    cleans_up_after_success: bool
    """Secrets, ConfigMaps and hook Jobs of a machine go as soon as it succeeded."""
    closes_v2v_step: bool
    """DiskTransferV2v is shown even when something else copied the disks."""
    labels_plan_name: bool
    """Objects carry plan-name and plan-namespace, and go with their Plan."""
    snapshot_step: bool
    """Removal of the last snapshot is a step of its own."""
    edits_cancel: bool
    """Changing Plan, Provider or map during a run cancels it."""
    conversion_resource: bool
    """A Conversion resource stands beside the conversion pod."""
    waits_for_reboots: bool
    guest_tools_block: bool
    nad_place_checked: bool
    pools_attachments: bool
    """Each NIC of a source network gets a NAD of its own; too few of them block the Plan."""
    offload_excludes_v2v: bool
    """An offload plugin in the storage map keeps virt-v2v from copying."""
    offloads_unasked: bool
    """Default of feature_copy_offload."""
    mixed_copy_blocks: bool
    """A plan with an offload plugin must have one for every disk."""
    tells_xcopy: bool
    """Populators and tasks say whether XCOPY was used, and which VIB a host has."""
    throttles_populators: bool
    """Only so many populator pods of a source host at a time; it is on labels."""
    finds_array_of_lun: bool
    """A raw mapping goes by the entry of its own array, wherever its mapping file is."""
    deletes_failed_claims: bool
    """A claim goes when its populator has failed for good, and with it pod, Secret and populator."""
    warns_of_disks: bool
    """Raw and independent disks of a plan that reads over VDDK are conditions of it."""
    removes_machine_of_failed: bool
    """Default of deleteVmOnFailMigration."""
    shows_secret_version: bool
    """`secretResourceVersion` in the status of Providers."""
    judges_exporters: bool
    """What exported an appliance is a concern, and a condition of the Plan."""
    reads_secure_boot: bool
    """Secure boot of a descriptor is carried over; before, an appliance with EFI never has it."""
    waits_for_server: bool
    """A Provider waits for the server that MTV makes for it; before, its connection test fails until then."""
    warns_of_pod_security: bool
    """A target namespace that enforces `restricted` is a condition of the Plan."""
    critical_concerns_block: bool
    """A machine with a critical concern blocks its Plan."""
    blockers_fail: bool
    """A blocker during a run fails it after a grace period; before, the run stalls."""
    renames_claims_of_clusters: bool
    """Claims from an OpenShift source can be named by a template; before, they keep their names."""


_2_10 = Release(
    version="2.10.6",
    cleans_up_after_success=False,
    closes_v2v_step=True,
    labels_plan_name=False,
    snapshot_step=False,
    edits_cancel=True,
    conversion_resource=False,
    waits_for_reboots=False,
    guest_tools_block=False,
    nad_place_checked=False,
    pools_attachments=False,
    offload_excludes_v2v=False,
    offloads_unasked=False,
    mixed_copy_blocks=False,
    tells_xcopy=False,
    throttles_populators=False,
    finds_array_of_lun=False,
    deletes_failed_claims=False,
    warns_of_disks=False,
    removes_machine_of_failed=False,
    shows_secret_version=False,
    judges_exporters=True,
    reads_secure_boot=False,
    waits_for_server=False,
    warns_of_pod_security=False,
    critical_concerns_block=False,
    blockers_fail=False,
    renames_claims_of_clusters=False,
)
_2_11 = replace(
    _2_10,
    version="2.11.7",
    guest_tools_block=True,
    pools_attachments=True,
    offloads_unasked=True,
    mixed_copy_blocks=True,
    throttles_populators=True,
    deletes_failed_claims=True,
    removes_machine_of_failed=True,
    shows_secret_version=True,
    judges_exporters=False,
    reads_secure_boot=True,
    warns_of_pod_security=True,
    renames_claims_of_clusters=True,
)
_2_12 = replace(
    _2_11,
    version="2.12.5",
    cleans_up_after_success=True,
    closes_v2v_step=False,
    labels_plan_name=True,
    snapshot_step=True,
    edits_cancel=False,
    conversion_resource=True,
    waits_for_reboots=True,
    nad_place_checked=True,
    offload_excludes_v2v=True,
    tells_xcopy=True,
    finds_array_of_lun=True,
    deletes_failed_claims=False,
    warns_of_disks=True,
    waits_for_server=True,
    critical_concerns_block=True,
    blockers_fail=True,
)
RELEASES = {"2.10": _2_10, "2.11": _2_11, "2.12": _2_12}
"""By what they are called in an option; each is told by what it changed."""


def release_named(version: str) -> Release:
    """The release for an option such as `2.12`; ValueError for one that the lab cannot be."""
    if version not in RELEASES:
        raise ValueError(f"the lab cannot be MTV {version}; it can be {' or '.join(RELEASES)}")
    return RELEASES[version]
