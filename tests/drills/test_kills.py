"""`kill -9` at random moments, then one `acceptance cleanup`: the lab is as before, and so are other people's things.

At eight moments, in the nightly run (KILLS=100) at a hundred. Clones take longer than a run needs to be killed and a
cleanup to begin, so tasks that still run on the source are among the cases; the nightly run counts them, and
test_kills_of_clones.py makes them on purpose.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain.names import RunId
from tests.drills.conftest import SPEED
from tests.drills.killing import await_begin, clean_up, inhabited_lab, seconds_of, start
from tests.drills.look_alikes import plant_on_cluster, plant_on_source
from tests.drills.running_lab import RunningLab, acceptance, finish, run_ids, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

KILLS = int(os.environ.get("KILLS", "8"))


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with inhabited_lab(tmp_path_factory.mktemp("lab"), "--defect", "clones-slow") as lab:
        yield lab


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
