"""A little Behave project that is really run, with recorder, view, teller and publisher of the suite around it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

_ROOT = Path(__file__).parents[2]

_INI = """
[behave]
paths = features
runner = little_runner:LittleRunner
default_format = acceptance
capture_hooks = false
show_snippets = false
show_skipped = false
capture_log = false
scenario_outline_annotation_schema = {name}
[behave.formatters]
acceptance = support.evidence.progress:ProgressView
"""

_RUNNER = """
from pathlib import Path
from behave.runner import Runner
from support.evidence.publish import publish
from support.evidence.recorder import Recorder
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.evidence.teller import Teller

class LittleRunner(Runner):
    def run_model(self, features=None):
        if self.config.dry_run:
            return super().run_model(features)
        redactor, results = Redactor(), []
        redactor.learn("token-4711")
        recorder = Recorder(self.config, redactor, results.append)
        self.context._set_root_attribute("tells", Teller(recorder, self.formatters))
        self.formatters.append(recorder)
        scenarios = [each for feature in self.features for each in feature.walk_scenarios()]
        recorder.watch(each for each in scenarios if each.should_run(self.config))
        failed = super().run_model(features)
        run = self.config.userdata.get("run", "auto-1")
        facts = RunFacts(run_id=run, target="embedded lab", source_profile="vsphere", storage_class="lab-block")
        publish(results, facts, Path("reports") / run)
        return failed
"""

_STEPS = """
import logging
from behave import given, when, then
from support.domain.errors import MachineDiffers, SuiteError
from support.domain.finding import CheckResult, Finding, Report
from support.domain.migration import MachineProgress, Step, StepPhase

@given("all is well")
def well(context): pass

@given('"{word}" is said')
def said(context, word): pass

@then("the product fails")
def product(context): raise MachineDiffers("memory: expected 2, got token-4711")

@then("the suite fails")
def suite(context): raise SuiteError("no such host")

@then("there is a fault")
def fault(context): {}["missing"]

@when("it tells")
def tells(context):
    with context.tells.step("outer"):
        with context.tells.step("inner token-4711"):
            context.tells.attach("object", "kind: Plan token-4711", "application/yaml")
    good = CheckResult(check="cpu", confirmed="2 sockets")
    bad = CheckResult(check="memory", findings=(Finding(what="size", expected=2, actual=1),))
    unseen = CheckResult(check="ssh", not_run="powered off")
    context.tells.compared(Report(subject="vm-1", results=(good, bad, unseen)))

@when("an inner step fails")
def inner(context):
    with context.tells.step("outer"):
        with context.tells.step("inner"):
            raise MachineDiffers("lost")

@when("it migrates")
def migrates(context):
    for done, phase in ((0, StepPhase.RUNNING), (50, StepPhase.RUNNING), (100, StepPhase.COMPLETED)):
        step = Step(name="DiskTransfer", phase=phase, done=done, total=100, unit="MB")
        later = Step(name="Cutover", phase=None)
        context.tells.progress((MachineProgress(id="vm-1", name="rhel token-4711", target_name="r", phase="x",
                                                steps=(step, later)),))

@when("a cleanup is going to fail")
def cleanup(context):
    def give_back(): raise SuiteError("still there token-4711")
    context.add_cleanup(give_back)

@when("it logs")
def logs(context):
    logging.getLogger("suite").warning("took token-4711")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run of the little project."""

    folder: Path
    code: int
    out: str
    err: str

    def allure(self, title: str) -> dict[str, Any]:
        """The one Allure result of a scenario."""
        found = [each for each in self.all_allure() if each["name"] == title]
        assert len(found) == 1, [each["name"] for each in self.all_allure()]
        return found[0]

    def all_allure(self) -> list[dict[str, Any]]:
        paths = sorted((self.folder / "reports" / "allure-results").glob("*-result.json"))
        return [json.loads(path.read_text()) for path in paths]

    def attachment(self, attachment: dict[str, Any]) -> str:
        source: str = attachment["source"]
        return (self.folder / "reports" / "allure-results" / source).read_text()

    def junit(self, title: str) -> ElementTree.Element:
        tree = ElementTree.parse(self.folder / "reports" / "junit" / "mtv-acceptance.xml")
        found = [case for case in tree.iter("testcase") if case.get("name") == title]
        assert len(found) == 1
        return found[0]


Project = Callable[..., Outcome]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Writes a feature and hooks, runs Behave over them, and hands back all that came of it."""

    def run(feature: str, *args: str, hooks: str = "", folder: Path | None = None, **environ: str) -> Outcome:
        place = folder or tmp_path_factory.mktemp("project")
        _write(place, feature, hooks)
        done = subprocess.run(
            [sys.executable, "-m", "behave", *args],
            cwd=place,
            env={**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{_ROOT}", "PYTHONIOENCODING": "utf-8", **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Outcome(folder=place, code=done.returncode, out=done.stdout, err=done.stderr)

    return run


def _write(folder: Path, feature: str, hooks: str) -> None:
    for name in ("features/cold", "steps"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files = {
        "behave.ini": _INI,
        "little_runner.py": _RUNNER,
        "steps/all_steps.py": _STEPS,
        "environment.py": hooks,
        "features/cold/moving.feature": feature,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
