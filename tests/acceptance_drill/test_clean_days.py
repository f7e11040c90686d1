"""Days on which nothing is wrong, judged without running any lab."""

import json
from pathlib import Path

import pytest

from acceptance.clean_days import KUBECONFIG, PASSWORD, THE_LAB, THE_RUN, Day, Spent, Verdict, days_of
from acceptance.clean_report import CleanReport, told, write

SCENARIO = "features/cold.feature # A machine"
GOOD = Verdict(status="passed", checks={"memory": "passed", "ssh": "passed"})
QUIET = {SCENARIO: GOOD, THE_RUN: Verdict(status="passed"), THE_LAB: Verdict(status="passed")}


def report(*noisy: Verdict, silent: Verdict = GOOD) -> CleanReport:
    days = [
        Spent(day=Day(number=n, jitter=f"on,seed={n}"), verdicts=QUIET | {SCENARIO: v}) for n, v in enumerate(noisy)
    ]
    return CleanReport(silent=[Spent(day=Day(number=0), verdicts=QUIET | {SCENARIO: silent})], noisy=days)


def test_days_have_a_seed_each_and_take_turns_in_logging_in() -> None:
    silent, noisy = days_of(3, "on")
    assert [(day.jitter, day.login) for day in noisy] == [
        ("on,seed=1", KUBECONFIG),
        ("on,seed=2", PASSWORD),
        ("on,seed=3", KUBECONFIG),
    ]
    assert [(day.jitter, day.login) for day in silent] == [("", KUBECONFIG), ("", PASSWORD)]


def test_days_go_on_from_the_seed_that_was_given() -> None:
    assert [day.jitter for day in days_of(2, "seed=40,slow=0.5")[1]] == [
        "seed=40,slow=0.5,seed=40",
        "seed=40,slow=0.5,seed=41",
    ]


def test_nothing_to_report_when_every_verdict_stays() -> None:
    same = report(GOOD, GOOD)
    assert same.changes == []
    assert same.verdicts == 2


@pytest.mark.parametrize(
    ("verdict", "what"),
    [
        (Verdict(status="failed", checks=GOOD.checks), "the scenario"),
        (Verdict(status="failed", checks={"memory": "failed", "ssh": "passed"}), "the scenario, memory"),
        (Verdict(status="passed", checks={"memory": "passed", "ssh": "skipped"}), "ssh"),
        (Verdict(status="passed", checks={"memory": "passed"}), "ssh"),
        (Verdict(status="skipped", checks=GOOD.checks), "the scenario"),
    ],
)
def test_a_verdict_that_changes_is_reported_with_its_day(verdict: Verdict, what: str) -> None:
    (change,) = report(GOOD, verdict).changes
    assert (change.day.number, change.scenario, change.what) == (1, SCENARIO, what)
    assert "-D lab_jitter=on,seed=1" in told(change)


def test_a_scenario_without_a_result_is_reported() -> None:
    day = Spent(day=Day(number=1, jitter="on"), verdicts={THE_RUN: Verdict(status="exit code 2")})
    changes = CleanReport(silent=[Spent(day=Day(number=0), verdicts=QUIET)], noisy=[day]).changes
    assert [(each.scenario, each.after) for each in changes] == [
        (SCENARIO, "no result"),
        (THE_RUN, "exit code 2"),
        (THE_LAB, "no result"),
    ]


def test_what_fails_in_silence_is_no_clean_day() -> None:
    bad = Verdict(status="failed", checks=GOOD.checks)
    (change,) = report(bad, silent=bad).changes
    assert (change.day.number, change.before, change.after) == (0, "passed", "failed")


def test_the_report_is_data_and_a_page(tmp_path: Path) -> None:
    write(report(GOOD, Verdict(status="broken", message="the API was slow")), tmp_path, [tmp_path / "more" / "x.json"])
    data = json.loads((tmp_path / "more" / "x.json").read_text())
    assert data == json.loads((tmp_path / "clean.json").read_text())
    assert data["verdicts"] == 2
    assert data["scenarios"][SCENARIO] == {"passed": 1, "broken": 1}
    assert data["changes"][0]["day"]["jitter"] == "on,seed=1"
    page = (tmp_path / "clean.md").read_text()
    assert "| features/cold.feature # A machine | 1 broken, 1 passed |" in page
    assert "the API was slow" in page
