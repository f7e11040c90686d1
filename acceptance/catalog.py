"""`acceptance catalog`: what there is to run, with the sources it fits and the machines it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from behave.model import Scenario

from support.run.choosing import configuration, scenarios_of
from support.run.fitting import fit_of, told
from support.run.scenario_life import given_tags_of, roles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One scenario.

    Attributes:
        sources: type of source -> empty, or what must be so for it to run there.
        not_from: type of source -> why it never runs there.
        roles: what the scenario calls its machines.
    """

    feature: str
    scenario: str
    place: str
    tags: tuple[str, ...]
    sources: Mapping[str, str]
    not_from: Mapping[str, str]
    roles: tuple[str, ...]


def catalog(tags: Sequence[str] = ()) -> list[Entry]:
    """The chosen scenarios in the order of their files; all without tags. Raises StartError for a selection of none."""
    return [_entry(scenario) for scenario in scenarios_of(configuration(tags))]


def _entry(scenario: Scenario) -> Entry:
    fit = fit_of(scenario)
    return Entry(
        feature=scenario.feature.name,
        scenario=scenario.name,
        place=f"{Path(scenario.filename).as_posix()}:{scenario.line}",
        tags=tuple(given_tags_of(scenario)),
        sources=fit.sources,
        not_from=fit.not_from,
        roles=tuple(dict.fromkeys(roles_of(scenario))),
    )


def as_data(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [asdict(entry) for entry in entries]


def lines(entries: Sequence[Entry]) -> Iterator[str]:
    """For people, by feature."""
    feature = ""
    for entry in entries:
        if entry.feature != feature:
            feature = entry.feature
            yield f"\n{feature}"
        yield f"  {entry.scenario}"
        yield f"      from {', '.join(told(entry.sources)) or 'nowhere'}; machines: {', '.join(entry.roles) or 'none'}"
        yield f"      {' '.join(f'@{tag}' for tag in entry.tags)}"
        yield f"      {entry.place}"
    yield f"\n{len(entries)} scenarios"
