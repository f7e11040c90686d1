"""Scenarios behind issues, in runs on a lab: what is open is skipped, what cannot be told runs and is told of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import config
from kubernetes.client import CustomObjectsApi

from tests.adapters_tracker.made_up_jira import TOKEN, MadeUpJira, made_up_jira
from tests.drills.conftest import SPEED
from tests.drills.running_lab import ROOT, Finished, RunningLab, behave, finish, running_lab

pytestmark = pytest.mark.drill

OPEN, CLOSED, STRANGE = "MTV-1", "MTV-2", "MTV-3"
_SCENARIO = """
  @known.{issue}
  Scenario: Behind {issue}
    Given a powered-off RHEL 8 machine on the source
"""
_FUTURE = "min_mtv_version=9.9"
_REASON = f"@known.{OPEN}: issue {OPEN} is still open (status In Progress); source profile 'vsphere' (vSphere)"


@pytest.fixture
def jira() -> Iterator[MadeUpJira]:
    with made_up_jira() as made:
        made.status(OPEN, "In Progress", "indeterminate")
        made.status(CLOSED, "Closed", "done")
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The suite with a feature of this test's own; nothing is touched before a When, so it is quick."""
    place = tmp_path / "project"
    (place / "features").mkdir(parents=True)
    for part in ("behave.ini", "environment.py", "steps"):
        (place / part).symlink_to(ROOT / part)
    each = "".join(_SCENARIO.format(issue=issue) for issue in (OPEN, CLOSED, STRANGE))
    again = _SCENARIO.format(issue=OPEN).replace("Behind", "Again behind")
    (place / "features" / "issues.feature").write_text(f"@cold\nFeature: Behind issues\n{each}{again}")
    return place


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[RunningLab]:
    """A lab of one test's own, whose operator may be taken away."""
    with running_lab(tmp_path / "lab", "--speed", SPEED) as lab:
        yield lab


def take_operator_away(lab: RunningLab) -> None:
    api = CustomObjectsApi(config.new_client_from_config(str(lab.folder / "kubeconfig")))
    place = ("operators.coreos.com", "v1alpha1", "openshift-mtv", "clusterserviceversions")
    for found in api.list_namespaced_custom_object(*place)["items"]:
        api.delete_namespaced_custom_object(*place, found["metadata"]["name"])


def run(project: Path, lab: RunningLab, *arguments: str) -> Finished:
    return finish(behave(f"-Dlab={lab.folder}", *arguments, cwd=project))


def results(project: Path) -> dict[str, dict[str, Any]]:
    found = (json.loads(path.read_text()) for path in (project / "reports" / "allure-results").glob("*-result.json"))
    return {result["name"]: result for result in found}


def warnings(result: dict[str, Any]) -> list[str]:
    return [step["name"] for step in result["steps"] if step["name"].startswith("warning: ")]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_tracker_decides_and_every_report_says_so(
    project: Path, lab: RunningLab, jira: MadeUpJira, jobs: str
) -> None:
    (project / "jira.cfg").write_text(f"[DEFAULT]\nurl = {jira.url}\ntoken = {TOKEN}\n")
    done = run(project, lab, "--jobs", jobs)
    assert done.code == 0, done.text
    assert jira.asked == {OPEN: 1, CLOSED: 1, STRANGE: 1}

    told = results(project)
    assert {name: result["status"] for name, result in told.items()} == {
        f"Behind {OPEN}": "skipped",
        f"Behind {CLOSED}": "passed",
        f"Behind {STRANGE}": "passed",
        f"Again behind {OPEN}": "skipped",
    }
    assert told[f"Behind {OPEN}"]["statusDetails"]["message"] == _REASON
    assert told[f"Behind {OPEN}"]["links"][0]["url"] == f"{jira.url}/browse/{OPEN}"
    doubt = f"whether issue {STRANGE} is still open could not be told: it knows no such issue, or the token may not"
    assert doubt in "".join(warnings(told[f"Behind {STRANGE}"]))
    assert warnings(told[f"Behind {CLOSED}"]) == []

    junit = (project / "reports" / "junit" / "mtv-acceptance.xml").read_text()
    assert _REASON.replace("'", "&apos;") in junit or _REASON in junit
    assert doubt in junit
    assert f"skipped: {_REASON}" in done.out
    assert [line for line in done.out.splitlines() if line.startswith(f"warning: @known.{STRANGE}: {doubt}")]

    kept = [path for path in (project / "reports").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if TOKEN.encode() in path.read_bytes()]
    assert TOKEN not in done.text


def test_without_a_tracker_everything_runs_and_one_warning_per_issue_says_so(project: Path, lab: RunningLab) -> None:
    done = run(project, lab)
    assert done.code == 0, done.text
    assert {result["status"] for result in results(project).values()} == {"passed"}
    said = [line for line in done.out.splitlines() if line.startswith("warning: ")]
    assert len(said) == 3
    assert all("there is no jira.cfg; jira.cfg.example shows" in line for line in said)


def test_a_tracker_file_that_is_no_good_stops_the_run_before_anything_is_created(
    project: Path, lab: RunningLab
) -> None:
    before = lab.state()
    (project / "jira.cfg").write_text(f"[DEFAULT]\ntoken = {TOKEN}\n")
    done = run(project, lab)
    assert done.code == 2, done.text
    assert (
        "jira.cfg, section [DEFAULT], has problems (jira.cfg.example shows what goes into it):\n  - url: missing"
        in done.err
    )
    assert TOKEN not in done.text
    assert lab.state() == before


def test_the_installed_operator_tells_the_version_and_without_one_scenarios_run(
    project: Path, operator: RunningLab
) -> None:
    feature = project / "features" / "issues.feature"
    feature.write_text(f"@cold\nFeature: Newer\n{_SCENARIO.format(issue='X-1').replace('known.X-1', _FUTURE)}")
    done = run(project, operator)
    assert done.code == 1, "nothing was executed"
    assert f"skipped: @{_FUTURE}: MTV 2.12.5 is installed" in done.out
    assert f"nothing was to be run, and nothing was created: @{_FUTURE}: MTV 2.12.5 is installed" in done.out
    assert not list((project / "reports").glob("*/journal/*")), "a login by token journals nothing, either"

    take_operator_away(operator)
    done = run(project, operator)
    assert done.code == 0, done.text
    (result,) = results(project).values()
    (warning,) = warnings(result)
    assert warning == f"warning: @{_FUTURE}: which MTV is installed could not be told"
    assert f"{warning}; nothing was skipped because of it" in done.out
