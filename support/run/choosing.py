"""Scenarios by tags without running any, for commands that tell of them: chosen as Behave itself would."""

from collections.abc import Sequence
from pathlib import Path

from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.model import Scenario
from behave.runner import Runner
from behave.runner_util import parse_features

from support.domain.errors import StartError
from support.run.selection import chosen_scenarios


def configuration(tags: Sequence[str]) -> Configuration:
    """Behave's own, with what behave.ini says. Raises StartError for what is no tag expression."""
    try:
        return Configuration(command_args=[f"--tags={each}" for each in tags])
    except SystemExit as error:
        raise StartError(f"--tags: expected a tag expression, found {' '.join(tags)!r}") from error


def scenarios_of(config: Configuration) -> list[Scenario]:
    """Those that are chosen, their sentences loaded. Raises StartError for a selection that is none."""
    runner = with_sentences(config)
    features = parse_features(list(runner.feature_locations()), language=config.lang)
    return chosen_scenarios(features, config)


def with_sentences(config: Configuration) -> Runner:
    """Load the sentences of the suite. Raises StartError outside of its folder."""
    runner = Runner(config)
    try:
        runner.setup_paths()
    except ConfigError as error:
        raise StartError(f"no features in {Path.cwd()}: start it in the folder of the suite ({error})") from error
    runner.load_step_definitions()
    return runner
