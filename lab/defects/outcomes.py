"""The migration itself goes wrong, or tells something else than what happened, or leaves something behind."""

from lab.defects.model import Fault, by_fault

ENTRIES = (
    by_fault("plan-not-ready-storage", "MTV does not know the mapped storage class", Fault.STORAGE_MAP),
    by_fault("plan-not-ready-maps", "the Plan does not see what its maps resolved", Fault.PLAN_MAPS),
    by_fault("disk-transfer-fails", "the step that copies disks gets an error", Fault.DISK_TRANSFER),
    by_fault("guest-conversion-fails", "the conversion pod fails", Fault.CONVERSION),
    by_fault("migration-hangs", "the conversion never gets on", Fault.HANG),
    by_fault("migration-canceled", "the machine is canceled by nobody's wish", Fault.CONVERSION, Fault.CANCELED),
    by_fault("failure-called-success", "the plan succeeds, its machine failed", Fault.CONVERSION, Fault.PLAN_BOASTS),
    by_fault(
        "cancel-called-success",
        "the plan succeeds, its machine was canceled",
        Fault.CONVERSION,
        Fault.CANCELED,
        Fault.PLAN_BOASTS,
    ),
    by_fault("hook-not-run", "a hook counts as run, but never ran", Fault.HOOK_SKIPPED),
    by_fault("hook-failure-ignored", "a hook that failed counts as one that went well", Fault.HOOK_FAILURE_IGNORED),
    by_fault("hooks-swapped", "each step runs the hook of the other", Fault.HOOKS_SWAPPED),
    by_fault("hook-late", "the pre-migration hook runs after the source was switched off", Fault.HOOK_LATE),
    by_fault("tracking-not-seen", "MTV does not see that changed blocks are tracked", Fault.TRACKING_UNSEEN),
    by_fault("cutover-ignored", "a warm copy never comes to its cutover", Fault.CUTOVER_IGNORED),
    by_fault("precopy-snapshot-left", "the first snapshot of a warm copy stays", Fault.PRECOPY_SNAPSHOT_STAYS),
    by_fault("prime-claims-left", "claims that disks were filled through outlive it", Fault.PRIME_CLAIMS_STAY),
    by_fault("populator-pods-left", "pods that filled disks outlive the migration", Fault.POPULATOR_PODS_STAY),
    by_fault("source-deleted", "the source machine is gone after its move", Fault.SOURCE_DELETED),
    by_fault("data-volumes-left", "DataVolumes outlive the migration", Fault.DATA_VOLUMES_STAY),
    by_fault("secrets-left", "the migration's copies of credentials outlive it", Fault.SECRETS_STAY),
    by_fault("source-started", "the source runs again after its move", Fault.SOURCE_STARTS),
    by_fault("snapshot-left", "the source keeps a snapshot of the migration", Fault.SOURCE_SNAPSHOT_STAYS),
    by_fault("remote-landed-locally", "a machine for another cluster arrives on MTV's own", Fault.LANDS_LOCALLY),
    by_fault(
        "remote-token-expired-midway",
        "the other cluster's token expires while disks are copied",
        Fault.TOKEN_EXPIRES,
    ),
    by_fault("tls-unverified", "the source Provider's Secret skips verification", Fault.TLS_UNVERIFIED),
)
