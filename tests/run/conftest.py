"""Runs without a lab: a little Behave project under the suite's own runner and hooks, with a life that is made up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from behave.__main__ import run_behave
from behave.configuration import Configuration
from behave.model import Scenario
from behave.runner import Runner
from behave.step_registry import registry

from support.domain.shard import Shard
from support.run import life as life_module
from support.run.runner import AcceptanceRunner
from support.run.settings import load_settings

FEATURE = """
@cold
Feature: Moving
  @test_one
  Scenario: It arrives
    Given all is well
  @test_two @severity.minor
  Scenario: It is lost
    Given all is lost
"""

_STEPS = """
from behave import given
from support.domain.errors import MachineDiffers

@given("all is well")
def well(context): pass

@given("all is lost")
def lost(context): raise MachineDiffers("memory: expected 2, got 1")
"""

_ROOT = Path(__file__).parents[2]


class MadeUpLife:
    """Stands where RunLife stands; `trouble` is raised by the part of that name, `failed` is the run's own verdict."""

    def __init__(self, trouble: Mapping[str, BaseException] | None = None, failed: bool = False) -> None:
        self.failed = failed
        self.trouble = dict(trouble or {})
        self.told: list[str] = []
        self.skips: dict[str, str] = {}
        self.shard: Shard | None = None

    def __call__(self, config: Configuration, formatters: list[object]) -> "MadeUpLife":
        self._heard("made")
        load_settings(dict(config.userdata_defines or ()), {}, {})
        return self

    def share(self, scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
        return self.shard.share(scenarios) if self.shard is not None else scenarios

    @contextmanager
    def running(self, scenarios: Sequence[Scenario]) -> Iterator[None]:
        self._heard("running", str(len(scenarios)))
        try:
            yield
        finally:
            self.told.append("ended")

    def clean(self, text: str) -> str:
        return text

    def spread(self, runner: Runner) -> None:
        """All runs in this process."""

    def open_session(self) -> None:
        self._heard("open_session")

    def reason_to_skip(self, scenario: Scenario) -> str | None:
        return self.skips.get(scenario.name)

    def open_scenario(self, scenario: Scenario) -> object:
        self._heard("open_scenario", scenario.name)
        return object()

    def close_scenario(self, scenario: Scenario) -> None:
        self._heard("close_scenario", scenario.name)

    def close_session(self) -> None:
        self._heard("close_session")

    def _heard(self, what: str, more: str = "") -> None:
        self.told.append(f"{what} {more}".strip())
        if what in self.trouble:
            raise self.trouble[what]


Run = Callable[..., int]


def configuration(*arguments: str) -> Configuration:
    """Behave's configuration of these arguments and nothing else: no file is read."""
    return Configuration(command_args=list(arguments), load_config=False)


@pytest.fixture
def little_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with hooks of the suite, two scenarios and their steps, which becomes the working directory."""
    for name, text in {
        "features/moving.feature": FEATURE,
        "steps/all_steps.py": _STEPS,
        "environment.py": (_ROOT / "environment.py").read_text(),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "steps", {"given": [], "when": [], "then": [], "step": []})
    return tmp_path


@pytest.fixture
def behave(little_project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the little project with a made-up life and gives the exit code, as the `behave` command would."""

    def run(life: MadeUpLife, *arguments: str) -> int:
        monkeypatch.setattr(life_module, "RunLife", life)
        config = configuration("--format=plain", "--no-capture", *arguments)
        try:
            code: int = run_behave(config, AcceptanceRunner)
        except SystemExit as ended:
            return int(ended.code or 0)
        return code

    return run
