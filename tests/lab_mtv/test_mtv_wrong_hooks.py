"""Defects of hooks, as they look on the wire."""

from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, Desk, Product, conditions, steps_of, vm_of
from tests.lab_mtv.test_mtv_hooks import BAD, GOOD, moved_with

Object = dict[str, Any]


def phases_of(versions: list[Object]) -> list[str]:
    """Phases that the machine went through, each once."""
    return list(dict.fromkeys(vm_of(it)["phase"] for it in versions if it.get("status", {}).get("migration")))


@pytest.mark.parametrize("options", [{"defect": "hook-not-run"}])
def test_a_hook_that_is_not_run_has_no_job_and_counts_as_completed(desk: Desk, product: Product) -> None:
    vm = vm_of(moved_with(desk, product, PostHook=BAD)[-1])
    step = steps_of(vm)["PostHook"]
    assert (step["phase"], step.get("error")) == ("Completed", None)
    assert not [event for event in product.all("Job") if event["metadata"]["labels"].get("step") == "posthook"]


@pytest.mark.parametrize("options", [{"defect": "hook-failure-ignored"}])
def test_a_hook_whose_failure_is_ignored_succeeds(desk: Desk, product: Product) -> None:
    last = moved_with(desk, product, PostHook=BAD)[-1]
    assert "Succeeded" in conditions(last)
    assert steps_of(vm_of(last))["PostHook"]["progress"] == {"completed": 1, "total": 1}


@pytest.mark.parametrize("options", [{"defect": "hooks-swapped"}])
def test_swapped_hooks_fail_in_each_others_step(desk: Desk, product: Product) -> None:
    last = moved_with(desk, product, PreHook=GOOD, PostHook=BAD)[-1]
    assert "Failed" in conditions(last)
    assert steps_of(vm_of(last))["PreHook"]["error"]["phase"] == "PreHook"


@pytest.mark.parametrize("options", [{"defect": "hook-late"}])
def test_a_late_hook_comes_after_the_power_off(desk: Desk, product: Product) -> None:
    desk.switch_on(RHEL)
    phases = phases_of(moved_with(desk, product, PreHook=BAD))
    assert phases.index("WaitForPowerOff") < phases.index("PreHook")
    assert product.on_loop(lambda: desk.machine(RHEL).power) == "off"
