"""A worker as a process: what it is started with, how it hears, and that it dies with whoever started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.domain.access import GuestAccess, SourceAccess
from support.domain.names import ObjectRef, RunId
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.evidence.results import RunFacts
from support.run.parallel import process as process_module
from support.run.parallel.messages import Errand, Paper, label_of
from support.run.parallel.process import WorkerProcess
from support.run.profiles.profile import Profile
from support.run.settings import Settings
from support.workflow.session import Session

Start = Callable[[str], WorkerProcess]
PASSWORD, TOKEN = "p4ssword-of-vcenter", "sha256~token-of-the-run"
_ECHO = """
import os, sys
from multiprocessing.connection import Connection
connection = Connection(int(sys.argv[1]))
errand = connection.recv()
print(errand.settings.cluster_token.reveal() == {token!r}, errand.profile.access.password.reveal() == {password!r})
print(sys.argv, sorted(os.environ.items()), flush=True)
{more}
"""


def errand(folder: Path) -> Errand:
    access = SourceAccess(
        profile="vc", kind=ProviderKind.VSPHERE, version="8", url="u", username="me", password=Secret(PASSWORD)
    )
    ref = ObjectRef("Provider", "p", "n")
    return Errand(
        run=RunId("auto-ab12"),
        folder=folder,
        target="cluster",
        settings=Settings(cluster_token=Secret(TOKEN)),
        profile=Profile(access=access, guests=GuestAccess(), machines={}),
        session=Session(
            run=RunId("auto-ab12"),
            base_name="auto-ab12",
            namespace="auto-ab12",
            storage_class="block",
            kind=ProviderKind.VSPHERE,
            source=ref,
            source_uid="u1",
            secret=ref,
            destination=ref,
        ),
        facts=RunFacts(run_id="auto-ab12", target="cluster"),
        issues={},
        file="features/cold/moving.feature",
        line=6,
        paper=Paper(terminal=False, encoding="utf-8", color="off"),
    )


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a program of the test's own in place of a worker; ends what is left of it."""
    made: list[WorkerProcess] = []

    def start(more: str) -> WorkerProcess:
        (tmp_path / "made_up_worker.py").write_text(_ECHO.format(token=TOKEN, password=PASSWORD, more=more))
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path.cwd()}")
        monkeypatch.setattr(process_module, "_MODULE", "made_up_worker")
        made.append(WorkerProcess(errand(tmp_path), tmp_path))
        return made[-1]

    yield start
    for worker in made:
        worker._process.kill()
        worker._process.wait()
        worker.connection.close()


def silent(worker: WorkerProcess) -> bool:
    try:
        return worker.hear() is not None
    except EOFError:
        return True


def test_secrets_come_by_the_pipe_and_by_nothing_else(
    started: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MTV_CLUSTER_PASSWORD", PASSWORD)
    monkeypatch.setenv("COPYOFFLOAD_STORAGE_PASSWORD", PASSWORD)
    worker = started("")
    assert silent(worker)
    assert worker.end() == "exit code 0"
    said = worker.last_words()
    assert said.startswith("True True"), said
    assert PASSWORD not in said
    assert TOKEN not in said
    assert f"('TMPDIR', '{tmp_path}')" in said


def test_how_it_ended_and_its_last_words_are_told(started: Start) -> None:
    worker = started("raise SystemExit('no way')")
    assert silent(worker)
    assert worker.end() == "exit code 1"
    assert worker.last_words().endswith("no way")


def test_one_that_is_killed_takes_its_own_children_along(started: Start) -> None:
    worker = started("import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()")
    deadline = time.monotonic() + 30
    while not worker.last_words().splitlines()[-1:] or not worker.last_words().splitlines()[-1].isdigit():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child = int(worker.last_words().splitlines()[-1])
    os.kill(worker.pid, signal.SIGKILL)
    assert silent(worker)
    assert worker.end() == "killed by SIGKILL"
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the child outlived the worker"
        time.sleep(0.02)


_EMPLOYER = """
import sys
from pathlib import Path
from support.run.parallel.process import WorkerProcess
from tests.run_parallel.test_worker_process import errand
worker = WorkerProcess(errand(Path(sys.argv[1])), Path(sys.argv[1]))
print(worker.pid, flush=True)
worker.connection.recv()
"""


def test_a_worker_dies_with_its_employer_even_before_it_has_begun(tmp_path: Path) -> None:
    employer = subprocess.Popen(
        [sys.executable, "-c", _EMPLOYER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert employer.stdout is not None
    worker = int(employer.stdout.readline())
    employer.kill()
    employer.communicate()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}/cmdline").exists() and Path(f"/proc/{worker}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the worker outlived the run"
        time.sleep(0.02)


def test_a_label_is_short_and_leads_to_the_scenario() -> None:
    assert label_of("features/cold/moving.feature", 6) == "moving:6"
    assert errand(Path("/x")).location == "features/cold/moving.feature:6"
