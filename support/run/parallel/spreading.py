"""Lets Behave's own loop go over scenarios that run elsewhere: hooks, summary and reporters stay as they are."""

from collections.abc import Callable, Sequence

from behave.model import Scenario
from behave.runner import Runner

from support.run.parallel.crew import Crew
from support.run.parallel.replay import apply, retell
from support.run.scenario_life import ScenarioLife


class Spreading:
    """One run whose scenarios are spread over workers; those that do not apply here are skipped in this process."""

    def __init__(self, life: ScenarioLife, crew: Crew, scenarios: Sequence[Scenario]) -> None:
        self._life = life
        self._crew = crew
        self._scenarios = scenarios
        self._elsewhere: set[Scenario] | None = None

    def begin(self, runner: Runner) -> None:
        """From now on the scenarios run elsewhere when their turn comes."""
        for scenario in self._scenarios:
            scenario.run = self._instead(scenario, scenario.run)
        # What fails stops the crew, while Behave still has to take in what was under way beside it.
        runner.config.stop = False

    def _instead(self, scenario: Scenario, here: Callable[[Runner], object]) -> Callable[[Runner], object]:
        def run(runner: Runner) -> object:
            if runner.aborted or not self._runs_elsewhere(scenario):
                return here(runner)
            try:
                told = self._crew.told(scenario)
            except KeyboardInterrupt:
                self._interrupted(runner)
                return True
            if told is None:
                return False
            apply(scenario, told)
            retell(runner, scenario)
            return bool(scenario.status.has_failed())

        return run

    def _runs_elsewhere(self, scenario: Scenario) -> bool:
        """The first turn is the first moment at which the session can say what applies."""
        if self._elsewhere is None:
            those = [each for each in self._scenarios if self._life.reason_to_skip(each) is None]
            self._elsewhere = {*those}
            self._crew.take_on(those)
        return scenario in self._elsewhere

    def _interrupted(self, runner: Runner) -> None:
        """Behave will ask for no further scenario, so all that is known goes into its model at once."""
        runner.abort(reason="KeyboardInterrupt")
        self._crew.stop()
        for scenario in self._elsewhere or ():
            told = self._crew.told(scenario)
            if told is not None:
                apply(scenario, told)
