"""What a drill needs to know of a defect: who owns it, and the scenario, machine and source that show it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

VSPHERE = "vsphere"
"""Name of the source profile that drills run on unless an expectation names another."""
RHEL8 = "mtv-tests-rhel8"

MIGRATION_SUCCEEDS = "the migration succeeds"
MIGRATED = "it is cold migrated"
MATCHES = "the target machine matches its source"
ALL_MATCH = "every target machine matches its source"
WARM_MIGRATED = "it is warm migrated"
FAILS_IN_POST_HOOK = "the migration fails in its post-migration hook"
OFFLOADED = "it is cold migrated with copy-offload"
AT_THE_SAME_TIME = "they were under way at the same time"
STEPS = (
    MIGRATED,
    WARM_MIGRATED,
    MIGRATION_SUCCEEDS,
    MATCHES,
    ALL_MATCH,
    FAILS_IN_POST_HOOK,
    OFFLOADED,
    AT_THE_SAME_TIME,
)
"""Sentences that own what no check can see: there is no machine, or no verdict, to compare."""


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
        profile: the source profile of the lab on which it shows.
    """

    defect: str
    owner: str = ""
    also: frozenset[str] = frozenset()
    machine: str = RHEL8
    scenario: Scenario = COLD
    profile: str = VSPHERE

    @property
    def benign(self) -> bool:
        return not self.owner


Owned = tuple[Expectation, ...]


def owned(
    owner: str, *defects: str, also: Iterable[str] = (), machine: str = RHEL8, scenario: Scenario = COLD
) -> Owned:
    """Defects that the same check owns in the same scenario."""
    known = Expectation(defect="", owner=owner, also=frozenset(also), machine=machine, scenario=scenario)
    return tuple(replace(known, defect=each) for each in defects)


def on_source(profile: str, *expectations: Expectation) -> Owned:
    """The same on another source profile of the lab; its estate has machines of the same names."""
    return tuple(replace(each, profile=profile) for each in expectations)
