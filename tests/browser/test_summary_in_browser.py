"""The page for stakeholders in a real browser: of a good run, of a bad one, and of several that were joined."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.domain.errors import ClusterError
from support.evidence.causes import Cause
from support.evidence.collecting.writing import INDEX
from support.evidence.publish import publish, publish_records
from support.evidence.results import Measure, ScenarioResult, Verdict
from tests.browser.chromium import Chromium, View
from tests.browser.judging import DESKTOP, VIEWS, faults_of
from tests.evidence.accounts import BAD, FACTS, GOOD, UNSEEN, scenario
from tests.evidence_collecting.witnesses import Witness, case, collector

_LONG = "a-name-that-nothing-breaks-" * 6


def passed() -> ScenarioResult:
    downtime = Measure(title="downtime of rhel", seconds=75, simulated=True)
    return scenario("A machine is still itself", Verdict.PASSED, GOOD, UNSEEN, measures=[downtime])


def explained(folder: Path, message: str) -> Path:
    """Evidence with an answer of an array and something missing, in long words; its first page."""
    witness = Witness(pods={f"populate-{_LONG}": _LONG}, trouble={"Job": ClusterError(_LONG)})
    asked = case(step=_LONG, message=message, about={"Source profile": _LONG})
    return collector(witness).collect(asked, folder, {}).folder / INDEX


def failed(folder: Path) -> ScenarioResult:
    message = f"rhel differs:\n  - disks: size of {_LONG}: expected 16, got 15"
    page = explained(folder / "evidence" / "cold-9", message)
    known = {"message": message, "evidence": str(page), "cause": Cause.PRODUCT}
    return scenario("A machine is lost", Verdict.FAILED, GOOD, BAD, UNSEEN, line=9, **known)


@pytest.fixture(params=["passed", "failed", "merged"])
def summary(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The page beside the runs; the same one lies in the folder of each."""
    run = tmp_path / "auto-1"
    lost = scenario("Nobody knows", Verdict.BROKEN, line=12, message="no such host", cause=Cause.ENVIRONMENT)
    unfit = scenario("Not from here", Verdict.SKIPPED, line=15, skip_reason="@warm: only from vSphere")
    simulated = replace(FACTS, cluster="embedded-lab")
    if request.param == "passed":
        publish([passed(), unfit], FACTS, run)
    else:
        record = publish([passed(), failed(run), lost, unfit], simulated, run, [f"Secret {_LONG}/b: is still there"])
        if request.param == "merged":
            other = publish([passed()], replace(FACTS, run_id="auto-2", source_profile=_LONG), tmp_path / "auto-2")
            publish_records([record, other], tmp_path / "merged-1")
    return tmp_path / "summary.html"


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_it_has_no_fault(summary: Path, chromium: Chromium, view: View) -> None:
    assert faults_of(summary, chromium, view) == []
    for folder in summary.parent.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            assert faults_of(folder / "summary.html", chromium, view) == []
    for page in summary.parent.glob("auto-1/evidence/*/index.html"):
        assert faults_of(page, chromium, view) == []


def test_whoever_clicks_on_evidence_sees_what_failed(tmp_path: Path, chromium: Chromium) -> None:
    publish([failed(tmp_path / "auto-1")], FACTS, tmp_path / "auto-1")
    with chromium.visit((tmp_path / "summary.html").as_uri(), DESKTOP) as page:
        target = page.ask("[...document.links].find(each => each.innerText == 'what explains it').href")
    with chromium.visit(target, DESKTOP) as page:
        assert "expected 16, got 15" in page.ask("document.querySelector('.why').innerText")


def test_each_failed_scenario_says_what_was_expected_and_what_was_there(tmp_path: Path, chromium: Chromium) -> None:
    publish([passed(), failed(tmp_path / "auto-1")], FACTS, tmp_path / "auto-1")
    with chromium.visit((tmp_path / "summary.html").as_uri(), DESKTOP) as page:
        told = page.ask("[...document.querySelectorAll('.card .why.failed')].map(each => each.innerText)")
        assert len(told) == 1
        assert "expected 16, got 15" in told[0]
        assert page.ask("document.querySelectorAll('.chips .failed').length") == 1
