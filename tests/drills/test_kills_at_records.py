"""`kill -9` after a journal record, then one `acceptance cleanup`: the lab is as before, and so are foreign things.

In the nightly run (EVERY_RECORD=1) after each record of the scenario, otherwise after a sample of them.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.killing import clean_up, inhabited_lab, records_of, start
from tests.drills.running_lab import RunningLab, finish

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

EVERY = os.environ.get("EVERY_RECORD") == "1"
SAMPLES = {"vsphere": 4, "openshift": 1, "ova": 1}
"""By source profile: what differs between sources is only what is made there."""


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with inhabited_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.mark.parametrize("source", SAMPLES)
def test_killed_after_a_journal_record_everything_can_be_cleaned_up(
    inhabited: RunningLab, tmp_path: Path, source: str
) -> None:
    before = inhabited.state()
    clean = finish(start(inhabited, tmp_path / "clean", source=source))
    assert clean.code == 0, clean.text
    count = records_of(tmp_path / "clean")
    every = range(1, count + 1)
    for number in every if EVERY else sorted(random.sample(every, SAMPLES[source])):
        reports = tmp_path / f"record-{number}"
        done = finish(start(inhabited, reports, die_after=number, source=source))
        assert done.code == -9, f"record {number} of {count}: {done.text}"
        clean_up(inhabited, reports, before, f"killed after record {number} of {count}")
