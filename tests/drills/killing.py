"""Killing runs on a lab in which other people live, and judging what one cleanup leaves."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from support.domain.names import RunId
from support.workflow.journalling import DIE_AFTER
from tests.drills.look_alikes import plant_on_cluster, plant_on_source
from tests.drills.running_lab import RunningLab, acceptance, behave, run_ids, running_lab

_FOREIGN = RunId("auto-ztrx")
SPEED = "40"
"""Slow clones, ten times as long as usual, still outlast the start of a cleanup at this speed."""


@contextmanager
def inhabited_lab(folder: Path, *options: str) -> Iterator[RunningLab]:
    """A lab in which twenty things of another run with a like name live."""
    with running_lab(folder, "--speed", SPEED, *options) as lab:
        assert plant_on_cluster(lab, _FOREIGN) + plant_on_source(lab, _FOREIGN) == 20
        yield lab


def start(
    lab: RunningLab,
    reports: Path,
    die_after: int = 0,
    scenario: str = "@test_sanity_cold_mtv_migration",
    source: str = "vsphere",
) -> "subprocess.Popen[str]":
    environment = {DIE_AFTER: str(die_after)} if die_after else {}
    where = (f"-Dlab={lab.folder}", f"-Dsource_provider={source}", f"-Dreports_dir={reports}")
    return behave(f"--tags={scenario}", *where, env=environment)


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
