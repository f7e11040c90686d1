"""Which sources a scenario fits, told from its tags and machines alone; nothing is asked of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from behave.model import Scenario

from support.domain.source import ProviderKind, spoken_source
from support.run.gating import Circumstances, issues_of, reason_to_skip
from support.run.roles import defaults_for, unnamed
from support.run.scenario_life import roles_of, tags_of
from support.run.selection import CAPABILITIES

_ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Every kind of source is in one of the two.

    Attributes:
        sources: type of source -> empty, or what must be so for the scenario to run there.
        not_from: type of source -> why it never runs there.
    """

    sources: Mapping[str, str]
    not_from: Mapping[str, str]


def fit_of(scenario: Scenario) -> Fit:
    """Its sentences must have been loaded."""
    verdicts = {kind: reason_to_skip(tags_of(scenario), _best(kind), roles_of(scenario)) for kind in ProviderKind}
    return Fit(
        sources={kind.value: _proviso(scenario, kind) for kind, never in verdicts.items() if never is None},
        not_from={kind.value: _short(never) for kind, never in verdicts.items() if never is not None},
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


def told(sources: Mapping[str, str]) -> list[str]:
    """Sources for people, each with what it waits for."""
    names = {spoken_source(source): proviso for source, proviso in sources.items()}
    return [f"{name} ({proviso})" if proviso else name for name, proviso in names.items()]
