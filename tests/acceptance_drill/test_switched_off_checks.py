"""No check could be switched off unnoticed: judged by recorded drills, which the nightly ones are held against."""

from collections.abc import Mapping
from typing import Any

import pytest

from acceptance.defects import EXPECTATIONS
from acceptance.drill import judge, without
from support.checks.bundle import CHECKS
from tests.acceptance_drill.recording import recorded

RESULTS = recorded()


def wrong(results: Mapping[str, dict[str, Any]]) -> list[str]:
    """Defects whose drill does not end as the table says."""
    return [name for name, result in results.items() if not judge(EXPECTATIONS[name], result).right]


def test_what_is_recorded_is_in_the_table_and_went_as_it_says() -> None:
    assert RESULTS.keys() <= EXPECTATIONS.keys()
    assert wrong(RESULTS) == []


@pytest.mark.parametrize("check", CHECKS)
def test_switching_a_check_off_makes_a_recorded_drill_fail(check: str) -> None:
    assert wrong({name: without(result, check) for name, result in RESULTS.items()})


@pytest.mark.parametrize("check", CHECKS)
def test_only_drills_that_need_the_check_fail_without_it(check: str) -> None:
    affected = {EXPECTATIONS[name].owner for name in wrong({n: without(r, check) for n, r in RESULTS.items()})}
    assert affected == {check}
