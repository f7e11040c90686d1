"""What the scenarios of a run will ask of its session, as far as tags tell before it is opened."""

from collections.abc import Iterable

from behave.model import Scenario

from support.domain.issue import IssueId
from support.domain.source import ProviderKind
from support.run.gating import Circumstances, issues_of, may_offload, may_run_warm
from support.run.profiles.profile import CopyOffload
from support.run.scenario_life import tags_of


def issues_asked_about(scenarios: Iterable[Scenario], kind: ProviderKind) -> set[IssueId]:
    """Those that gate any of the scenarios on this kind of source."""
    return {issue for scenario in scenarios for issue in issues_of(tags_of(scenario), kind)}


def moves_warm(scenarios: Iterable[Scenario], here: Circumstances) -> bool:
    return any(may_run_warm(tags_of(scenario), here) for scenario in scenarios)


def array_asked_for(scenarios: Iterable[Scenario], here: Circumstances, block: CopyOffload | None) -> str:
    """Vendor of the storage array that is to copy; empty where no scenario has it copy."""
    offloads = any(may_offload(tags_of(scenario), here) for scenario in scenarios)
    return block.vendor if block is not None and offloads else ""
