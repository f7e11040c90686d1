"""Behave's runner for this suite: owns settings, signals, exit code and a `finally` that nothing gets around."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from behave.configuration import Configuration
from behave.exception import InvalidFilenameError
from behave.model import Feature
from behave.runner import Runner

from support.domain.errors import StartError, SuiteError
from support.run.selection import chosen_scenarios
from support.run.streams import outlive_readers

if TYPE_CHECKING:
    from support.run.scenario_life import ScenarioLife

EXIT_NOT_STARTED = 2


class AcceptanceRunner(Runner):  # type: ignore[misc]
    """The default runner in behave.ini.

    Hooks of environment.py open and close session and scenarios; what they could not get to (Behave skips `after_all`
    on a broken pipe or formatter error) is closed here.
    """

    in_charge: ClassVar[bool] = False
    """One was made in this process: Behave found the behave.ini that names it."""

    def __init__(self, config: Configuration) -> None:
        AcceptanceRunner.in_charge = True
        outlive_readers(config)
        super().__init__(config)
        self.life: ScenarioLife | None = None

    def run(self) -> bool:
        """True when something failed; leaves with exit code 2 when the run could not start and created nothing."""
        try:
            return bool(super().run())
        except StartError as error:
            self._say(error)
            sys.exit(EXIT_NOT_STARTED)
        except SuiteError as error:
            self._say(error)
            return True
        except KeyboardInterrupt:
            return True

    def feature_locations(self) -> list[object]:
        """As Behave's. Raises StartError for a path that leads to no feature."""
        try:
            return list(super().feature_locations())
        except (FileNotFoundError, InvalidFilenameError) as error:
            raise StartError(
                f"{error}: no such feature, expected a folder or a file that ends in .feature, such as "
                "features/hooks.feature, or features/hooks.feature:16 for one scenario of it"
            ) from error

    def run_model(self, features: Sequence[Feature] | None = None) -> bool:
        scenarios = chosen_scenarios(self.features, self.config)
        if self.config.dry_run:
            return bool(super().run_model(features))
        life = self.life = self.new_life()
        mine = life.share(scenarios)
        if not mine:
            return False
        kept = set(map(id, mine))  # scenarios of one name count as equal
        for other in scenarios:
            if id(other) not in kept:
                other.mark_skipped()
        with life.running(mine):
            life.spread(self)
            failed = bool(super().run_model(features))
        return failed or life.failed

    def new_life(self) -> "ScenarioLife":
        """A run from its settings on; raises StartError."""
        from support.run.life import RunLife  # a dry run needs no SDK and starts without any

        return RunLife(self.config, self.formatters)

    def run_hook(self, hook_name: str, *args: object) -> bool:
        """As Behave's, but an error that kept the session from opening ends the run instead of each feature."""
        if hook_name != "before_all" or not self.should_run_hook(hook_name):
            return bool(super().run_hook(hook_name, *args))
        with self.context.use_with_user_mode():
            self.hooks[hook_name](self.context)
        return True

    def _say(self, error: SuiteError) -> None:
        text = f"\n{type(error).__name__}: {error}"
        sys.stderr.write(f"{self.life.clean(text) if self.life else text}\n")
