"""`kill -9` after each journal record, then one `acceptance cleanup`: the lab is as before, foreign things too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.killing import clean_up, inhabited_lab, records_of, start
from tests.drills.running_lab import RunningLab, finish

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with inhabited_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def test_killed_after_any_journal_record_everything_can_be_cleaned_up(inhabited: RunningLab, tmp_path: Path) -> None:
    before = inhabited.state()
    clean = finish(start(inhabited, tmp_path / "clean"))
    assert clean.code == 0, clean.text
    count = records_of(tmp_path / "clean")
    for number in range(1, count + 1):
        reports = tmp_path / f"record-{number}"
        done = finish(start(inhabited, reports, die_after=number))
        assert done.code == -9, f"record {number} of {count}: {done.text}"
        clean_up(inhabited, reports, before, f"killed after record {number} of {count}")
