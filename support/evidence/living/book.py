"""The features as they are written, free of what reads them and of any page's format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One step; `table` begins with its headings, `text` is a longer text below the sentence."""

    keyword: str
    words: str
    table: tuple[tuple[str, ...], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What runs and gets a verdict: a scenario itself, or one row of an outline.

    Attributes:
        cells: of its row, by heading; empty for a scenario without rows.
        spoken: all its sentences as a run says them, those of backgrounds included.
    """

    cells: Mapping[str, str]
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """One table of an outline."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Performance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioText:
    """One scenario or outline.

    Attributes:
        tags: its own and those above it, as they are written.
        roles: what it calls its machines.
        sources: type of source -> empty, or what must be so for it to run there.
        not_from: type of source -> why it never runs there.
        itself: None for an outline, whose rows are performed.
    """

    title: str
    line: int
    description: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    roles: tuple[str, ...] = ()
    sources: Mapping[str, str]
    not_from: Mapping[str, str]
    itself: Performance | None = None
    examples: tuple[Examples, ...] = ()
    anchor: str = ""

    @property
    def never(self) -> Mapping[str, tuple[str, ...]]:
        """Types of source it never runs from, by the reason."""
        reasons = dict.fromkeys(self.not_from.values())
        return {why: tuple(kind for kind, each in self.not_from.items() if each == why) for why in reasons}

    @property
    def performances(self) -> tuple[Performance, ...]:
        own = (self.itself,) if self.itself is not None else ()
        return (*own, *(row for table in self.examples for row in table.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A rule with its scenarios; without a title, those that stand below the feature itself."""

    title: str = ""
    description: tuple[str, ...] = ()
    background: tuple[Sentence, ...] = ()
    scenarios: tuple[ScenarioText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureText:
    """One feature; `file` is its path below the project, with forward slashes."""

    file: str
    title: str
    description: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    background: tuple[Sentence, ...] = ()
    parts: tuple[Part, ...]

    @property
    def page(self) -> str:
        """Name of its file on the site; folders stay apart."""
        return self.file.removeprefix("features/").removesuffix(".feature").replace("/", "-") + ".html"

    @property
    def scenarios(self) -> Iterator[tuple[Part, ScenarioText]]:
        return ((part, scenario) for part in self.parts for scenario in part.scenarios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A sentence as a scenario says it."""

    words: str
    feature: FeatureText
    scenario: ScenarioText


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A sentence that scenarios can be made of, and where it is said."""

    kind: str
    pattern: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All there is to read; `tags`: those that are used, by their form, and what they mean."""

    features: tuple[FeatureText, ...]
    tags: Mapping[str, str]
    words: tuple[Word, ...]


def anchored(feature: FeatureText) -> FeatureText:
    """With an anchor for each scenario, from its title: that of a line would lead elsewhere after the next edit."""
    seen: dict[str, int] = {}
    parts = [
        replace(part, scenarios=tuple(replace(each, anchor=_anchor(each.title, seen)) for each in part.scenarios))
        for part in feature.parts
    ]
    return replace(feature, parts=tuple(parts))


def _anchor(title: str, seen: dict[str, int]) -> str:
    plain = "-".join("".join(each if each.isalnum() else " " for each in title.lower()).split()) or "scenario"
    seen[plain] = seen.get(plain, 0) + 1
    return plain if seen[plain] == 1 else f"{plain}-{seen[plain]}"
