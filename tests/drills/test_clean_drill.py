"""`acceptance drill --clean`: noise changes no verdict, and a day on which something is wrong is told."""

import json
import os
from pathlib import Path

import pytest

from acceptance.clean_days import Day, Place
from acceptance.clean_drill import spent
from tests.drills.running_lab import acceptance

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

WHOLE = os.environ.get("WHOLE_CATALOGUE") == "1"
COLD = "@test_sanity_cold_mtv_migration"


@pytest.mark.skipif(not WHOLE, reason="the next one has such a day, too: set WHOLE_CATALOGUE, as make nightly does")
def test_a_noisy_day_changes_no_verdict(tmp_path: Path) -> None:
    quick = ("-Dlab_speed=40", f"-Dreports_dir={tmp_path}")
    done = acceptance("drill", "--clean", "1", "--jitter", "on,seed=11", COLD, *quick, seconds=240)
    assert done.code == 0, done.text
    found = json.loads((tmp_path / "clean.json").read_text())
    assert (found["days"], found["verdicts"], found["changes"]) == (1, 1, [])


def test_a_day_on_which_a_check_fails_is_reported_alone(tmp_path: Path) -> None:
    noisy = [Day(number=1, jitter="on,seed=1"), Day(number=2, jitter="on,seed=2", defect="memory-rounded-down")]
    place = Place(folder=tmp_path, lab_speed="40", tags=(COLD,))
    *_, report = spent(([Day(number=0)], noisy), place, jobs=2)
    changed = [(change.day.number, change.scenario.rpartition(" # ")[2], change.what) for change in report.changes]
    assert changed == [
        (2, "A RHEL machine is still itself after a cold migration", "the scenario, memory"),
        (2, "the run", "the scenario"),
    ]
    assert "memory" in report.changes[0].message


def test_noise_that_no_lab_makes_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = acceptance("drill", "--clean", "1", "--jitter", "loud=1", f"-Dreports_dir={tmp_path}")
    assert done.code == 2
    assert "--jitter: cannot read 'loud=1', expected on or some of" in done.err
    assert list(tmp_path.iterdir()) == []
