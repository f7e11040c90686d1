"""Every failure is in one category of every report, by whose fault it is."""

import re

import pytest

from support.domain import errors
from support.evidence.causes import CATEGORIES, Cause, cause_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (errors.MachineDiffers("x"), Cause.PRODUCT),
        (errors.PlanRejected("x"), Cause.PRODUCT),
        (errors.ClusterUnreachable("x"), Cause.ENVIRONMENT),
        (errors.SourceLoginError("x"), Cause.ENVIRONMENT),
        (errors.ProviderNotReady("x"), Cause.ENVIRONMENT),
        (errors.CleanupError("x"), Cause.CLEANUP),
        (errors.SuiteError("x"), Cause.SUITE),
        (KeyError("x"), Cause.SUITE),
        (AssertionError("x"), Cause.SUITE),
        (None, Cause.SUITE),
        (KeyboardInterrupt("interrupted by SIGTERM"), Cause.INTERRUPTED),
    ],
)
def test_whose_fault_an_error_is(error: BaseException | None, cause: Cause) -> None:
    assert cause_of(error) is cause


def matching(status: str, message: str, trace: str) -> list[object]:
    """As Allure does it: an absent pattern fits anything."""
    found = []
    for each in CATEGORIES:
        fits = [
            re.search(str(each.get(key, "")), text) for key, text in (("messageRegex", message), ("traceRegex", trace))
        ]
        if status in each["matchedStatuses"] and all(fits):  # type: ignore[operator]
            found.append(each["name"])
    return found


@pytest.mark.parametrize("cause", Cause)
def test_a_failure_is_in_the_category_of_its_cause_alone(cause: Cause) -> None:
    others = "\n".join(other for other in Cause if other is not cause)
    assert matching("broken", "x", f"{cause}\n\nTraceback: {others}") == [cause.value]


def test_a_scenario_that_was_not_run_is_known_or_not_applicable() -> None:
    assert matching("skipped", "@known.MTV-1: issue MTV-1 is still open (status New);\nx", "") == ["Known issue"]
    assert matching("skipped", "@remote: needs a setting", "") == ["Not applicable here"]
