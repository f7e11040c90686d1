"""Hooks before and after the move (facts/forklift.md 1.4, 2.7 and 9.7)."""

from base64 import b64encode
from itertools import pairwise
from typing import Any

import pytest

from tests.lab_mtv.scene import (
    RHEL,
    TARGET,
    Desk,
    Product,
    conditions,
    executing,
    forklift,
    has,
    reference,
    steps_of,
    vm_of,
)

Object = dict[str, Any]
GOOD = "- hosts: localhost\n  tasks:\n  - debug:\n      msg: hello\n"
BAD = "- hosts: localhost\n  tasks:\n  - fail:\n      msg: no\n"
IMAGE = "quay.io/konveyor/hook-runner:latest"


def hook(product: Product, name: str, playbook: str) -> None:
    encoded = b64encode(playbook.encode()).decode()
    product.create(forklift("Hook", name, {"image": IMAGE, "playbook": encoded}))


def moved_with(desk: Desk, product: Product, **playbooks: str) -> list[Object]:
    """A run with hooks; PreHook and PostHook -> playbook."""
    for step, playbook in playbooks.items():
        hook(product, step.lower(), playbook)
    hooks = [{"step": step, "hook": reference(step.lower())} for step in playbooks]
    return desk.moved(vms=[{"id": desk.machine(RHEL).id, "name": RHEL, "hooks": hooks}])


def test_both_hooks_succeed_around_the_move(desk: Desk, product: Product) -> None:
    """forklift.md 2.4 and 9.5.26: Initialize is reopened after the PreHook."""
    versions = moved_with(desk, product, PreHook=GOOD, PostHook=GOOD)
    vm = vm_of(versions[-1])
    names = [step["name"] for step in vm["pipeline"]]
    assert names[:2] == ["Initialize", "PreHook"]
    assert names[-1] == "PostHook"
    for name in ("PreHook", "PostHook"):
        assert steps_of(vm)[name]["progress"] == {"completed": 1, "total": 1}
    walk = [vm_of(it) for it in versions if executing(it)]
    initialize = [steps_of(it)["Initialize"]["phase"] for it in walk]
    assert [now for before, now in pairwise(initialize) if now != before] == [
        "Running",
        "Completed",
        "Running",
        "Completed",
    ]
    reopened = next(it for it in walk if it["phase"] == "StorePowerState")
    assert "completed" in steps_of(reopened)["Initialize"]


def test_a_failed_pre_hook_leaves_everything_untouched(desk: Desk, product: Product) -> None:
    """forklift.md 9.7.37."""
    desk.switch_on(RHEL)
    plan = moved_with(desk, product, PreHook=BAD)[-1]
    assert has(plan, "Failed")
    vm = vm_of(plan)
    step = steps_of(vm)["PreHook"]
    assert step["error"]["reasons"] == ["Job has reached the specified backoff limit"]
    assert (step["phase"], step["progress"]) == ("Running", {"completed": 0, "total": 1})
    assert step["completed"]
    assert vm["error"]["phase"] == "PreHook"
    assert steps_of(vm)["DiskAllocation"]["phase"] == "Pending"
    for kind in ("DataVolume", "PersistentVolumeClaim", "VirtualMachine"):
        assert product.all(kind, TARGET) == []
    assert product.on_loop(lambda: desk.machine(RHEL).power) == "on"


def test_a_failed_post_hook_fails_the_plan_and_keeps_the_machine(desk: Desk, product: Product) -> None:
    """forklift.md 9.7.38."""
    plan = moved_with(desk, product, PreHook=GOOD, PostHook=BAD)[-1]
    assert has(plan, "Failed")
    steps = steps_of(vm_of(plan))
    assert steps["VirtualMachineCreation"]["phase"] == "Completed"
    assert "error" in steps["PostHook"]
    assert product.get("VirtualMachine", RHEL, TARGET) is not None
    product.patch("Plan", "plan", {"spec": {"archived": True}})
    product.until("Plan", "plan", lambda it: has(it, "Archived"))
    product.gone("VirtualMachine", RHEL, TARGET)


def test_job_pods_and_config_map_stand_in_the_namespace_of_the_plan(desk: Desk, product: Product) -> None:
    """forklift.md 9.7.36."""
    plan = moved_with(desk, product, PreHook=BAD)[-1]
    (job,) = product.all("Job")
    assert job["metadata"]["name"].startswith(f"plan-{desk.machine(RHEL).id}-prehook-")
    assert job["metadata"]["labels"]["plan"] == plan["metadata"]["uid"]
    assert job["metadata"]["labels"]["resource"] == "hook-config"
    assert job["spec"]["backoffLimit"] == 1
    assert "activeDeadlineSeconds" not in job["spec"]
    (condition,) = job["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("Failed", "BackoffLimitExceeded")
    pods = product.all("Pod", labels={"job-name": job["metadata"]["name"]})
    codes = [pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] for pod in pods]
    assert codes == [2, 2]
    (config,) = product.all("ConfigMap", labels={"resource": "hook-config"})
    assert set(config["data"]) == {"workload.yml", "playbook.yml", "plan.yml"}


@pytest.mark.parametrize(
    ("spec", "type_"),
    [
        ({"image": ""}, "InvalidImage"),
        ({"playbook": "not base64!"}, "InvalidPlaybook"),
        ({"aap": {"jobTemplateId": 1}}, "InvalidHookExecute"),
    ],
)
def test_a_hook_says_what_is_wrong_with_it(product: Product, spec: Object, type_: str) -> None:
    """forklift.md 1.4."""
    product.create(forklift("Hook", "odd", {"image": IMAGE} | spec))
    odd = product.until("Hook", "odd", lambda it: bool(conditions(it)))[-1]
    assert conditions(odd)[type_]["category"] == "Critical"
    assert not has(odd, "Ready")
