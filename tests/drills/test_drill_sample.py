"""A few defects of each sort, drilled as `acceptance drill` does; all of them are drilled every night."""

from pathlib import Path

import pytest

from acceptance.defects import EXPECTATIONS
from acceptance.drill import DrillPlace, drill_all

SAMPLE = ("memory-rounded-down", "nic-dropped", "failure-called-success", "extra-labels")


@pytest.mark.drill
def test_owners_notice_their_defects_and_nobody_else_does(tmp_path: Path) -> None:
    outcomes = list(drill_all([EXPECTATIONS[name] for name in SAMPLE], DrillPlace(folder=tmp_path), jobs=2))
    assert [(each.defect, each.verdict, each.fired) for each in outcomes if not each.right] == []
    assert [each.verdict for each in outcomes] == ["noticed"] * 3 + ["silent"]
