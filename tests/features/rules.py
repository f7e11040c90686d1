"""What a feature may look like: each rule gives a complaint per place that breaks it, and nothing else."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from behave.model import Scenario, ScenarioOutline

from support.run.selection import is_known_tag
from tests.features.catalogue import FeatureText

TEST_NAME = "test_"
NOT_IN_OLDER_SUITE = "older pytest suite"
"""A scenario without a test name says in its description how it stands to the older pytest suite."""

NEEDED_BY = {
    "needs.static_addresses": "keeps its static addresses",
    "needs.disk_names": "the plan names its disks",
    "needs.placing": "the plan places it",
}
"""Tag -> what its sentence says."""

Rule = Callable[[Sequence[FeatureText]], Iterator[str]]

_PRODUCTS = ("OpenShift", "OpenStack", "VMware")
_NO_PLACE_IN_A_FEATURE = {
    "template syntax": re.compile(r"\{\{|\}\}|\$\{"),
    "JSON or code": re.compile(r"[{}\[\]]|\w\(\)"),
    "an address": re.compile(r"\w+://|\b\d{1,3}(\.\d{1,3}){3}\b|\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b", re.IGNORECASE),
    "a number of seconds": re.compile(r"\b\d+ ?(ms|s|sec|secs|seconds?|minutes?|mins?)\b", re.IGNORECASE),
    "an id": re.compile(
        r"\b(vm|host|datastore|network|dvportgroup|group|resgroup)-v?\d+\b|\b[0-9a-f]{8}-[0-9a-f]{4}\b"
    ),
    "a name of the API": re.compile(rf"\b(?!(?:{'|'.join(_PRODUCTS)})\b)[A-Z][a-z]+(?:[A-Z][a-z]+)+\b"),
    "'VM' for machine": re.compile(r"\bVMs?\b"),
}


def tags_are_on_the_closed_list(features: Sequence[FeatureText]) -> Iterator[str]:
    for feature in features:
        for scenario in feature.scenarios():
            for tag in map(str, scenario.effective_tags):
                if not is_known_tag(tag):
                    yield f"{_place(feature, scenario)}: unknown tag @{tag}"


def a_scenario_has_one_test_name(features: Sequence[FeatureText]) -> Iterator[str]:
    for feature in features:
        for scenario in _written(feature):
            names = _test_names(scenario)
            excused = not names and NOT_IN_OLDER_SUITE in " ".join(scenario.description)
            if len(names) != 1 and not excused:
                yield f"{_place(feature, scenario)}: expected one test name, found {names or 'none and no reason'}"


def a_test_name_is_one_scenarios(features: Sequence[FeatureText]) -> Iterator[str]:
    names = Counter(name for feature in features for scenario in _written(feature) for name in _test_names(scenario))
    yield from (f"@{name} names {times} scenarios" for name, times in names.items() if times > 1)


def titles_are_unique(features: Sequence[FeatureText]) -> Iterator[str]:
    """Rows of an outline too: with `{name}` alone as their schema, placeholders must tell them apart."""
    titles = Counter(scenario.name for feature in features for scenario in feature.scenarios())
    titles.update(f"feature {feature.behave().name}" for feature in features)
    yield from (f"{title!r} is the title of {times}" for title, times in titles.items() if times > 1)


def a_scenario_sets_up_acts_and_judges(features: Sequence[FeatureText]) -> Iterator[str]:
    for feature in features:
        for scenario in feature.scenarios():
            order = list(dict.fromkeys(step.step_type for step in scenario.all_steps))
            if order != ["given", "when", "then"]:
                yield f"{_place(feature, scenario)}: expected Given, When, Then, found {', '.join(order)}"


def it_is_the_language_of_the_business(features: Sequence[FeatureText]) -> Iterator[str]:
    for feature in features:
        for number, line in enumerate(feature.text.splitlines(), start=1):
            spoken = "" if line.lstrip().startswith(("@", "#")) else line.replace("<", "").replace(">", "")
            for what, pattern in _NO_PLACE_IN_A_FEATURE.items():
                if found := pattern.search(spoken):
                    yield f"{feature.name}:{number}: {what} ({found.group()!r})"


def what_sources_lack_is_a_tag(features: Sequence[FeatureText]) -> Iterator[str]:
    """A sentence that not every source can keep is told of by a tag: without it the scenario would fail elsewhere."""
    for feature in features:
        for scenario in feature.scenarios():
            needs = {need for step in scenario.all_steps for need, text in NEEDED_BY.items() if text in step.name}
            missing = needs - set(map(str, scenario.effective_tags))
            yield from (f"{_place(feature, scenario)}: expected @{need}" for need in sorted(missing))


RULES: tuple[Rule, ...] = (
    tags_are_on_the_closed_list,
    a_scenario_has_one_test_name,
    a_test_name_is_one_scenarios,
    titles_are_unique,
    a_scenario_sets_up_acts_and_judges,
    it_is_the_language_of_the_business,
    what_sources_lack_is_a_tag,
)


def _written(feature: FeatureText) -> Iterator[Scenario | ScenarioOutline]:
    """Scenarios as they stand in the file: an outline once, however many rows it has."""
    for each in feature.behave().walk_scenarios(with_outlines=True):
        if isinstance(each, ScenarioOutline) or not isinstance(each.parent, ScenarioOutline):
            yield each


def _test_names(scenario: Scenario | ScenarioOutline) -> list[str]:
    return [str(tag) for tag in scenario.effective_tags if str(tag).startswith(TEST_NAME)]


def _place(feature: FeatureText, scenario: Scenario) -> str:
    return f"{feature.name}:{scenario.line}"
