"""What environment.py calls: open and close the session and each scenario; each of them may be called twice."""

from pathlib import Path
from typing import TYPE_CHECKING

from behave.model import Scenario
from behave.runner import Context

from support.domain.errors import StartError
from support.run.runner import AcceptanceRunner

if TYPE_CHECKING:
    from support.run.life import RunLife

_ROOT = Path(__file__).parents[2]


def open_run(context: Context) -> None:
    """Open the session; refuses a stock runner, which would run with empty settings and without cleanup."""
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


def _life(context: Context) -> "RunLife":
    runner = context._runner
    if not isinstance(runner, AcceptanceRunner) or runner.life is None:
        raise StartError(
            f"behave was started in {Path.cwd()}, where it found no behave.ini of this suite (runner "
            f"{type(runner).__name__}); start it in {_ROOT}"
        )
    return runner.life
