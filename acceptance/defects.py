"""Which check owns which defect of the lab, and what a scenario needs to show it.

The lab knows no name of the suite, and the suite none of the lab's defects; this table is where the two meet. What
shows on another source only stands in a table of that source, a module beside this one.
"""

from collections.abc import Iterable, Mapping

from acceptance.appliance_defects import ON_OVA
from acceptance.array_defects import ON_ARRAY
from acceptance.cloud_defects import ON_OPENSTACK
from acceptance.engine_defects import ON_OVIRT
from acceptance.expecting import (
    ALL_MATCH,
    FAILS_IN_POST_HOOK,
    MATCHES,
    MIGRATED,
    MIGRATION_SUCCEEDS,
    OPTIONS,
    POST_HOOK_FAILS,
    PRE_HOOK_FAILS,
    REMOTE,
    WARM,
    WARM_MIGRATED,
    WARM_OPTIONS,
    Owned,
    owned,
)
from acceptance.from_cluster import ON_OPENSHIFT

TWO_OF_EACH, EFI = "mtv-rhel8-warm-2disks2nics", "mtv-tests-rhel9-efi"
WIN2019, WIN2022, STATIC = "mtv-win2019-3disks", "mtv-win2022-ip-3disks", "mtv-rhel9-static-2nics"


_ADDRESS_DEFECTS = ("address-leased", "address-changed", "prefix-changed", "gateway-lost", "dns-lost")


def _on_options(owner: str, *defects: str, also: Iterable[str] = ()) -> Owned:
    return owned(owner, *defects, also=also, machine=WIN2019, scenario=OPTIONS)


_ON_VSPHERE = (
    # A machine that is off has no agent either.
    *owned("power", "machine-stays-off", also=("guest agent",)),
    *owned("cpu", "cores-for-sockets", "sockets-halved", "threads-doubled"),
    *owned("memory", "memory-rounded-down", "memory-in-megabytes"),
    *owned("nics", "mac-changed"),
    *owned("nics", "nic-dropped", "nic-extra", "networks-swapped", "nics-reversed", machine=TWO_OF_EACH),
    *owned("disks", "disk-extra", "disk-truncated", "disk-in-other-class", "disk-source-lost"),
    *owned("disks", "disks-reversed", machine=TWO_OF_EACH),
    # What was on a disk that is not there, or is said to be another, is not found where it should be.
    *owned("disks", "disk-dropped", "disk-sources-swapped", also=("data",), machine=TWO_OF_EACH),
    *owned("static ip", *(f"windows-{each}" for each in _ADDRESS_DEFECTS), machine=WIN2019, scenario=OPTIONS),
    *owned("static ip", *(f"linux-{each}" for each in _ADDRESS_DEFECTS), machine=STATIC),
    *owned("data", "disk-content-swapped", "disk-content-lost", machine=TWO_OF_EACH),
    *owned("data", "disk-smaller-in-guest", "files-emptied"),
    *owned("data", "last-delta-missing", scenario=WARM),
    *owned("identity", "serial-lost", "serial-in-plain-form", "serial-of-another"),
    *owned("firmware", "efi-for-bios"),
    *owned("firmware", "bios-for-efi", "secure-boot-lost", machine=EFI),
    # The wait for the agent ends without it, which the power check tells as a machine that never came to rest.
    *owned("guest agent", "agent-silent", also=("power",)),
    *owned("ssh", "another-guest", "login-lost", "ssh-silent"),
    *owned("source power", "source-started", "source-deleted"),
    *owned("snapshots", "snapshot-left"),
    *owned("provider TLS", "tls-unverified"),
    *owned("residue", "data-volumes-left", "secrets-left", "prime-claims-left", "populator-pods-left"),
    *owned(MIGRATION_SUCCEEDS, "disk-transfer-fails", "guest-conversion-fails", "migration-canceled"),
    *owned(MIGRATION_SUCCEEDS, "failure-called-success", "cancel-called-success"),
    *owned(MIGRATED, "migration-hangs", "plan-not-ready-storage", "plan-not-ready-maps"),
    # Whoever does not see the tracking, or the cutover, moves nothing.
    *owned(WARM_MIGRATED, "tracking-not-seen", "cutover-ignored", scenario=WARM),
    *owned("snapshots", "precopy-snapshot-left", scenario=WARM),
    *owned(FAILS_IN_POST_HOOK, "hook-not-run", "hook-failure-ignored", "hooks-swapped", scenario=POST_HOOK_FAILS),
    # That nothing was moved is judged by what is on the target and by the source's power.
    *owned("source power", "hook-late", scenario=PRE_HOOK_FAILS),
    *owned(MATCHES, "machine-renamed"),
    *owned(ALL_MATCH, "remote-landed-locally", scenario=REMOTE),
    *owned(MIGRATION_SUCCEEDS, "remote-token-expired-midway", scenario=REMOTE),
    *_on_options("disk names", "disk-name-wrong", "disk-names-swapped", "disk-names-default", "disk-suffix-extra"),
    *owned("disk names", "disk-suffix-missing", machine=WIN2022, scenario=WARM_OPTIONS),
    *_on_options("labels", "label-dropped", "label-value-changed", "labels-beside-template"),
    *_on_options("affinity", "affinity-dropped", "affinity-weakened", "affinity-inverted"),
    *_on_options("placement", "node-selector-dropped", "node-selector-ignored"),
    *_on_options("power", "power-state-ignored", also=("guest agent",)),
    *_on_options(MATCHES, "target-namespace-ignored"),
    *owned("", "attachment-unqualified", machine=TWO_OF_EACH),
    *owned(
        "", "macs-in-capitals", "extra-labels", "serial-in-capitals", "disks-rounded-up", "agent-late", "clones-slow"
    ),
    *owned("", "api-slow", "api-busy", "lists-reversed", "watches-dropped", "watches-expired", "writes-conflict"),
)
AWAITED: Mapping[str, tuple[str, ...]] = {}
"""Defects that only a scenario can show which does not exist yet, by its tag; once it does, they get owners above."""
UNSEEN: frozenset[str] = frozenset()
"""Defects that no check of the suite looks for yet; once one does, they get owners above."""
_ELSEWHERE = (*ON_ARRAY, *ON_OVA, *ON_OPENSHIFT, *ON_OVIRT, *ON_OPENSTACK)
EXPECTATIONS = {each.defect: each for each in (*_ON_VSPHERE, *_ELSEWHERE)}
