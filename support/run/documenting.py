"""The living documentation of a run or a command: features as Behave reads them, verdicts of the runs there are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from behave.exception import ConfigError
from behave.model import Examples as ExamplesModel
from behave.model import Feature, Scenario, ScenarioOutline, Step
from behave.parser import ParserError
from behave.runner import the_step_registry
from behave.runner_util import collect_feature_locations, parse_features

from support.domain.errors import StartError
from support.evidence.living.book import (
    Book,
    Examples,
    FeatureText,
    Part,
    Performance,
    ScenarioText,
    Sentence,
    Use,
    Word,
    anchored,
)
from support.evidence.living.page import write_site
from support.evidence.living.verdicts import verdicts_in
from support.run.fitting import Fit, fit_of
from support.run.scenario_life import given_tags_of, roles_of
from support.run.tag_meanings import meanings_of

_FEATURES = "features"


@dataclass(frozen=True, slots=True)
class Documented:
    """The site's first page, and a line for each file of results that could not be read and is not counted."""

    page: Path
    unreadable: tuple[str, ...]


def document(reports: Path, publishing: Path | None = None) -> Documented:
    """Write the site among the reports. The sentences must have been loaded.

    Args:
        publishing: folder of a run whose results are there and whose other reports are about to be.

    Raises StartError where features cannot be read, or the site cannot be written.
    """
    book, verdicts = book_of(_all_features()), verdicts_in(reports, publishing)
    try:
        page = write_site(book, verdicts, reports)
    except OSError as error:
        raise StartError(
            f"{error.filename}: the living documentation could not be written: {error.strerror}"
        ) from error
    return Documented(page, tuple(f"not in the living documentation: {each}" for each in verdicts.unreadable))


def notes_of(document: Callable[[], Documented]) -> tuple[str, ...]:
    """Have the site written beside other reports; returns what is amiss with it, a line each.

    Nothing that keeps the features from being shown keeps a run from being reported, a defect of the site included.
    """
    try:
        return document().unreadable
    except Exception as error:  # noqa: BLE001 - verdicts count, whatever becomes of a page beside them
        return (f"no living documentation: {error}",)


def _all_features() -> Sequence[Feature]:
    """Of the folder, whatever the run was about."""
    try:
        return list(parse_features(collect_feature_locations([_FEATURES])))
    except (ConfigError, ParserError, OSError) as error:
        raise StartError(f"{_FEATURES}: expected features that can be read, found {error}") from error


def book_of(features: Iterable[Feature]) -> Book:
    """In the order of the files."""
    known = tuple(anchored(_feature(each)) for each in features)
    used = {tag for each in known for _part, scenario in each.scenarios for tag in scenario.tags}
    return Book(features=known, tags=meanings_of(used), words=tuple(_words(known)))


def _feature(feature: Feature) -> FeatureText:
    direct = tuple(_scenario(each) for each in feature.run_items if isinstance(each, Scenario))
    rules = [_rule(each) for each in feature.rules]
    return FeatureText(
        file=PurePath(feature.filename).as_posix(),
        title=feature.name,
        description=tuple(feature.description),
        tags=tuple(map(str, feature.tags)),
        background=_sentences(feature.background),
        parts=(*((Part(scenarios=direct),) if direct else ()), *rules),
    )


def _rule(rule: Any) -> Part:
    return Part(
        title=rule.name,
        description=tuple(rule.description),
        background=_sentences(rule.background),
        scenarios=tuple(_scenario(each) for each in rule.run_items),
    )


def _scenario(item: Scenario) -> ScenarioText:
    rows = list(item.scenarios) if isinstance(item, ScenarioOutline) else [item]
    fit = _joint([fit_of(each) for each in rows])
    return ScenarioText(
        title=item.name,
        line=item.line,
        description=tuple(item.description),
        tags=_once(tag for each in rows for tag in given_tags_of(each)),
        sentences=_sentences(item),
        roles=_once(role for each in rows for role in roles_of(each)),
        sources=fit.sources,
        not_from=fit.not_from,
        itself=None if isinstance(item, ScenarioOutline) else _performance(item),
        examples=tuple(_examples(rows, each) for each in getattr(item, "examples", ())),
    )


def _joint(fits: Sequence[Fit]) -> Fit:
    """Where any row fits, the outline does."""
    sources = dict(chain.from_iterable(each.sources.items() for each in fits))
    never = dict(chain.from_iterable(each.not_from.items() for each in fits))
    return Fit(sources=sources, not_from={kind: why for kind, why in never.items() if kind not in sources})


def _examples(rows: Iterable[Scenario], examples: ExamplesModel) -> Examples:
    table = examples.table
    headings = tuple(table.headings) if table is not None else ()
    lines = {row.line for row in table.rows} if table is not None else set()
    own = tuple(_performance(each) for each in rows if each.line in lines)
    return Examples(title=examples.name, headings=headings, rows=own)


def _performance(scenario: Scenario) -> Performance:
    row = getattr(scenario, "_row", None)
    return Performance(
        cells=dict(zip(row.headings, row.cells, strict=True)) if row is not None else {},
        spoken=tuple(f"{step.keyword} {step.name}" for step in scenario.all_steps),
    )


def _sentences(item: Any) -> tuple[Sentence, ...]:
    return tuple(_sentence(step) for step in item.steps) if item is not None else ()


def _sentence(step: Step) -> Sentence:
    table = [step.table.headings, *(row.cells for row in step.table.rows)] if step.table is not None else []
    return Sentence(
        keyword=step.keyword, words=step.name, table=tuple(tuple(row) for row in table), text=str(step.text or "")
    )


def _words(features: Sequence[FeatureText]) -> Iterator[Word]:
    """Every sentence that is defined, in the order of its definition, with the ways it is said and where first."""
    said = _said(features)
    for kind in ("given", "when", "then", "step"):
        for matcher in the_step_registry.steps[kind]:
            uses = tuple(use for words, use in said.items() if matcher.match(words))
            yield Word(kind=kind, pattern=matcher.pattern, uses=uses)


def _said(features: Sequence[FeatureText]) -> Mapping[str, Use]:
    found: dict[str, Use] = {}
    for feature in features:
        for _part, scenario in feature.scenarios:
            for spoken in (each for performance in scenario.performances for each in performance.spoken):
                words = spoken.partition(" ")[2]
                found.setdefault(words, Use(words=words, feature=feature, scenario=scenario))
    return found


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
