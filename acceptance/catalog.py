"""`acceptance catalog`: what there is to run, with the sources it fits and the machines it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from behave.model import Scenario

from support.domain.source import ProviderKind
from support.run.choosing import configuration, scenarios_of
from support.run.gating import Circumstances, issues_of, reason_to_skip
from support.run.roles import defaults_for, unnamed
from support.run.scenario_life import roles_of, tags_of
from support.run.selection import CAPABILITIES

_ANYWHERE = "anywhere"


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
    verdicts = {kind: reason_to_skip(tags_of(scenario), _best(kind), roles_of(scenario)) for kind in ProviderKind}
    return Entry(
        feature=scenario.feature.name,
        scenario=scenario.name,
        place=f"{Path(scenario.filename).as_posix()}:{scenario.line}",
        tags=tuple(tag for tag in tags_of(scenario) if tag in set(map(str, scenario.effective_tags))),
        sources={kind.value: _proviso(scenario, kind) for kind, never in verdicts.items() if never is None},
        not_from={kind.value: _short(never) for kind, never in verdicts.items() if never is not None},
        roles=tuple(dict.fromkeys(roles_of(scenario))),
    )


def _best(kind: ProviderKind) -> Circumstances:
    """A profile of this type with all it can have, and a cluster with everything: what is refused then always is."""
    return Circumstances(
        profile=_ANYWHERE,
        kind=kind,
        capabilities=CAPABILITIES,
        copy_offload=True,
        remote_cluster=_ANYWHERE,
        unnamed=unnamed(defaults_for(kind)),
    )


def _proviso(scenario: Scenario, kind: ProviderKind) -> str:
    issues = sorted(issues_of(tags_of(scenario), kind))
    return f"once {', '.join(issues)} is closed" if issues else ""


def _short(reason: str) -> str:
    """Without the tag in front and the profile behind, which is a made-up one here."""
    return reason.partition(f"; source profile '{_ANYWHERE}'")[0].partition(f": source profile '{_ANYWHERE}'")[0]


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
        yield f"      from {', '.join(_sources(entry)) or 'nowhere'}; machines: {', '.join(entry.roles) or 'none'}"
        yield f"      {' '.join(f'@{tag}' for tag in entry.tags)}"
        yield f"      {entry.place}"
    yield f"\n{len(entries)} scenarios"


def _sources(entry: Entry) -> Iterator[str]:
    for source, proviso in entry.sources.items():
        yield f"{source} ({proviso})" if proviso else source
