"""What environment.py calls: open and close the session and each scenario; each of them may be called twice."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from behave.model import Scenario
from behave.runner import Context

from support.domain.errors import SuiteError
from support.run.runner import EXIT_NOT_STARTED, AcceptanceRunner

if TYPE_CHECKING:
    from support.run.scenario_life import ScenarioLife

_ROOT = Path(__file__).parents[2]


def refuse_other_runners() -> None:
    """Leave with exit code 2 when Behave runs another runner than ours: it has no settings and cleans nothing up.

    Asked when environment.py is loaded, since no hook runs in a dry run and an error in one means exit code 1.
    """
    if AcceptanceRunner.in_charge:
        return
    here = Path.cwd()
    if here == _ROOT:
        why = "was told to use another runner than that of this suite; leave out --runner"
    else:
        why = f"was started in {here}, where it finds no behave.ini of this suite; start it in {_ROOT}"
    sys.stderr.write(f"\nStartError: behave {why}\n")
    sys.exit(EXIT_NOT_STARTED)


def open_run(context: Context) -> None:
    """Open the session."""
    _life(context).open_session()


def open_scenario(context: Context, scenario: Scenario) -> None:
    """Skip what does not apply here, with the reason; else hand the steps their facade as `context.run`."""
    life = _life(context)
    reason = life.reason_to_skip(scenario)
    if reason is not None:
        scenario.skip(reason)
        return
    context.run = life.open_scenario(scenario)


def close_scenario(context: Context, scenario: Scenario) -> None:
    """Remove what the scenario made; raises CleanupError naming what is left over."""
    _life(context).close_scenario(scenario)


def close_run(context: Context) -> None:
    _life(context).close_session()


def _life(context: Context) -> "ScenarioLife":
    runner = context._runner
    if not isinstance(runner, AcceptanceRunner) or runner.life is None:
        raise SuiteError(f"the run has no life, expected one made by {AcceptanceRunner.__name__}.run_model")
    return runner.life
