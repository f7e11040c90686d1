"""The migration itself goes wrong, or tells something else than what happened, or leaves something behind."""

from lab.defects.model import Defect, Fault


def _entry(name: str, tells: str, *faults: Fault) -> Defect:
    return Defect(name=name, tells=tells, faults=frozenset(faults))


ENTRIES = (
    _entry("plan-not-ready-storage", "MTV does not know the mapped storage class", Fault.STORAGE_MAP),
    _entry("plan-not-ready-maps", "the Plan does not see what its maps resolved", Fault.PLAN_MAPS),
    _entry("disk-transfer-fails", "the step that copies disks gets an error", Fault.DISK_TRANSFER),
    _entry("guest-conversion-fails", "the conversion pod fails", Fault.CONVERSION),
    _entry("migration-hangs", "the conversion never gets on", Fault.HANG),
    _entry("migration-canceled", "the machine is canceled by nobody's wish", Fault.CONVERSION, Fault.CANCELED),
    _entry("failure-called-success", "the plan succeeds, its machine failed", Fault.CONVERSION, Fault.PLAN_BOASTS),
    _entry(
        "cancel-called-success",
        "the plan succeeds, its machine was canceled",
        Fault.CONVERSION,
        Fault.CANCELED,
        Fault.PLAN_BOASTS,
    ),
    _entry("hook-not-run", "a hook counts as run, but never ran", Fault.HOOK_SKIPPED),
    _entry("hook-failure-ignored", "a hook that failed counts as one that went well", Fault.HOOK_FAILURE_IGNORED),
    _entry("hooks-swapped", "each step runs the hook of the other", Fault.HOOKS_SWAPPED),
    _entry("hook-late", "the pre-migration hook runs after the source was switched off", Fault.HOOK_LATE),
    _entry("tracking-not-seen", "MTV does not see that changed blocks are tracked", Fault.TRACKING_UNSEEN),
    _entry("cutover-ignored", "a warm copy never comes to its cutover", Fault.CUTOVER_IGNORED),
    _entry("precopy-snapshot-left", "the first snapshot of a warm copy stays", Fault.PRECOPY_SNAPSHOT_STAYS),
    _entry("prime-claims-left", "claims that disks were filled through outlive it", Fault.PRIME_CLAIMS_STAY),
    _entry("populator-pods-left", "pods that filled disks outlive the migration", Fault.POPULATOR_PODS_STAY),
    _entry("source-deleted", "the source machine is gone after its move", Fault.SOURCE_DELETED),
    _entry("data-volumes-left", "DataVolumes outlive the migration", Fault.DATA_VOLUMES_STAY),
    _entry("secrets-left", "the migration's copies of credentials outlive it", Fault.SECRETS_STAY),
    _entry("source-started", "the source runs again after its move", Fault.SOURCE_STARTS),
    _entry("snapshot-left", "the source keeps a snapshot of the migration", Fault.SOURCE_SNAPSHOT_STAYS),
    _entry("remote-landed-locally", "a machine for another cluster arrives on MTV's own", Fault.LANDS_LOCALLY),
    _entry(
        "remote-token-expired-midway",
        "the other cluster's token expires while disks are copied",
        Fault.TOKEN_EXPIRES,
    ),
    _entry("tls-unverified", "the source Provider's Secret skips verification", Fault.TLS_UNVERIFIED),
)
