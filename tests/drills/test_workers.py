"""`behave -j N`: several workers make of a run what one process makes of it, and nothing is left of them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.holding import HELD
from support.domain.access import ClusterAccess
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import Finished, RunningLab, acceptance, behave, finish, run_ids, running_lab
from tests.drills.test_signals import await_that

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

COLD = "--tags=@cold and not @copyoffload"
CATALOGUE = () if os.environ.get("WHOLE_CATALOGUE") == "1" else ("--tags=@tier0 and @warm",)
"""What runs twice at once; the whole of it in the nightly run, otherwise what shares the interval."""
FEW = COLD if os.environ.get("WHOLE_CATALOGUE") == "1" else "--tags=@tier0 and @cold and not @needs.placing"
"""What the tests run that wait for all of it; outside the nightly run two scenarios."""
LONG = 400
NAMESPACE = "openshift-mtv"


@dataclass(frozen=True, slots=True)
class Reports:
    """What runs below one reports folder wrote."""

    folder: Path

    def verdicts(self) -> dict[str, str]:
        """By full name, as Allure got them."""
        return {each["fullName"]: each["status"] for each in self._results()}

    def messages(self) -> list[str]:
        """Of those that did not pass."""
        found = [each["statusDetails"]["message"] for each in self._results() if each["status"] != "passed"]
        return [message for message in found if "does not apply" not in message]

    def cases(self) -> dict[str, list[str]]:
        """Names of JUnit's cases, with the kinds of their outcomes."""
        (path,) = (self.folder / "junit").glob("*.xml")
        found = ElementTree.parse(path).iter("testcase")
        kinds = ("failure", "error", "skipped")
        return {each.get("name", ""): [kind for kind in kinds if each.find(kind) is not None] for each in found}

    def at_work(self, parent: int) -> list[int]:
        """Processes beside the run's own that have made something."""
        journals = {int(path.stem): path for path in self.folder.glob("*/journal/*.jsonl")}
        return [pid for pid, path in journals.items() if pid != parent and '"act":"created"' in path.read_text()]

    def _results(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in (self.folder / "allure-results").glob("*-result.json")]


def start(lab: RunningLab, reports: Path, *more: str) -> "subprocess.Popen[str]":
    return behave(f"-Dlab={lab.folder}", f"-Dreports_dir={reports}", "--no-color", *more)


def some_at_work(reports: Path, process: "subprocess.Popen[str]", number: int = 1) -> list[int]:
    """Workers that have made something, once there are so many."""
    found = Reports(reports)
    await_that(lambda: len(found.at_work(process.pid)) >= number, process)
    return found.at_work(process.pid)


def must_become(lab: RunningLab, before: dict[str, str]) -> None:
    """The operator takes its time to call a setting that was given back reconciled."""
    deadline = time.monotonic() + 60
    while (now := lab.state()) != before:
        changed = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
        assert time.monotonic() < deadline, changed
        time.sleep(0.2)


def must_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker outlived its run"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """A process that ended and waits to be noticed has no command line any more."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def test_the_catalogue_passes_twice_at_once_and_leaves_nothing(lab: RunningLab, tmp_path: Path) -> None:
    before, since = lab.state(), version_of_controller(lab)
    both = {tmp_path / name: start(lab, tmp_path / name, "-j4", *CATALOGUE) for name in ("left", "right")}
    listed = finish(behave("--dry-run", "--format=plain", "--no-skipped", *CATALOGUE)).out.count("Scenario: ")
    for reports, process in both.items():
        done = finish(process, LONG)
        assert done.code == 0, done.text
        verdicts = list(Reports(reports).verdicts().values())
        assert len(verdicts) == listed
        assert set(verdicts) <= {"passed", "skipped"}
        assert f"{verdicts.count('passed')} scenarios passed, 0 failed" in done.out
    must_become(lab, before)
    must_have_been_shared(holds_since(lab, since))


@contextmanager
def administrator(lab: RunningLab) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab.folder / "kubeconfig"))
    api.connect()
    try:
        yield api
    finally:
        api.close()


def version_of_controller(lab: RunningLab) -> str:
    with administrator(lab) as api:
        return api.list_at(api.kind("ForkliftController"), NAMESPACE)[1]


def holds_since(lab: RunningLab, version: str) -> list[tuple[int, object]]:
    """Number of holders and interval of the shared controller, change by change."""
    query = {"watch": "true", "resourceVersion": version, "timeoutSeconds": "1"}
    with administrator(lab) as api:
        events = api.stream(api.kind("ForkliftController").path(NAMESPACE), query, 30)
        objects = [json.loads(line)["object"] for line in events.data.splitlines()]
    seen = [(_holders(each), each["spec"].get("controller_precopy_interval")) for each in objects]
    return [each for each, _same in groupby(seen)]


def _holders(controller: Object) -> int:
    text = controller["metadata"].get("annotations", {}).get(HELD)
    return len(json.loads(text)["holders"]) if text else 0


def must_have_been_shared(holds: list[tuple[int, object]]) -> None:
    """Both had it at the same time, and it came back once: with the last of them."""
    assert [number for number, _interval in holds] == [1, 2, 1, 0]
    *held, (_nobody, restored) = holds
    assert restored is None
    assert len({interval for _number, interval in held}) == 1
    assert held[0][1] is not None


def test_many_workers_report_what_one_process_reports(lab: RunningLab, tmp_path: Path) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    for reports, jobs in ((one, "-j1"), (many, "-j3")):
        done = finish(start(lab, reports, FEW, jobs, "--junit", f"--junit-directory={reports}/behave"), LONG)
        assert done.code == 0, done.text
    assert Reports(many).verdicts() == Reports(one).verdicts()
    assert Reports(many).cases() == Reports(one).cases()
    native = [sorted(path.name for path in (reports / "behave").iterdir()) for reports in (one, many)]
    assert native[0] == native[1]


def test_a_killed_worker_breaks_its_scenario_alone(lab: RunningLab, tmp_path: Path) -> None:
    before = lab.state()
    process = start(lab, tmp_path, FEW, "-j2")
    os.kill(some_at_work(tmp_path, process)[0], signal.SIGKILL)
    done = finish(process, LONG)
    assert done.code == 1, done.text
    verdicts = list(Reports(tmp_path).verdicts().values())
    assert verdicts.count("broken") == 1
    assert verdicts.count("passed") == len(verdicts) - 1 > 0
    (message,) = Reports(tmp_path).messages()
    assert "without a result (killed by SIGKILL)" in message
    page = Path(message.rpartition("evidence: ")[2].strip())
    assert "Failed step: **the worker process**" in page.read_text()
    assert list(page.parent.glob("namespaces/auto-*/forklift.konveyor.io/providers/*.yaml"))
    assert "left over" not in done.text
    assert "1 error" in done.out
    must_become(lab, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_workers_and_cleans_up_everything(
    lab: RunningLab, tmp_path: Path, number: signal.Signals
) -> None:
    before = lab.state()
    process = start(lab, tmp_path, COLD, "-j3")
    workers = some_at_work(tmp_path, process, 2)
    process.send_signal(number)
    done = finish(process, LONG)
    assert done.code == 1, done.text
    assert number.name in done.err
    assert "Traceback" not in done.text
    must_end(workers)
    verdicts = list(Reports(tmp_path).verdicts().values())
    assert len(verdicts) == len(finish(behave("--dry-run", "--format=plain", COLD)).out.split("Scenario: ")) - 1
    assert verdicts.count("broken") >= 2
    told = (tmp_path / "summary.md").read_text()
    assert told.count(f"interrupted by {number.name}, as") >= verdicts.count("broken"), "workers say who ended the run"
    assert told.count("**Interrupted.**") == verdicts.count("broken")
    explained = [page.parent.name for page in tmp_path.glob("*/evidence/*/index.md")]
    assert len(explained) >= 2, "each worker explains what it was in the middle of"
    must_become(lab, before)


def test_a_second_signal_leaves_at_once_with_all_workers_and_cleanup_finishes(lab: RunningLab, tmp_path: Path) -> None:
    before = lab.state()
    process = start(lab, tmp_path, COLD, "-j2")
    workers = some_at_work(tmp_path, process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)  # a signal that is still pending would swallow an equal one
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.code == 130, done.text
    must_end(workers)
    must_be_cleaned_up(lab, tmp_path, before)


def test_workers_die_with_a_run_that_is_killed_and_cleanup_finishes(lab: RunningLab, tmp_path: Path) -> None:
    before = lab.state()
    process = start(lab, tmp_path, COLD, "-j2")
    workers = some_at_work(tmp_path, process, 2)
    process.kill()
    process.communicate()
    must_end(workers)
    must_be_cleaned_up(lab, tmp_path, before)


def must_be_cleaned_up(lab: RunningLab, reports: Path, before: dict[str, str]) -> None:
    (run,) = run_ids(reports)
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={reports}")
    assert cleaned.code == 0, cleaned.text
    must_become(lab, before)


def test_a_failure_stops_what_has_not_begun_and_leaves_the_others_their_end(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--speed", SPEED, "--defect", "memory-rounded-down") as lab:
        before = lab.state()
        done = finish(start(lab, tmp_path / "reports", COLD, "-j2", "--stop"), LONG)
        assert done.code == 1, done.text
        must_become(lab, before)
    verdicts = list(Reports(tmp_path / "reports").verdicts().values())
    assert "failed" in verdicts
    never = [message for message in Reports(tmp_path / "reports").messages() if message.startswith("never ran")]
    assert len(never) >= 1
    assert len(verdicts) - len(never) <= 4, "no more than two beside the first two"
    assert f"{len(never)} untested" in done.out


def test_workers_have_the_runs_login_and_no_secret_in_sight(cluster: AsCluster) -> None:
    found, before = cluster.lab.endpoints(), cluster.lab.state()
    password = found["cluster_password"]
    cluster.settings |= {
        "cluster_host": found["cluster"],
        "cluster_username": found["cluster_username"],
        "cluster_ca": str(cluster.lab.folder / "ca.crt"),
    }
    arguments = cluster.arguments(kubeconfig=None)
    process = behave(*arguments, "-j2", env={"MTV_CLUSTER_PASSWORD": password})
    (worker,) = some_at_work(cluster.reports, process)
    tokens = [path for path in cluster.lab.diff()["added"] if "/token/" in path]
    seen = b"".join(Path(f"/proc/{worker}/{what}").read_bytes() for what in ("cmdline", "environ"))
    done = finish(process)
    assert done.code == 0, done.text
    assert len(tokens) == 1, "a worker logged in again"
    assert password.encode() not in seen
    assert b"sha256~" not in seen
    assert cluster.lab.state() == before
    must_not_be_written(cluster.reports, password, done)


def must_not_be_written(reports: Path, password: str, done: Finished) -> None:
    files = [path for path in reports.rglob("*") if path.is_file()]
    assert any(path.parent.name == "workers" for path in files)
    assert [path for path in files if password.encode() in path.read_bytes()] == []
    assert password not in done.text
