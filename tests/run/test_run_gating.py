"""Which scenarios apply where; each reason names the tag and what is missing."""

from dataclasses import replace

import pytest

from support.domain.issue import Issue, IssueId, Standing
from support.domain.names import RoleName
from support.domain.source import ProviderKind
from support.run.gating import Circumstances, doubts, issues_of, may_run_warm, reason_to_skip
from support.run.selection import CAPABILITIES

VSPHERE = Circumstances(
    profile="vc8",
    kind=ProviderKind.VSPHERE,
    capabilities=frozenset({"clone", "power", "vddk"}),
    copy_offload=True,
    remote_cluster="other",
    mtv_version="2.12.1",
)
_ALL_TAGS = ["tier0", "cold", "warm", "copyoffload", "remote", "needs.vddk", "min_mtv_version=2.12", "test_x"]


def test_everything_applies_where_everything_is_there() -> None:
    assert reason_to_skip(_ALL_TAGS, VSPHERE) is None


@pytest.mark.parametrize("kind", ProviderKind)
def test_a_cold_scenario_applies_to_every_source(kind: ProviderKind) -> None:
    bare = Circumstances(profile="p", kind=kind)
    assert reason_to_skip(["tier0", "cold", "test_x", "severity.minor", "known.MTV-1"], bare) is None


@pytest.mark.parametrize("kind", ProviderKind)
def test_warm_is_for_vsphere_and_rhv_only(kind: ProviderKind) -> None:
    reason = reason_to_skip(["warm"], replace(VSPHERE, kind=kind))
    if kind in (ProviderKind.VSPHERE, ProviderKind.OVIRT):
        assert reason is None
    else:
        assert reason == f"@warm: MTV migrates warm from vSphere and RHV only; source profile 'vc8' ({kind.spoken})"


def test_copy_offload_needs_a_vsphere_profile_with_its_block() -> None:
    assert reason_to_skip(["copyoffload"], replace(VSPHERE, copy_offload=False)) == (
        "@copyoffload: needs a vSphere profile with a copyoffload block; source profile 'vc8' (vSphere) has none"
    )
    assert reason_to_skip(["copyoffload"], replace(VSPHERE, kind=ProviderKind.OVIRT)) == (
        "@copyoffload: only disks of vSphere are copied by the storage array; source profile 'vc8' (RHV/oVirt)"
    )


def test_copy_offload_waits_for_an_mtv_that_lets_an_array_copy() -> None:
    off = replace(VSPHERE, no_offload="the ForkliftController switches copy-offload off")
    assert reason_to_skip(["copyoffload"], off) == "@copyoffload: the ForkliftController switches copy-offload off"
    assert reason_to_skip(["cold"], off) is None


def test_remote_needs_its_setting() -> None:
    assert reason_to_skip(["remote"], replace(VSPHERE, remote_cluster="")) == (
        "@remote: needs the setting remote_ocp_cluster, a text in the address of the destination's API"
    )


def test_a_need_is_met_by_exactly_that_capability() -> None:
    assert reason_to_skip(["needs.rdm"], VSPHERE) == (
        "@needs.rdm: source profile 'vc8' (vSphere) has no rdm_lun_uuid in its block copyoffload"
    )
    assert reason_to_skip(["needs.clon"], VSPHERE) is not None


@pytest.mark.parametrize("need", sorted(CAPABILITIES))
def test_whatever_can_be_needed_has_words_for_its_lack(need: str) -> None:
    bare = [replace(VSPHERE, kind=kind, capabilities=()) for kind in ProviderKind]
    reasons = [reason for here in bare if (reason := reason_to_skip([f"needs.{need}"], here)) is not None]
    assert reasons, "a need that nobody can lack"
    assert not [reason for reason in reasons if "does not offer it" in reason]


def test_a_vddk_image_is_needed_for_disks_of_vsphere_alone() -> None:
    without = replace(VSPHERE, capabilities=())
    assert reason_to_skip(["needs.vddk"], without) is not None
    assert reason_to_skip(["needs.vddk"], replace(without, kind=ProviderKind.OVIRT)) is None


def test_a_role_that_stands_for_no_machine_skips_and_says_where_one_is_named() -> None:
    windows, linux = RoleName("Windows Server 2019"), RoleName("RHEL 8")
    here = replace(VSPHERE, kind=ProviderKind.OVA, unnamed={windows})
    assert reason_to_skip(["cold"], here, [linux]) is None
    assert reason_to_skip(["cold"], here, [linux, windows]) == (
        "no machine for the role 'Windows Server 2019': source profile 'vc8' (OVA) names none, "
        "expected one in its block machines"
    )


@pytest.mark.parametrize(
    ("installed", "wanted", "applies"),
    [
        ("2.12.1", "2.12", True),
        ("2.12.1", "2.9", True),
        ("2.9.4", "2.10", False),
        ("2.10.0", "2.9", True),
        ("3.0.0", "2.12", True),
        ("2.12.0", "3.0", False),
    ],
)
def test_versions_are_compared_by_number(installed: str, wanted: str, applies: bool) -> None:
    reason = reason_to_skip([f"min_mtv_version={wanted}"], replace(VSPHERE, mtv_version=installed))
    assert (reason is None) is applies
    assert applies or reason == f"@min_mtv_version={wanted}: MTV {installed} is installed"


@pytest.mark.parametrize("version", [None, "nightly"])
def test_a_version_that_could_not_be_told_skips_nothing(version: str | None) -> None:
    untold = replace(VSPHERE, mtv_version=version)
    assert reason_to_skip(["min_mtv_version=9.9"], untold) is None
    assert doubts(["min_mtv_version=9.9"], untold) == ["@min_mtv_version=9.9: which MTV is installed could not be told"]
    assert doubts(["min_mtv_version=9.9"], VSPHERE) == []


def issue(text: str, standing: Standing, told: str) -> dict[IssueId, Issue]:
    return {IssueId(text): Issue(id=IssueId(text), standing=standing, told=told)}


def test_an_open_issue_skips_and_a_closed_one_does_not() -> None:
    still_open = replace(VSPHERE, issues=issue("MTV-1", Standing.OPEN, "In Progress"))
    assert reason_to_skip(["cold", "known.MTV-1"], still_open) == (
        "@known.MTV-1: issue MTV-1 is still open (status In Progress); source profile 'vc8' (vSphere)"
    )
    closed = replace(VSPHERE, issues=issue("MTV-1", Standing.CLOSED, "Closed"))
    assert reason_to_skip(["cold", "known.MTV-1"], closed) is None
    assert doubts(["cold", "known.MTV-1"], closed) == []


def test_an_issue_that_could_not_be_told_skips_nothing_and_is_reported() -> None:
    unknown = replace(VSPHERE, issues=issue("MTV-1", Standing.UNKNOWN, "it refused the token"))
    assert reason_to_skip(["known.MTV-1"], unknown) is None
    assert doubts(["known.MTV-1"], unknown) == [
        "@known.MTV-1: whether issue MTV-1 is still open could not be told: it refused the token"
    ]
    assert doubts(["known.MTV-1"], VSPHERE), "an issue nobody asked for is no closed one"


def test_warm_from_rhv_stands_behind_its_issue() -> None:
    rhv = replace(VSPHERE, kind=ProviderKind.OVIRT, issues=issue("MTV-2846", Standing.OPEN, "New"))
    assert issues_of(["warm", "cold", "known.MTV-1"], ProviderKind.OVIRT) == {"MTV-2846", "MTV-1"}
    assert issues_of(["warm", "cold"], ProviderKind.VSPHERE) == set()
    assert reason_to_skip(["warm"], rhv) == (
        "@warm: issue MTV-2846 is still open (status New); source profile 'vc8' (RHV/oVirt)"
    )
    assert not may_run_warm(["warm"], rhv), "nor is the precopy interval set for it"
    assert reason_to_skip(["cold"], rhv) is None
    assert reason_to_skip(["warm"], replace(rhv, issues=issue("MTV-2846", Standing.CLOSED, "Closed"))) is None


def test_the_first_reason_is_given() -> None:
    reason = reason_to_skip(["cold", "remote", "warm"], Circumstances(profile="p", kind=ProviderKind.OVA))
    assert reason is not None
    assert reason.startswith("@remote")


def test_warm_from_vsphere_needs_a_vddk_image_and_says_where_one_may_stand() -> None:
    without = replace(VSPHERE, capabilities=frozenset({"clone"}))
    reason = reason_to_skip(["warm"], without)
    assert reason is not None
    assert "vddk_init_image in source profile 'vc8' (vSphere)" in reason
    assert "vddk_image in the ForkliftController" in reason
    assert reason_to_skip(["warm"], replace(without, kind=ProviderKind.OVIRT)) is None
    assert reason_to_skip(["cold"], without) is None


def test_only_what_is_warm_and_applies_may_run_warm() -> None:
    assert may_run_warm(["tier0", "warm"], VSPHERE)
    assert not may_run_warm(["tier0", "cold"], VSPHERE)
    assert not may_run_warm(["warm", "needs.rdm"], VSPHERE)
    assert not may_run_warm(["warm"], replace(VSPHERE, kind=ProviderKind.OVA))
