"""The features keep the rules of their language, and each rule notices what breaks it."""

import pytest

from support.run.selection import is_known_tag
from tests.features.catalogue import FeatureText, all_features
from tests.features.rules import (
    RULES,
    Rule,
    a_scenario_has_one_test_name,
    a_scenario_sets_up_acts_and_judges,
    a_test_name_is_one_scenarios,
    it_is_the_language_of_the_business,
    tags_are_on_the_closed_list,
    titles_are_unique,
    what_sources_lack_is_a_tag,
)

_GOOD = """
@cold @tier0
Feature: Cold migration
  Machines arrive on OpenShift Virtualization.

  @test_one @severity.critical @known.MTV-2846 @needs.rdm @min_mtv_version=2.10
  Scenario: It arrives
    Given a RHEL 8 machine with a 30 GB disk
    When it is moved
    Then it is itself

  @test_many
  Scenario Outline: It arrives with <disks>
    Given a machine with <disks>
    When it is moved
    Then it is itself

    Examples:
      | disks     |
      | one disk  |
      | two disks |

  Scenario: It arrives by a way of its own
    Not in the older pytest suite: there, nobody tried.

    Given a machine
    When it is moved
    Then it is itself
"""


def changed(old: str, new: str) -> list[FeatureText]:
    assert old in _GOOD
    return [FeatureText("x.feature", _GOOD.replace(old, new, 1))]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_all_features_keep_the_rule(rule: Rule) -> None:
    features = all_features()
    assert features
    assert list(rule(features)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_feature_breaks_no_rule(rule: Rule) -> None:
    assert list(rule([FeatureText("x.feature", _GOOD)])) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        (tags_are_on_the_closed_list, "@tier0", "@tier1"),
        (tags_are_on_the_closed_list, "@known.MTV-2846", "@known.MTV"),
        (tags_are_on_the_closed_list, "@needs.rdm", "@needs.rdms"),
        (a_scenario_has_one_test_name, "@test_one", "@test_one @test_two"),
        (a_scenario_has_one_test_name, "@test_many", ""),
        (a_scenario_has_one_test_name, "Not in the older pytest suite", "New"),
        (a_test_name_is_one_scenarios, "@test_many", "@test_one"),
        (titles_are_unique, "It arrives by a way of its own", "It arrives"),
        (titles_are_unique, "It arrives with <disks>", "It arrives with disks"),
        (a_scenario_sets_up_acts_and_judges, "    Then it is itself\n", ""),
        (a_scenario_sets_up_acts_and_judges, "When it is moved", "Then it is moved"),
        (a_scenario_sets_up_acts_and_judges, "Given a RHEL 8 machine with", "When a RHEL 8 machine with"),
        (it_is_the_language_of_the_business, "a RHEL 8 machine", "vm-1204"),
        (it_is_the_language_of_the_business, "a RHEL 8 machine", "a RHEL 8 VM"),
        (it_is_the_language_of_the_business, "it is moved", "it is moved within 600 seconds"),
        (it_is_the_language_of_the_business, "it is moved", "it is moved as {{.VmName}}-disk"),
        (it_is_the_language_of_the_business, "it is moved", 'it is moved with {"warm": true}'),
        (it_is_the_language_of_the_business, "it is moved", "its PlanReady condition is true"),
        (it_is_the_language_of_the_business, "one disk  |", "from https://vcenter.example.com |"),
        (it_is_the_language_of_the_business, "it is itself", "it has 10.6.47.12"),
        (what_sources_lack_is_a_tag, "Given a machine\n", "Given the plan keeps its static addresses\n"),
    ],
)
def test_a_rule_notices_what_breaks_it(rule: Rule, old: str, new: str) -> None:
    assert list(rule(changed(old, new)))


@pytest.mark.parametrize("tag", ["setup", "teardown", "wip", "Tier0", "needs.", "min_mtv_version=2", "severity.high"])
def test_a_tag_that_is_not_on_the_list_is_not_known(tag: str) -> None:
    """`@setup` and `@teardown` would run although other lines were asked for (facts/behave.md 1.2)."""
    assert not is_known_tag(tag)
