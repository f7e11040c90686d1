"""Every sentence of every feature means exactly one thing, and every sentence that is defined is wanted."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from behave.matchers import Matcher

from tests.features.catalogue import KINDS, ROOT, Definitions, FeatureText, all_features, load_definitions, matching

_GUIDE = ROOT / "docs" / "writing-scenarios.md"

_TWO_TYPES = """
from behave import given
@given("a disk of {size:d} GB")
def whole(context, size): ...
@given("a disk of {size:g} GB")
def fraction(context, size): ...
"""


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_definitions(ROOT / "steps")


def everything(definitions: Definitions) -> Iterator[Matcher]:
    for kind in KINDS:
        yield from definitions[kind]


def unclear(feature: FeatureText, definitions: Definitions) -> list[str]:
    """Steps of a feature that no definition takes, or more than one."""
    found = []
    for step in feature.steps():
        takers = matching(step, definitions)
        if len(takers) != 1:
            patterns = ", ".join(f"{each.pattern!r} ({each.location})" for each in takers) or "nobody"
            found.append(f"{feature.name}:{step.line}: {step.keyword} {step.name} is taken by {patterns}")
    return found


def test_there_are_features_and_sentences_to_look_at(definitions: Definitions) -> None:
    assert sum(1 for feature in all_features() for _ in feature.steps()) > 0
    assert sum(1 for _ in everything(definitions)) > 0


def test_each_step_of_a_feature_is_taken_by_exactly_one_definition(definitions: Definitions) -> None:
    assert [text for feature in all_features() for text in unclear(feature, definitions)] == []


def test_definitions_that_differ_only_in_a_field_type_are_told_apart_by_no_reader(tmp_path: Path) -> None:
    (tmp_path / "two_steps.py").write_text(_TWO_TYPES)
    feature = FeatureText("x.feature", "Feature: F\n  Scenario: S\n    Given a disk of 3 GB\n    And a disk\n")
    overlapping, unknown = unclear(feature, load_definitions(tmp_path))
    assert "{size:d}" in overlapping
    assert "{size:g}" in overlapping
    assert "taken by nobody" in unknown


def test_a_sentence_is_defined_once_whatever_word_it_begins_with(definitions: Definitions) -> None:
    written = Counter(each.pattern.casefold() for each in everything(definitions))
    assert [pattern for pattern, times in written.items() if times > 1] == []


def test_each_definition_is_used_by_a_feature_or_offered_by_the_guide(definitions: Definitions) -> None:
    steps = [step for feature in all_features() for step in feature.steps()]
    used = [each for step in steps for each in matching(step, definitions)]
    guide = _GUIDE.read_text(encoding="utf-8") if _GUIDE.exists() else ""
    unused = [each for each in everything(definitions) if each not in used]
    unwanted = [each.describe() for each in unused if each.pattern not in guide]
    assert unwanted == [], f"neither in features/ nor in {_GUIDE.name}"


@pytest.mark.parametrize("feature", all_features(), ids=lambda feature: feature.name)
def test_other_gherkin_tools_read_what_behave_runs(feature: FeatureText) -> None:
    ours = [[step.name for step in scenario.all_steps] for scenario in feature.scenarios()]
    theirs = [[step["text"] for step in pickle["steps"]] for pickle in feature.official()]
    assert theirs == ours


def test_a_step_that_only_behave_understands_is_noticed() -> None:
    feature = FeatureText("x.feature", "Feature: F\n  Scenario: S\n    given a machine\n    When it is moved\n")
    assert len(list(feature.steps())) == 2
    assert [len(pickle["steps"]) for pickle in feature.official()] == [1]
