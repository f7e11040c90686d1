"""Ctrl-C and SIGTERM clean up; a second one leaves at once and says how to finish."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from support.workflow.journalling import read_journals
from tests.drills.conftest import AsCluster
from tests.drills.running_lab import RunningLab, acceptance, behave, finish, run_ids

pytestmark = pytest.mark.drill


def await_that(holds: Callable[[], bool], process: "subprocess.Popen[str]", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert process.poll() is None, finish(process).text
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


_MACHINE, _PLAN = "vcenter/machines/auto-", "cluster/Plan/"


def has_made(lab: RunningLab, what: str) -> Callable[[], bool]:
    return lambda: any(what in path for path in lab.diff()["added"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_cleans_up_everything(cluster: AsCluster, number: signal.Signals) -> None:
    before = cluster.lab.state()
    process = behave(*cluster.arguments())
    await_that(has_made(cluster.lab, _MACHINE), process)
    process.send_signal(number)
    done = finish(process)
    assert done.code == 1, done.text
    assert number.name in done.err
    assert "Traceback" not in done.text
    assert cluster.lab.state() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_a_signal_interrupts_is_explained_before_it_is_removed(cluster: AsCluster, number: signal.Signals) -> None:
    before = cluster.lab.state()
    process = behave(*cluster.arguments())
    await_that(has_made(cluster.lab, _PLAN), process)
    process.send_signal(number)
    done = finish(process)
    assert done.code == 1, done.text
    (run,) = cluster.reports.glob("auto-*")
    (page,) = (run / "evidence").glob("cold_migration-*/index.md")
    assert "Failed step: **When it is cold migrated**" in page.read_text()
    assert "the run was interrupted here" in page.read_text()
    summary = (cluster.reports / "summary.md").read_text()
    assert "**Interrupted.**" in summary
    assert f"interrupted by {number.name}, as" in summary
    kinds = {path.parent.name for path in page.parent.glob(f"namespaces/{run.name}/*/*/*.yaml")}
    assert {"plans", "providers", "networkmaps", "storagemaps"} <= kinds
    assert {path.name.rsplit("-", 1)[-1] for path in page.parent.glob("source/*")} == {"before.yaml", "after.yaml"}
    assert done.text.index(f"collect evidence: {page}") < done.text.index("remove what the scenario made")
    assert cluster.lab.state() == before


def test_a_second_signal_leaves_at_once_and_cleanup_finishes(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    process = behave(*cluster.arguments())
    await_that(has_made(cluster.lab, _MACHINE), process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)  # a signal that is still pending would swallow an equal one
    process.send_signal(signal.SIGINT)
    done = finish(process)
    (run,) = run_ids(cluster.reports)
    assert done.code == 130, done.text
    assert done.err.count(f"acceptance cleanup {run}") == 2, "announced by the first signal, and printed by the second"
    assert read_journals(cluster.reports / run / "journal"), "it can be read to its end"
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}")
    assert cleaned.code == 0, cleaned.text
    assert cluster.lab.state() == before


def test_cleanup_refuses_while_the_run_still_lives(cluster: AsCluster) -> None:
    process = behave(*cluster.arguments())
    await_that(lambda: bool(run_ids(cluster.reports)), process)
    (run,) = run_ids(cluster.reports)
    refused = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}")
    assert refused.code == 2
    assert "still going on" in refused.err
    assert finish(process).code == 0


def test_skip_teardown_keeps_everything_and_names_the_command(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    done = finish(behave(*cluster.arguments(skip_teardown="true")))
    (run,) = run_ids(cluster.reports)
    assert done.code == 0, done.text
    assert f"acceptance cleanup {run}" in done.out
    assert cluster.lab.diff()["added"]
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}", "-Dskip_teardown=false")
    assert cleaned.code == 0, cleaned.text
    assert cluster.lab.state() == before


def test_a_lab_of_the_runs_own_ends_with_it_however_it_died(cluster: AsCluster) -> None:
    process = behave("--tags=@test_sanity_cold_mtv_migration", f"-Dreports_dir={cluster.reports}")
    endpoints = "*/lab/endpoints.json"
    await_that(lambda: any(cluster.reports.glob(endpoints)), process)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 15
    while any(cluster.reports.glob(endpoints)):
        assert time.monotonic() < deadline, "the lab outlived the run that started it"
        time.sleep(0.05)
    (run,) = run_ids(cluster.reports)
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}")
    assert cleaned.code == 0, cleaned.text
    assert os.environ.get("MTV_REPORTS_DIR") is None
