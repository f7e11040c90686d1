"""What the scenarios of a run need of their surroundings, read from their tags and sentences."""

from collections.abc import Iterable

from behave.model import Scenario

from support.run.doctor.patient import Wishes
from support.run.doctor.permissions import NFS, OFFLOAD, PLACEMENT, REMOTE, VIRTCTL, WARM
from support.run.scenario_life import roles_of, tags_of
from support.run.settings import Settings
from support.workflow.sharing import PROFILE_NEEDING_HELP

_PLACES = "the plan places it on a chosen worker"
"""The sentence by which a scenario needs what placing takes."""


def wishes_of(scenarios: Iterable[Scenario], settings: Settings) -> Wishes:
    """Wishes of scenarios whose sentences Behave has loaded."""
    chosen = list(scenarios)
    tags = {tag for scenario in chosen for tag in tags_of(scenario)}
    sentences = {step.name for scenario in chosen for step in scenario.all_steps}
    holds = {
        WARM: "warm" in tags,
        REMOTE: "remote" in tags,
        OFFLOAD: "copyoffload" in tags,
        PLACEMENT: _PLACES in sentences,
        NFS: settings.storage_class == PROFILE_NEEDING_HELP,
        VIRTCTL: settings.guest_tunnel == "virtctl",
    }
    return Wishes(
        roles=frozenset(role for scenario in chosen for role in roles_of(scenario)),
        occasions=frozenset(occasion for occasion, holding in holds.items() if holding),
    )
