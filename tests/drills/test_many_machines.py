"""A plan of many machines costs for each of them what it costs for one: nothing is listed once per machine."""

import signal
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bench.many_machines import plan_of
from tests.bench.moving import requests_of
from tests.bench.slopes import REPEATED
from tests.drills.running_lab import RunningLab, behave, finish
from tests.drills.test_signals import await_that

pytestmark = pytest.mark.drill

FEW, MANY = 2, 8
Asked = Mapping[int, Counter[str]]
_SWITCHING = "vcenter: PowerOnVM_Task VirtualMachine"
CHANCE = 3
"""Of one request; less than what each of the further machines would add."""


@pytest.fixture(scope="module")
def asked(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """What the lab was asked for plans of few and of many."""
    folder = tmp_path_factory.mktemp("scale")
    return {number: _asked_for(lab, number, folder) for number in (FEW, MANY)}


def _asked_for(lab: RunningLab, number: int, folder: Path) -> Counter[str]:
    before = requests_of(lab)
    done = finish(behave(str(plan_of(number, folder)), f"-Dlab={lab.folder}", f"-Dreports_dir={folder / 'reports'}"))
    assert done.code == 0, done.text
    return requests_of(lab) - before


def test_no_list_is_asked_for_once_per_machine(asked: Asked) -> None:
    """A watch that ends comes with another list, and when it ends is a matter of time."""
    lists = [what for what in asked[MANY] if what.startswith("cluster: list ")]
    beyond = {what: _unwatched(asked[MANY], what) - _unwatched(asked[FEW], what) for what in lists}
    assert len(lists) > 10
    assert {what: number for what, number in beyond.items() if number > CHANCE} == {}


def _unwatched(counts: Counter[str], what: str) -> int:
    return counts[what] - counts[what.replace(": list ", ": watch ")]


def test_no_request_grows_faster_than_the_machines(asked: Asked) -> None:
    steep = {
        what: (asked[FEW][what], number)
        for what, number in asked[MANY].items()
        if number > _expected(what, asked[FEW][what]) + CHANCE and what not in REPEATED
    }
    assert steep == {}


def _expected(what: str, of_few: int) -> int:
    """Of many, from those of few; where all is settled at the first look, a machine of the few needs no watch."""
    return max(of_few, FEW if what.startswith("cluster: watch ") else 0) * MANY // FEW


def test_a_signal_while_machines_are_prepared_side_by_side_leaves_nothing(lab: RunningLab, tmp_path: Path) -> None:
    """What was begun comes to its end before anything is removed, so that nothing is switched on behind its back."""
    before, switched = lab.state(), requests_of(lab)[_SWITCHING]
    process = behave(str(plan_of(MANY, tmp_path)), f"-Dlab={lab.folder}", f"-Dreports_dir={tmp_path / 'reports'}")
    await_that(lambda: requests_of(lab)[_SWITCHING] > switched, process)
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.code == 1, done.text
    assert "Traceback" not in done.text
    assert list((tmp_path / "reports").glob("*/evidence/plan_of_*/index.md"))
    assert lab.state() == before
