"""What the scenarios of a run need of their surroundings, read from their tags and sentences."""

from collections.abc import Iterable

from behave.model import Scenario
from behave.runner import the_step_registry

from support.domain.names import RoleName
from support.run.doctor.patient import Wishes
from support.run.doctor.permissions import NFS, PLACEMENT, REMOTE, VIRTCTL, WARM
from support.run.scenario_life import tags_of
from support.run.settings import Settings
from support.workflow.sharing import PROFILE_NEEDING_HELP

_PLACES = "the plan places it on a chosen worker"
"""The sentence by which a scenario needs what placing takes."""
_ROLE = "role"
"""What every sentence that names a machine calls its parameter."""


def wishes_of(scenarios: Iterable[Scenario], settings: Settings) -> Wishes:
    """Wishes of scenarios whose sentences Behave has loaded."""
    chosen = list(scenarios)
    tags = {tag for scenario in chosen for tag in tags_of(scenario)}
    sentences = {step.name for scenario in chosen for step in scenario.all_steps}
    holds = {
        WARM: "warm" in tags,
        REMOTE: "remote" in tags,
        PLACEMENT: _PLACES in sentences,
        NFS: settings.storage_class == PROFILE_NEEDING_HELP,
        VIRTCTL: settings.guest_tunnel == "virtctl",
    }
    return Wishes(
        roles=frozenset(role for scenario in chosen for role in roles_of(scenario)),
        occasions=frozenset(occasion for occasion, holding in holds.items() if holding),
    )


def roles_of(scenario: Scenario) -> list[RoleName]:
    """Roles of the machines a scenario asks for, in order."""
    # Not the registry of behave.step_registry: Behave puts another one there when it starts, and fills this one.
    matches = [the_step_registry.find_match(step) for step in scenario.all_steps]
    return [
        RoleName(argument.value) for match in matches if match for argument in match.arguments if argument.name == _ROLE
    ]
