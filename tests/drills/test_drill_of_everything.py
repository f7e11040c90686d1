"""Every defect is noticed by its owner, and there is no check whose absence nobody would notice; every night."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from acceptance.defects import EXPECTATIONS
from acceptance.drill import DrillPlace, Outcome, drill_all, judge, without
from support.checks.bundle import CHECKS
from tests.acceptance_drill import recording

pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        "EVERY_DEFECT" not in os.environ, reason="takes minutes: set EVERY_DEFECT, as make nightly does"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> list[Outcome]:
    return list(drill_all(list(EXPECTATIONS.values()), DrillPlace(folder=folder), jobs=2))


@pytest.fixture(scope="module")
def results(folder: Path, outcomes: list[Outcome]) -> Mapping[str, dict[str, Any]]:
    """The scenario's result by defect."""
    found = {each.defect: folder / each.defect / "reports" / "allure-results" for each in outcomes}
    return {name: json.loads(next(path.glob("*-result.json")).read_text()) for name, path in found.items()}


def test_the_recorded_drills_are_written_anew_when_asked(results: Mapping[str, dict[str, Any]]) -> None:
    if "RECORD" not in os.environ:
        pytest.skip("set RECORD as well to replace tests/acceptance_drill/recorded.json")
    recording.write(results)


def test_every_defect_is_noticed_by_its_owner_and_nothing_harmless_is(outcomes: list[Outcome]) -> None:
    assert [(each.defect, each.verdict, each.fired) for each in outcomes if not each.right] == []


@pytest.mark.parametrize("check", CHECKS)
def test_switching_a_check_off_makes_a_drill_fail(check: str, results: Mapping[str, dict[str, Any]]) -> None:
    judged = [judge(EXPECTATIONS[name], without(result, check)) for name, result in results.items()]
    assert [each.defect for each in judged if not each.right]
