"""Which check owns which defect of the lab, and what a scenario needs to show it.

The lab knows no name of the suite, and the suite none of the lab's defects; this table is where the two meet.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

MIGRATION_SUCCEEDS = "the migration succeeds"
MIGRATED = "it is cold migrated"
MATCHES = "the target machine matches its source"
WARM_MIGRATED = "it is warm migrated"
FAILS_IN_POST_HOOK = "the migration fails in its post-migration hook"
STEPS = (MIGRATED, WARM_MIGRATED, MIGRATION_SUCCEEDS, MATCHES, FAILS_IN_POST_HOOK)
"""Sentences that own what no check can see: there is no machine, or no verdict, to compare."""

RHEL8, TWO_OF_EACH, EFI = "mtv-tests-rhel8", "mtv-rhel8-warm-2disks2nics", "mtv-tests-rhel9-efi"
WIN2019, WIN2022, STATIC = "mtv-win2019-3disks", "mtv-win2022-ip-3disks", "mtv-rhel9-static-2nics"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of the features, by its tag, or by its name where it has none of its own.

    `role` is the machine in it that a drill may replace.
    """

    tag: str
    role: str
    name: str = ""

    @property
    def chosen(self) -> str:
        """The argument by which Behave runs this scenario alone."""
        return f"--name=^{re.escape(self.name)}$" if self.name else f"--tags={self.tag}"


COLD = Scenario("@test_sanity_cold_mtv_migration", "RHEL 8")
WARM = Scenario("@test_sanity_warm_mtv_migration", "RHEL 8")
POST_HOOK_FAILS = Scenario("@test_post_hook_retain_failed_vm", "RHEL 8")
PRE_HOOK_FAILS = Scenario("", "RHEL 8", "A machine whose pre-migration hook fails stays where it is")
REMOTE = Scenario("@test_cold_remote_ocp", "RHEL 8")
OPTIONS = Scenario("@test_cold_migration_comprehensive", "Windows Server 2019")
WARM_OPTIONS = Scenario("@test_warm_migration_comprehensive", "Windows Server 2022")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must happen when the scenario meets a defect.

    Attributes:
        owner: the check, or the sentence, that must notice; empty for a variation in which nothing is wrong.
        also: checks that see the same mistake from their side and may fire too.
        machine: the source machine that shows the defect.
        scenario: the scenario that shows it.
    """

    defect: str
    owner: str = ""
    also: frozenset[str] = frozenset()
    machine: str = RHEL8
    scenario: Scenario = COLD

    @property
    def benign(self) -> bool:
        return not self.owner


def _owned(
    owner: str, *defects: str, also: Iterable[str] = (), machine: str = RHEL8, scenario: Scenario = COLD
) -> tuple[Expectation, ...]:
    known = Expectation(defect="", owner=owner, also=frozenset(also), machine=machine, scenario=scenario)
    return tuple(replace(known, defect=each) for each in defects)


_ADDRESS_DEFECTS = ("address-leased", "address-changed", "prefix-changed", "gateway-lost", "dns-lost")


def _on_options(owner: str, *defects: str, also: Iterable[str] = ()) -> tuple[Expectation, ...]:
    return _owned(owner, *defects, also=also, machine=WIN2019, scenario=OPTIONS)


_EXPECTATIONS = (
    # A machine that is off has no agent either.
    *_owned("power", "machine-stays-off", also=("guest agent",)),
    *_owned("cpu", "cores-for-sockets", "sockets-halved", "threads-doubled"),
    *_owned("memory", "memory-rounded-down", "memory-in-megabytes"),
    *_owned("nics", "mac-changed"),
    *_owned("nics", "nic-dropped", "nic-extra", "networks-swapped", "nics-reversed", machine=TWO_OF_EACH),
    *_owned("disks", "disk-extra", "disk-truncated", "disk-in-other-class", "disk-source-lost"),
    *_owned("disks", "disks-reversed", machine=TWO_OF_EACH),
    # What was on a disk that is not there, or is said to be another, is not found where it should be.
    *_owned("disks", "disk-dropped", "disk-sources-swapped", also=("data",), machine=TWO_OF_EACH),
    *_owned("static ip", *(f"windows-{each}" for each in _ADDRESS_DEFECTS), machine=WIN2019, scenario=OPTIONS),
    *_owned("static ip", *(f"linux-{each}" for each in _ADDRESS_DEFECTS), machine=STATIC),
    *_owned("data", "disk-content-swapped", "disk-content-lost", machine=TWO_OF_EACH),
    *_owned("data", "disk-smaller-in-guest", "files-emptied"),
    *_owned("data", "last-delta-missing", scenario=WARM),
    *_owned("identity", "serial-lost", "serial-in-plain-form", "serial-of-another"),
    *_owned("firmware", "efi-for-bios"),
    *_owned("firmware", "bios-for-efi", "secure-boot-lost", machine=EFI),
    # The wait for the agent ends without it, which the power check tells as a machine that never came to rest.
    *_owned("guest agent", "agent-silent", also=("power",)),
    *_owned("ssh", "another-guest", "login-lost", "ssh-silent"),
    *_owned("source power", "source-started", "source-deleted"),
    *_owned("snapshots", "snapshot-left"),
    *_owned("provider TLS", "tls-unverified"),
    *_owned("residue", "data-volumes-left", "secrets-left", "prime-claims-left", "populator-pods-left"),
    *_owned(MIGRATION_SUCCEEDS, "disk-transfer-fails", "guest-conversion-fails", "migration-canceled"),
    *_owned(MIGRATION_SUCCEEDS, "failure-called-success", "cancel-called-success"),
    *_owned(MIGRATED, "migration-hangs", "plan-not-ready-storage", "plan-not-ready-maps"),
    # Whoever does not see the tracking, or the cutover, moves nothing.
    *_owned(WARM_MIGRATED, "tracking-not-seen", "cutover-ignored", scenario=WARM),
    *_owned("snapshots", "precopy-snapshot-left", scenario=WARM),
    *_owned(FAILS_IN_POST_HOOK, "hook-not-run", "hook-failure-ignored", "hooks-swapped", scenario=POST_HOOK_FAILS),
    # That nothing was moved is judged by what is on the target and by the source's power.
    *_owned("source power", "hook-late", scenario=PRE_HOOK_FAILS),
    *_owned(MATCHES, "machine-renamed"),
    *_owned(MATCHES, "remote-landed-locally", scenario=REMOTE),
    *_owned(MIGRATION_SUCCEEDS, "remote-token-expired-midway", scenario=REMOTE),
    *_on_options("disk names", "disk-name-wrong", "disk-names-swapped", "disk-names-default", "disk-suffix-extra"),
    *_owned("disk names", "disk-suffix-missing", machine=WIN2022, scenario=WARM_OPTIONS),
    *_on_options("labels", "label-dropped", "label-value-changed", "labels-beside-template"),
    *_on_options("affinity", "affinity-dropped", "affinity-weakened", "affinity-inverted"),
    *_on_options("placement", "node-selector-dropped", "node-selector-ignored"),
    *_on_options("power", "power-state-ignored", also=("guest agent",)),
    *_on_options(MATCHES, "target-namespace-ignored"),
    *_owned("", "attachment-unqualified", machine=TWO_OF_EACH),
    *_owned(
        "", "macs-in-capitals", "extra-labels", "serial-in-capitals", "disks-rounded-up", "agent-late", "clones-slow"
    ),
    *_owned("", "api-slow", "api-busy", "lists-reversed", "watches-dropped", "watches-expired", "writes-conflict"),
)
AWAITED: Mapping[str, tuple[str, ...]] = {}
"""Defects that only a scenario can show which does not exist yet, by its tag; once it does, they get owners above."""
EXPECTATIONS = {each.defect: each for each in _EXPECTATIONS}
