"""`kill -9` at any point, then one `acceptance cleanup`: the lab is as before, and nobody else's things were touched.

In the nightly run (KILLS=100 EVERY_RECORD=1) after each journal record and at a hundred random moments; otherwise
after a sample of the records and at twenty moments. Clones take longer than a run needs to be killed and a cleanup to
begin, so tasks that still run on the source are among the cases; the test counts them.
"""

import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from support.domain.names import RunId
from support.workflow.journalling import DIE_AFTER
from tests.drills.conftest import SPEED
from tests.drills.look_alikes import plant_on_cluster, plant_on_source
from tests.drills.running_lab import RunningLab, acceptance, behave, finish, run_ids, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800)]

KILLS = int(os.environ.get("KILLS", "20"))
EVERY = os.environ.get("EVERY_RECORD") == "1"
SAMPLE = 5
_FOREIGN = RunId("auto-ztrx")


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab in which twenty things of another run with a like name live."""
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED, "--defect", "clones-slow") as lab:
        assert plant_on_cluster(lab, _FOREIGN) + plant_on_source(lab, _FOREIGN) == 20
        yield lab


def start(lab: RunningLab, reports: Path, die_after: int = 0) -> "subprocess.Popen[str]":
    environment = {DIE_AFTER: str(die_after)} if die_after else {}
    return behave(
        "--tags=@test_sanity_cold_mtv_migration", f"-Dlab={lab.folder}", f"-Dreports_dir={reports}", env=environment
    )


def clean_up(lab: RunningLab, reports: Path, before: dict[str, str], story: str) -> None:
    """One cleanup must do; a second one must find nothing to do."""
    for run in run_ids(reports):
        try:
            first = acceptance("cleanup", run, f"-Dreports_dir={reports}")
        except subprocess.TimeoutExpired as late:
            pytest.fail(f"{story}: {late}; {logs_of(reports)}; left: {lab.diff()}")
        assert first.code == 0, f"{story}: {first.text}"
    now = lab.state()
    changed = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    assert not changed, f"{story}: {changed}"


def logs_of(reports: Path) -> str:
    return "\n".join(path.read_text()[-4000:] for path in reports.glob("*/run.log"))


def await_begin(process: "subprocess.Popen[str]", reports: Path) -> None:
    """Until the run has written its first record; what is killed before has made nothing that counts as a case."""
    while not records_of(reports):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def seconds_of(reports: Path) -> float:
    """From the first record of a run to its last."""
    (journal,) = reports.glob("*/journal/*.jsonl")
    times = [datetime.fromisoformat(json.loads(line)["at"]) for line in journal.read_text().splitlines()]
    return (times[-1] - times[0]).total_seconds()


def records_of(reports: Path) -> int:
    return sum(len(path.read_text().splitlines()) for path in reports.glob("*/journal/*.jsonl"))


def test_killed_after_a_journal_record_everything_can_be_cleaned_up(inhabited: RunningLab, tmp_path: Path) -> None:
    before = inhabited.state()
    clean = finish(start(inhabited, tmp_path / "clean"))
    assert clean.code == 0, clean.text
    count = records_of(tmp_path / "clean")
    numbers = range(1, count + 1) if EVERY else sorted(random.sample(range(1, count + 1), SAMPLE))
    for number in numbers:
        reports = tmp_path / f"record-{number}"
        done = finish(start(inhabited, reports, die_after=number))
        assert done.code == -9, f"record {number} of {count}: {done.text}"
        clean_up(inhabited, reports, before, f"killed after record {number} of {count}")


def test_killed_at_random_moments_everything_can_be_cleaned_up(inhabited: RunningLab, tmp_path: Path) -> None:
    before = inhabited.state()
    assert finish(start(inhabited, tmp_path / "clean")).code == 0
    whole = seconds_of(tmp_path / "clean")
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    unfinished = 0
    for number in range(KILLS):
        reports, moment = tmp_path / f"kill-{number}", moments.uniform(0, whole)
        process = start(inhabited, reports)
        await_begin(process, reports)
        time.sleep(moment)
        process.kill()
        process.communicate()
        unfinished += bool(inhabited.tasks_under_way())
        clean_up(inhabited, reports, before, f"kill {number} after {moment:.2f} of {whole:.2f} s (seed {seed})")
    assert unfinished >= KILLS // 10, f"the source was still cloning at only {unfinished} of {KILLS} kills"


def test_look_alikes_of_the_very_run_stay(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--speed", SPEED) as lab:
        pristine, reports = lab.state(), tmp_path / "reports"
        finish(start(lab, reports, die_after=30))
        (run,) = run_ids(reports)
        with_remains = lab.state()
        planted = plant_on_cluster(lab, RunId(run)) + plant_on_source(lab, RunId(run))
        grown = lab.state()
        foreign = {path: mark for path, mark in grown.items() if path not in with_remains}
        assert planted == 20
        cleaned = acceptance("cleanup", run, f"-Dreports_dir={reports}")
        assert cleaned.code == 0, cleaned.text
        assert lab.state() == {**pristine, **foreign}
        assert len(foreign) >= planted
        second = acceptance("cleanup", run, f"-Dreports_dir={reports}")
        assert second.code == 0
        assert lab.state() == {**pristine, **foreign}
