"""Exit codes and hooks of the runner: 0 all is well, 1 a verdict or the run failed, 2 the run could not start."""

import pytest

from support.domain.errors import ClusterLoginError, StartError, SuiteError, WaitTimeout
from tests.run.conftest import MadeUpLife, Run


def test_a_run_in_which_all_is_well_exits_0(behave: Run) -> None:
    life = MadeUpLife()
    assert behave(life, "--tags=@test_one") == 0
    assert life.told == [
        "made",
        "running 1",
        "open_session",
        "open_scenario It arrives",
        "close_scenario It arrives",
        "close_session",
        "ended",
    ]


def test_a_failed_verdict_exits_1_and_closes_everything(behave: Run) -> None:
    life = MadeUpLife()
    assert behave(life) == 1
    assert life.told[-3:] == ["close_scenario It is lost", "close_session", "ended"]


def test_a_run_with_a_complaint_exits_1_although_its_scenarios_passed(behave: Run) -> None:
    assert behave(MadeUpLife(failed=True), "--tags=@test_one") == 1


@pytest.mark.parametrize("at", ["made", "running", "open_session"])
def test_a_run_that_could_not_start_exits_2_and_says_why_once(
    behave: Run, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    life = MadeUpLife({at: ClusterLoginError("the cluster refused kubeadmin")})
    assert behave(life) == 2
    assert life.told[-1] in ("made", "running 2", "ended")
    said = capsys.readouterr()
    assert (said.out + said.err).count("ClusterLoginError: the cluster refused kubeadmin") == 1
    assert not [line for line in life.told if line.startswith("open_scenario")]


def test_a_wrong_setting_exits_2(behave: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert behave(MadeUpLife(), "-Dstorage_clas=x") == 2
    assert "did you mean storage_class" in capsys.readouterr().err


def test_trouble_after_something_was_created_exits_1_and_says_it_once(
    behave: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    trouble = WaitTimeout(
        subject="provider", wanted="Ready", budget="provider", seconds=600, last_seen="Staging", age=3
    )
    life = MadeUpLife({"open_session": trouble})
    assert behave(life) == 1
    assert life.told == ["made", "running 2", "open_session", "ended"]
    said = capsys.readouterr()
    assert (said.out + said.err).count("last seen Staging") == 1


def test_an_interrupted_session_exits_1_without_a_traceback(behave: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert behave(MadeUpLife({"open_session": KeyboardInterrupt()})) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_scenario_that_cannot_be_opened_fails_and_the_next_has_its_turn(behave: Run) -> None:
    life = MadeUpLife({"open_scenario": SuiteError("no facade")})
    assert behave(life) == 1
    assert "close_scenario It arrives" in life.told
    assert "open_scenario It is lost" in life.told


def test_a_signal_that_came_while_a_scenario_was_cleaned_up_ends_the_run(behave: Run) -> None:
    life = MadeUpLife({"close_scenario": KeyboardInterrupt()})
    assert behave(life) == 1
    assert "open_scenario It is lost" not in life.told
    assert life.told[-2:] == ["close_session", "ended"]


def test_what_does_not_apply_is_skipped_before_it_is_opened(behave: Run) -> None:
    life = MadeUpLife()
    life.skips = {"It is lost": "@warm: MTV migrates warm from vSphere and RHV only"}
    assert behave(life) == 0
    assert "open_scenario It is lost" not in life.told


@pytest.mark.parametrize("tags", ["@test_three", "@test_one and @test_two", "not@test_one"])
def test_an_empty_selection_exits_2_before_anything_is_read(
    behave: Run, capsys: pytest.CaptureFixture[str], tags: str
) -> None:
    life = MadeUpLife()
    assert behave(life, f"--tags={tags}") == 2
    assert life.told == []
    assert "common tags: @cold" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["features/movin.feature", "moving", "steps/all_steps.py"])
def test_a_path_that_leads_to_no_feature_exits_2_with_what_was_expected(
    behave: Run, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    life = MadeUpLife()
    assert behave(life, path) == 2
    assert life.told == []
    assert f"{path}: no such feature, expected a folder or a file that ends in .feature" in capsys.readouterr().err


def test_a_dry_run_has_no_life_at_all(behave: Run) -> None:
    life = MadeUpLife({"made": StartError("never asked")})
    assert behave(life, "--dry-run") == 0
    assert life.told == []
