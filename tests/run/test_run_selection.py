"""Which scenarios run: an empty selection and a mistyped tag are errors, never a green run of nothing."""

from collections.abc import Sequence

import pytest
from behave.model import Feature
from behave.parser import parse_feature

from support.domain.errors import StartError
from support.run.selection import chosen_scenarios, unknown_tags
from tests.run.conftest import FEATURE, configuration

_OUTLINE = """
@warm
Feature: Warm
  @test_warm
  Scenario Outline: It arrives with <disks>
    Given all is well
    Examples:
      | disks |
      | one   |
      | two   |
  Rule: Remote
    @remote @test_far
    Scenario: It arrives far away
      Given all is well
"""


def features(*texts: str) -> list[Feature]:
    return [parse_feature(text, filename=f"features/{number}.feature") for number, text in enumerate(texts)]


def chosen(found: Sequence[Feature], *arguments: str) -> list[str]:
    return [scenario.name for scenario in chosen_scenarios(found, configuration(*arguments))]


def refusal(found: Sequence[Feature], *arguments: str) -> str:
    with pytest.raises(StartError) as caught:
        chosen(found, *arguments)
    return str(caught.value)


def test_without_tags_everything_is_chosen_in_order() -> None:
    names = chosen(features(FEATURE, _OUTLINE))
    assert names[:2] == ["It arrives", "It is lost"]
    assert len(names) == 5


def test_tags_choose_inside_of_rules_and_by_the_tags_of_the_feature() -> None:
    assert chosen(features(FEATURE, _OUTLINE), "--tags=@warm and @remote") == ["It arrives far away"]
    assert len(chosen(features(FEATURE, _OUTLINE), "--tags=@test_warm")) == 2


def test_a_name_chooses_too() -> None:
    assert chosen(features(FEATURE), "--name=lost") == ["It is lost"]


@pytest.mark.parametrize("tag", ["@tier00", "@test_onee", "not@test_one", "@remote and @cold"])
def test_an_empty_selection_says_what_there_is(tag: str) -> None:
    said = refusal(features(FEATURE, _OUTLINE), f"--tags={tag}")
    assert ("did you mean @test_one? " in said) is ("test_one" in tag)
    assert said.startswith("no scenario selected by tags")
    assert "out of 5" in said
    assert said.endswith("`acceptance catalog` lists all of them; common tags: @cold, @remote, @warm")


def test_no_features_at_all_is_an_empty_selection() -> None:
    assert "out of 0" in refusal([])


@pytest.mark.parametrize("tag", ["@smoke", "@Cold", "@needs.rdms", "@known.2846", "@severity.high", "@test-one"])
def test_a_tag_that_is_on_no_list_stops_every_run(tag: str) -> None:
    found = features(FEATURE.replace("@test_two", f"@test_two {tag}"))
    said = refusal(found, "--tags=@test_one")
    assert f"{tag} (features/0.feature:8)" in said
    assert "docs/writing-scenarios.md" in said


def test_unknown_tags_of_feature_rule_and_outline_are_found_at_each_scenario() -> None:
    assert unknown_tags(features(_OUTLINE)) == []
    named = unknown_tags(features(_OUTLINE.replace("@warm\n", "@wram\n").replace("  Rule", "  @strange\n  Rule")))
    assert [text.split()[0] for text in named] == ["@strange", "@wram", "@wram", "@wram"]
