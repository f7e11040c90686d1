"""Who noticed, judged from a scenario's results without running any lab."""

from typing import Any

import pytest

from acceptance.drill import judge, without
from acceptance.expecting import Expectation, on_source

MATCHES = "And the target machine matches its source"


def checked(**checks: str) -> list[dict[str, Any]]:
    """Sub-steps as the suite writes them."""
    return [
        {"name": f"auto-1-vm: {name}", "status": status, "statusDetails": {"message": f"{name} said so"}}
        for name, status in checks.items()
    ]


def scenario(status: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"status": status, "steps": list(steps)}


def compared(**checks: str) -> dict[str, Any]:
    status = "failed" if "failed" in checks.values() else "passed"
    return scenario(status, {"name": MATCHES, "status": status, "steps": checked(**checks)})


MEMORY = Expectation(defect="memory-rounded-down", owner="memory", also=frozenset({"power"}))
HARMLESS = Expectation(defect="extra-labels")


@pytest.mark.parametrize(
    ("expectation", "result", "verdict"),
    [
        (MEMORY, compared(memory="failed", cpu="passed"), "noticed"),
        (MEMORY, compared(memory="failed", power="failed"), "noticed"),
        (MEMORY, compared(memory="failed", cpu="failed"), "wrong owner"),
        (MEMORY, compared(cpu="failed"), "wrong owner"),
        (MEMORY, compared(power="failed"), "wrong owner"),
        (MEMORY, compared(memory="passed"), "missed"),
        (MEMORY, compared(memory="skipped"), "missed"),
        (HARMLESS, compared(memory="passed"), "silent"),
        (HARMLESS, compared(memory="failed"), "false alarm"),
        (HARMLESS, scenario("broken", {"name": "remove what the scenario made", "status": "passed"}), "false alarm"),
    ],
)
def test_a_drill_is_judged_by_who_fired(expectation: Expectation, result: dict[str, Any], verdict: str) -> None:
    assert judge(expectation, result).verdict == verdict


def test_a_sentence_that_fails_without_its_checks_fires_itself() -> None:
    failing = {"name": "Then the migration succeeds", "status": "failed", "statusDetails": {"message": "it did not"}}
    outcome = judge(Expectation(defect="x", owner="the migration succeeds"), scenario("failed", failing))
    assert (outcome.verdict, outcome.fired[0].message) == ("noticed", "it did not")


def test_what_is_left_over_is_a_finding_of_nobody_we_expected() -> None:
    left = {"name": "remove what the scenario made", "status": "broken"}
    outcome = judge(MEMORY, scenario("broken", *compared(memory="failed")["steps"], left))
    assert outcome.verdict == "wrong owner"


def test_a_check_that_did_not_run_is_told_with_its_reason() -> None:
    assert judge(HARMLESS, compared(ssh="skipped", cpu="passed")).not_run == ("ssh: ssh said so",)


def test_without_its_owner_a_drill_misses() -> None:
    result = compared(memory="failed", cpu="passed")
    assert judge(MEMORY, without(result, "memory")).verdict == "missed"
    assert judge(MEMORY, without(result, "cpu")).verdict == "noticed"


def test_a_drill_on_another_source_is_the_same_but_for_its_profile() -> None:
    (moved,) = on_source("ovirt", MEMORY)
    assert (moved.profile, moved.owner, moved.also) == ("ovirt", MEMORY.owner, MEMORY.also)
    assert judge(moved, compared(memory="failed")).profile == "ovirt"
