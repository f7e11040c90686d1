"""Which scenario runs on which kind of source: the table of docs/sources.md is what gating does, cell by cell."""

import re

import pytest
from behave.model import Scenario
from behave.step_registry import StepRegistry

from support.domain.issue import Issue, IssueId, Standing
from support.domain.names import RoleName
from support.domain.source import ProviderKind
from support.run.gating import Circumstances, issues_of, reason_to_skip
from support.run.roles import DEFAULTS, defaults_for, unnamed
from support.run.scenario_life import roles_of, tags_of
from tests.features.catalogue import ROOT, FeatureText, all_features, load_definitions
from tests.features.support_table import ISSUE, KINDS, PAGE, WORDS, YES, name_of, rows

SCENARIOS = [scenario for feature in all_features() for scenario in feature.scenarios()]


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Behave loads them when it starts."""
    registry = StepRegistry()
    registry.steps = load_definitions(ROOT / "steps")
    monkeypatch.setattr("support.run.scenario_life.the_step_registry", registry)


def whole(kind: ProviderKind) -> Circumstances:
    """A profile of this kind that has all there is for it, where nobody asked a tracker."""
    able = {"vddk"} if kind is ProviderKind.OVA else {"clone", "power", "vddk"}
    array = {"secondary_datastore", "non_xcopy_datastore", "rdm"} if kind is ProviderKind.VSPHERE else set()
    return Circumstances(
        profile="mine",
        kind=kind,
        capabilities=able | array,
        copy_offload=True,
        remote_cluster="other",
        mtv_version="2.12.5",
        unnamed=unnamed(defaults_for(kind)),
    )


def reason(scenario: Scenario, here: Circumstances) -> str | None:
    return reason_to_skip(tags_of(scenario), here, roles_of(scenario))


def test_every_scenario_has_its_row_and_no_other_has() -> None:
    assert sorted(rows()) == sorted(map(name_of, SCENARIOS))
    assert all(list(cells) == list(KINDS) for cells in rows().values())


@pytest.mark.parametrize("heading", KINDS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_a_scenario_runs_where_the_table_says_so_and_is_skipped_elsewhere_with_its_reason(
    scenario: Scenario, heading: str
) -> None:
    cell, kind = rows()[name_of(scenario)][heading], KINDS[heading]
    told = reason(scenario, whole(kind))
    assert (told is None) is (cell in (YES, ISSUE)), told
    if told is None:
        assert (issues_of(tags_of(scenario), kind) == {"MTV-2846"}) is (cell == ISSUE)
    else:
        assert told.startswith(WORDS[cell])
        assert f"source profile 'mine' ({kind.spoken})" in told


def test_the_reason_that_is_told_does_not_change_from_run_to_run() -> None:
    """Behave keeps effective tags in a set; those of the feature come first here, then as they are written."""
    text = "@cold @tier0\nFeature: F\n  @warm @needs.rdm @test_x\n  Scenario: S\n    When it is warm migrated\n"
    (scenario,) = FeatureText("x.feature", text).scenarios()
    assert tags_of(scenario) == ["cold", "tier0", "warm", "needs.rdm", "test_x"]


def test_every_word_of_the_table_is_explained_and_used() -> None:
    used = {cell for cells in rows().values() for cell in cells.values()}
    assert used == {YES, ISSUE, *WORDS}
    assert set(re.findall(r"^\* \*\*(\w+)\*\*: ", PAGE, re.MULTILINE)) == used - {YES}


# reference/03, "Supported Source Providers", column by column
COLD = dict.fromkeys(ProviderKind, True)
WARM = {kind: kind in (ProviderKind.VSPHERE, ProviderKind.OVIRT) for kind in ProviderKind}
COPY_OFFLOAD = {kind: kind is ProviderKind.VSPHERE for kind in ProviderKind}


@pytest.mark.parametrize("kind", ProviderKind)
@pytest.mark.parametrize(("family", "able"), [("cold", COLD), ("warm", WARM), ("copyoffload", COPY_OFFLOAD)])
def test_families_apply_as_in_the_reference(family: str, able: dict[ProviderKind, bool], kind: ProviderKind) -> None:
    assert (reason_to_skip([family], whole(kind)) is None) is able[kind]


def test_warm_from_rhv_waits_for_its_issue_whatever_the_family() -> None:
    issue = Issue(id=IssueId("MTV-2846"), standing=Standing.OPEN, told="New")
    here = whole(ProviderKind.OVIRT)
    held = Circumstances(profile="mine", kind=here.kind, remote_cluster="other", issues={issue.id: issue})
    for scenario in SCENARIOS:
        if rows()[name_of(scenario)]["RHV, oVirt"] == ISSUE:
            assert "issue MTV-2846 is still open" in (reason(scenario, held) or "")


def test_the_role_in_a_sentence_is_the_one_that_its_step_gets() -> None:
    asked = {role for scenario in SCENARIOS for role in roles_of(scenario)}
    assert asked
    assert asked <= DEFAULTS.keys()
    assert all(roles_of(scenario) for scenario in SCENARIOS)


@pytest.mark.parametrize("kind", ProviderKind)
def test_every_source_has_a_machine_for_the_role_of_the_cold_sanity_scenario(kind: ProviderKind) -> None:
    assert RoleName("RHEL 8") in defaults_for(kind)
