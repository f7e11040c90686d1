"""The features as Behave and as the official Gherkin parser read them, and the sentences that steps/ defines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.matchers import Matcher, MatchWithError
from behave.model import Feature, Scenario, ScenarioOutline, Step
from behave.parser import parse_feature
from behave.runner_util import load_step_modules
from behave.step_registry import registry
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

ROOT = Path(__file__).parents[2]
KINDS = ("given", "when", "then", "step")

Definitions = dict[str, list[Matcher]]
"""Step definitions by kind; `step` fits every kind."""


@dataclass(frozen=True, slots=True)
class FeatureText:
    """One feature file; `name` is its path below the project."""

    name: str
    text: str

    def behave(self) -> Feature:
        return parse_feature(self.text, filename=self.name)

    def scenarios(self) -> Iterator[Scenario]:
        """Scenarios as they run: rows in place of outlines, and those inside of rules."""
        ScenarioOutline.annotation_schema = "{name}"  # as behave.ini has it
        yield from self.behave().walk_scenarios()

    def steps(self) -> Iterator[Step]:
        """Every step as it runs, steps of backgrounds included."""
        for scenario in self.scenarios():
            yield from scenario.all_steps

    def official(self) -> list[Any]:
        """Pickles: what any other Gherkin tool would run. Raises the parser's own error."""
        document: Any = {**Parser().parse(self.text), "uri": self.name}
        return list(Compiler().compile(document))


def all_features() -> list[FeatureText]:
    paths = sorted((ROOT / "features").rglob("*.feature"))
    return [FeatureText(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def load_definitions(folder: Path) -> Definitions:
    """Step definitions of a folder by kind; Behave's global registry is left as it was."""
    before = registry.steps
    registry.steps = {kind: [] for kind in KINDS}
    try:
        load_step_modules([str(folder)])
        found: Definitions = registry.steps
    finally:
        registry.steps = before
    return found


def matching(step: Step, definitions: Definitions) -> list[Matcher]:
    """All definitions that take a step; Behave itself stops at the first (facts/behave.md 1.11)."""
    candidates = [*definitions[step.step_type], *definitions["step"]]
    matches = ((each, each.match(step.name)) for each in candidates)
    return [each for each, match in matches if match is not None and not isinstance(match, MatchWithError)]
