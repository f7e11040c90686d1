"""`kill -9` while the source still clones: cleanup ends the task, whether or not the run got to know its id."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.killing import start
from tests.drills.running_lab import RunningLab, acceptance, finish, run_ids, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

SLOW = "1"
"""Speed at which a clone takes several seconds: longer than it takes a cleanup to begin."""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SLOW) as lab:
        yield lab


def cleaned(lab: RunningLab, reports: Path) -> None:
    (run,) = run_ids(reports)
    done = acceptance("cleanup", run, f"-Dreports_dir={reports}")
    assert done.code == 0, done.text
    assert lab.diff() == {"added": [], "removed": [], "changed": []}


def acts(reports: Path) -> list[str]:
    lines = [line for path in reports.glob("*/journal/*.jsonl") for line in path.read_text().splitlines()]
    return [json.loads(line)["act"] for line in lines]


def test_a_clone_whose_task_is_known_is_ended(lab: RunningLab, slow: RunningLab, tmp_path: Path) -> None:
    assert finish(start(lab, tmp_path / "clean")).code == 0
    (first, *_others) = [number for number, act in enumerate(acts(tmp_path / "clean"), start=1) if act == "noted"]
    # Providers are made side by side, so their records may come in another order; the clone comes after them.
    assert finish(start(slow, tmp_path / "killed", die_after=first)).code == -9
    assert acts(tmp_path / "killed")[-1] == "noted"
    assert slow.tasks_under_way(), "the clone was finished before anybody could look; slow the lab down"
    cleaned(slow, tmp_path / "killed")


def test_a_clone_whose_answer_never_came_is_found(slow: RunningLab, tmp_path: Path) -> None:
    process = start(slow, tmp_path)
    deadline = time.monotonic() + 60
    while not slow.tasks_under_way():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    # Whatever the run still wrote about the task is taken away: the answer counts as lost.
    for path in tmp_path.glob("*/journal/*.jsonl"):
        kept = [line for line in path.read_text().splitlines() if json.loads(line)["act"] != "noted"]
        path.write_text("".join(f"{line}\n" for line in kept))
    assert slow.tasks_under_way()
    cleaned(slow, tmp_path)
