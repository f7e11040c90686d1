"""A run before its session opens: what it announces and remembers, and what it gives back when it cannot start."""

import json
import logging
import os
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from behave.__main__ import run_behave

from support.domain.errors import StartError, SuiteError
from support.evidence.results import Verdict
from support.evidence.stored import stored
from support.run import life as life_module
from support.run.folder import find_folder, take
from support.run.life import RunLife
from support.run.runner import AcceptanceRunner
from support.run.settings import Settings, load_settings
from support.run.signals import Signals
from support.run.target import Target
from tests.run.conftest import configuration

PASSWORD = "p4ssword-of-kubeadmin"
_EXAMPLE = Path(__file__).parents[2] / ".providers.json.example"
CLUSTER = ("-Dtarget=cluster", "-Dsource_provider=vc8", "-Dstorage_class=ceph", "-Dcluster_host=api.example.com")


class MadeUpChild:
    def __init__(self) -> None:
        self.stopped = 0

    def stop(self) -> None:
        self.stopped += 1


@pytest.fixture
def child() -> MadeUpChild:
    return MadeUpChild()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: MadeUpChild) -> Callable[..., StartError]:
    """Start a run against a lab whose profiles cannot be used; gives the refusal."""

    def choose(settings: Settings, own_lab: Path) -> Target:
        own_lab.mkdir()
        (own_lab / "kubeconfig").write_text("never read")
        profiles = own_lab / "providers.json"
        profiles.write_text("{}")
        return Target("made up", settings.pointed_at(own_lab / "kubeconfig", profiles, own_lab / "remote"), child)  # type: ignore[arg-type]

    monkeypatch.setattr(life_module, "choose_target", choose)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> StartError:
        with pytest.raises(StartError) as refused, RunLife(configuration(*arguments), []).running([]):
            pytest.fail("a run without a usable profile has begun")
        return refused.value

    return run


def only_run(reports: Path) -> str:
    (path,) = reports.glob("*/run.json")
    return path.parent.name


def test_a_run_says_its_id_and_folder_first(
    start: Callable[..., StartError], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start()
    run = only_run(tmp_path / "reports")
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == f"Run {run} on the embedded lab"
    assert second == f"Folder {tmp_path / 'reports' / run}"
    assert run.startswith("auto-")


def test_the_folder_remembers_what_was_given_and_not_where_the_lab_was(
    start: Callable[..., StartError], tmp_path: Path
) -> None:
    """With the lab's kubeconfig in it, the settings would be refused: that is a cluster's key."""
    start("-Dlab_speed=20", "-Dwait_plan=7", "-Dskip_teardown=true")
    about = find_folder(tmp_path / "reports", only_run(tmp_path / "reports")).about()
    assert "kubeconfig" not in about
    assert "providers_file" not in about, "the lab has its own"
    assert about["reports_dir"] == str(Path("reports").absolute()), "cleanup may start in another folder"
    again = load_settings({}, about, {})
    assert (again.lab_speed, again.budgets.plan, again.skip_teardown) == (20.0, 7.0, True)
    life = RunLife(configuration("-Dlab_speed=20", "-Dwait_plan=7", "-Dskip_teardown=true"), [])
    assert replace(again.anchored(), notes=()) == replace(life.settings.anchored(), notes=())


def test_no_secret_is_remembered_or_said(
    start: Callable[..., StartError], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start(*CLUSTER, "-Dcluster_username=kubeadmin", f"-Dcluster_password={PASSWORD}")
    said = capsys.readouterr()
    assert "note: cluster_password was given by -D" in said.out
    assert PASSWORD not in said.out + said.err
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if PASSWORD in path.read_text()] == []


def test_a_run_that_cannot_start_gives_back_all_it_took(
    start: Callable[..., StartError], tmp_path: Path, child: MadeUpChild
) -> None:
    root = logging.getLogger()
    before = (tempfile.tempdir, signal.getsignal(signal.SIGTERM), list(root.handlers))
    assert "has no profile" in str(start())
    assert child.stopped == 1
    assert (tempfile.tempdir, signal.getsignal(signal.SIGTERM), list(root.handlers)) == before
    folder = find_folder(tmp_path / "reports", only_run(tmp_path / "reports"))
    lock = folder.lock()
    take(lock, folder.run)
    lock.release()
    assert not folder.temporary.exists()


def test_a_run_that_cannot_start_publishes_nothing(start: Callable[..., StartError], tmp_path: Path) -> None:
    start()
    run = only_run(tmp_path / "reports")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [run]
    assert not (tmp_path / "reports" / run / "journal").exists()
    assert json.loads((tmp_path / "reports" / run / "run.json").read_text())["run"] == run


def test_of_a_run_that_cannot_start_only_its_log_stays_and_says_why(
    start: Callable[..., StartError], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what tells it from a shard that had nothing to do."""
    refusal = start()
    run = tmp_path / "reports" / only_run(tmp_path / "reports")
    assert sorted(path.name for path in run.rglob("*")) == ["run.json", "run.log"]
    assert str(refusal) in (run / "run.log").read_text()
    assert f"Nothing was created; the reason stands in {run / 'run.log'}" in capsys.readouterr().out


def test_two_runs_share_nothing(start: Callable[..., StartError], tmp_path: Path) -> None:
    start()
    start()
    assert len(list((tmp_path / "reports").iterdir())) == 2


def test_a_run_id_begins_as_the_setting_says(start: Callable[..., StartError], tmp_path: Path) -> None:
    start("-Dtarget_namespace_prefix=nightly", f"-Dreports_dir={tmp_path / 'other'}")
    assert only_run(tmp_path / "other").startswith("nightly-")


def test_a_life_that_was_never_set_up_says_so_and_closes_twice() -> None:
    life = RunLife(configuration(), [])
    with pytest.raises(SuiteError, match="has not been set up"):
        life.open_session()
    life.close_session()
    life.close_session()


def test_settings_are_read_once_and_all_their_problems_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTV_LOG_LEVEL", "LOUD")
    with pytest.raises(StartError) as refused:
        RunLife(configuration("-Dskip_teardown=perhaps", "-Dstorage_clas=x"), [])
    for key in ("log_level", "skip_teardown", "storage_clas"):
        assert key in str(refused.value)


def test_a_run_that_never_reached_its_cluster_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of the run before it stay the last ones."""
    monkeypatch.chdir(tmp_path)
    nowhere = ("-Dcluster_host=https://127.0.0.1:9", "-Dcluster_token=t0ken", f"-Dproviders_file={_EXAMPLE}")
    life = RunLife(configuration(*CLUSTER[:1], "-Dsource_provider=vsphere", "-Dstorage_class=ceph", *nowhere), [])
    with pytest.raises(StartError, match=r"127\.0\.0\.1"), life.running([]):
        life.open_session()
    run = only_run(tmp_path / "reports")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [run]


_WARM = """
@warm
Feature: Moving warm
  @test_warm
  Scenario: It arrives
    Given all is well
"""


def test_a_run_to_which_no_scenario_applies_logs_in_nowhere_and_reports_what_was_skipped(
    little_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the cluster nor the cloud of these settings is there."""
    (little_project / "features" / "moving.feature").write_text(_WARM)
    nowhere = ("-Dcluster_host=https://127.0.0.1:9", "-Dcluster_token=t0ken", f"-Dproviders_file={_EXAMPLE}")
    profile = ("-Dtarget=cluster", "-Dsource_provider=openstack", "-Dstorage_class=ceph")
    assert (
        run_behave(
            configuration("--format=null", "--no-capture", "--no-capture-hooks", *profile, *nowhere), AcceptanceRunner
        )
        == 1
    )
    (said,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("nothing was")]
    assert said.startswith(
        "nothing was to be run, and nothing was created: @warm: MTV migrates warm from vSphere and RHV"
    )
    reports = little_project / "reports"
    run = only_run(reports)
    assert not (reports / run / "journal").exists()
    (result,) = stored(reports / run).results
    assert (result.verdict, result.skip_reason[:5]) == (Verdict.SKIPPED, "@warm")
    assert "Nothing was run" in (reports / "summary.md").read_text()


def test_a_run_that_was_interrupted_fails_and_begins_no_further_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    life, signals = RunLife(configuration(), []), Signals("bye")
    monkeypatch.setattr(life, "_signals", signals)
    monkeypatch.setattr(life, "_wired", MagicMock())
    monkeypatch.setattr(life, "_session", MagicMock())
    monkeypatch.setattr(life, "_outcome", MagicMock(complaints=()))
    assert not life.failed
    with signals.handled(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert life.failed
    with pytest.raises(KeyboardInterrupt):
        life.open_scenario(MagicMock())


@pytest.mark.parametrize("at_rest", [True, False])
def test_machines_in_files_are_never_moved_side_by_side(
    at_rest: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    life, runner = RunLife(configuration(), []), MagicMock()
    runner.config.jobs = 4
    life._folder, life._wired = MagicMock(), MagicMock()
    life._wired.ports.source.at_rest = at_rest
    monkeypatch.setattr(life_module, "crew_for", MagicMock())
    monkeypatch.setattr(life_module, "Spreading", MagicMock())
    life.spread(runner)
    assert (life._crew is None) is at_rest
    assert ("moved one after the other, whatever --jobs says" in capsys.readouterr().out) is at_rest
