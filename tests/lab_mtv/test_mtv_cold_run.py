"""A cold migration from vSphere as clients see it, against a table transcribed from facts/forklift.md 2."""

from itertools import pairwise
from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, conditions, executing, has, steps_of, vm_of

Object = dict[str, Any]

COLD_TO_HOST = ["Initialize", "DiskAllocation", "ImageConversion", "DiskTransferV2v", "VirtualMachineCreation"]
PHASES = [
    "Started",
    "StorePowerState",
    "PowerOffSource",
    "WaitForPowerOff",
    "CreateDataVolumes",
    "AllocateDisks",
    "CreateGuestConversionPod",
    "ConvertGuest",
    "CopyDisksVirtV2V",
    "CreateVM",
    "Completed",
]


def without_repeats(items: list[Any]) -> list[Any]:
    return items[:1] + [item for before, item in pairwise(items) if item != before]


def test_a_machine_walks_the_phases_and_steps_of_the_facts_in_their_order(desk: Desk) -> None:
    """forklift.md 9.5.25 and 9.5.26."""
    versions = [plan for plan in desk.moved(RHEL) if executing(plan)]
    first, last = vm_of(versions[0]), vm_of(versions[-1])
    assert has(versions[0], "Executing", "Ready")
    assert first["phase"] == "Started"
    assert [step["name"] for step in first["pipeline"]] == COLD_TO_HOST
    assert {step["phase"] for step in first["pipeline"]} == {"Pending"}
    assert without_repeats([vm_of(plan)["phase"] for plan in versions]) == PHASES
    assert {step["phase"] for step in last["pipeline"]} == {"Completed"}


def test_every_step_is_seen_running_and_copying_shows_intermediate_progress(desk: Desk) -> None:
    """forklift.md 9.1.3."""
    versions = [vm_of(plan) for plan in desk.moved(RHEL) if executing(plan)]
    for name in ("Initialize", "ImageConversion", "DiskTransferV2v", "VirtualMachineCreation"):
        assert any(steps_of(vm)[name].get("phase") == "Running" for vm in versions), name
    total = 16 * 1024
    seen = {steps_of(vm)["DiskTransferV2v"]["progress"]["completed"] for vm in versions}
    assert any(0 < done < total for done in seen)
    assert total in seen


def test_initialize_and_machine_creation_end_with_progress_zero_of_one(desk: Desk) -> None:
    """forklift.md 9.5.26: clients must look at the phase."""
    steps = steps_of(vm_of(desk.moved(RHEL)[-1]))
    for name in ("Initialize", "VirtualMachineCreation"):
        assert steps[name]["phase"] == "Completed"
        assert steps[name]["progress"] == {"completed": 0, "total": 1}
    copying = steps["DiskTransferV2v"]
    assert copying["annotations"] == {"unit": "MB"}
    (task,) = copying["tasks"]
    assert task["name"] == f"[lab-vmfs-1] {RHEL}/{RHEL}.vmdk"
    assert task["progress"] == {"completed": 16384, "total": 16384}
    assert "phase" not in task
    assert steps["DiskAllocation"]["tasks"][0]["reason"] == "Transfer completed."


def test_the_end_is_one_write_with_verdict_and_times(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.30."""
    before, after = [plan for plan in desk.moved(RHEL) if executing(plan)][-2:]
    assert has(before, "Executing")
    assert not has(after, "Executing")
    assert has(after, "Succeeded", "Ready")
    assert conditions(after)["Succeeded"]["message"] == "The plan execution has SUCCEEDED."
    assert conditions(after)["Succeeded"]["category"] == "Advisory"
    assert after["status"]["migration"]["completed"]
    vm = vm_of(after)
    assert vm["completed"]
    assert [item["type"] for item in vm["conditions"]] == ["Succeeded"]
    migration = product.until("Migration", "go", lambda it: has(it, "Succeeded"))[-1]
    assert not has(migration, "Running")
    assert migration["status"]["vms"] == after["status"]["migration"]["vms"]
    assert migration["status"]["completed"]


def test_the_migration_belongs_to_its_plan_and_runs_while_the_plan_executes(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.25."""
    plan = desk.ready(RHEL)
    desk.migration()
    versions = product.until("Migration", "go", lambda it: has(it, "Succeeded"))
    (owner,) = versions[-1]["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("Plan", plan["metadata"]["uid"])
    assert not owner.get("controller")
    shown = without_repeats([sorted(conditions(it)) for it in versions if "status" in it])
    assert shown[-2:] == [["Ready", "Running"], ["Ready", "Succeeded"]]
    assert [it for it in shown if "Running" not in it][:-1] in ([], [["Ready"]])


def test_the_history_names_what_the_run_stood_on(desk: Desk, product: Product) -> None:
    plan = desk.moved(RHEL)[-1]
    (entry,) = plan["status"]["migration"]["history"]
    assert entry["migration"]["name"] == "go"
    assert entry["provider"]["source"]["name"] == "vc"
    assert entry["map"]["network"]["name"] == "nets"
    assert [item["type"] for item in entry["conditions"]] == ["Succeeded"]


def test_a_running_source_is_switched_off_and_stays_off(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.27."""
    desk.switch_on(RHEL)
    versions = [vm_of(plan) for plan in desk.moved(RHEL) if executing(plan)]
    assert versions[-1]["restorePowerState"] == "On"
    assert product.on_loop(lambda: desk.machine(RHEL).power) == "off"
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    assert machine["spec"]["runStrategy"] == "Always"
    product.until("VirtualMachineInstance", RHEL, lambda it: has(it, "AgentConnected"))


def test_a_source_that_was_off_arrives_halted(desk: Desk, product: Product) -> None:
    """forklift.md 3.4."""
    assert vm_of(desk.moved(RHEL)[-1])["restorePowerState"] == "Off"
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    assert machine["spec"]["runStrategy"] == "Halted"
    assert "running" not in machine["spec"]


@pytest.mark.parametrize(("wish", "strategy"), [("on", "Always"), ("off", "Halted")])
def test_the_target_power_state_decides_the_run_strategy(
    desk: Desk, product: Product, wish: str, strategy: str
) -> None:
    """forklift.md 3.4."""
    desk.moved(RHEL, targetPowerState=wish)
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    assert machine["spec"]["runStrategy"] == strategy


def test_disks_are_claims_owned_by_the_machine_with_the_content_of_the_source(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.28 and 9.5.29."""
    desk.moved(RHEL)
    migration = product.get("Migration", "go")
    assert migration is not None
    labels = {"migration": migration["metadata"]["uid"], "vmID": desk.machine(RHEL).id}
    (claim,) = product.all("PersistentVolumeClaim", TARGET, labels)
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    (owner,) = claim["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("VirtualMachine", machine["metadata"]["uid"], False)
    assert claim["metadata"]["name"].startswith(f"plan-{desk.machine(RHEL).id}-")
    source = f"[lab-vmfs-1] {RHEL}/{RHEL}.vmdk"
    assert claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"] == source
    volume = product.world.volumes[claim["metadata"]["uid"]]
    assert volume.digest == desk.machine(RHEL).disks[0].digest
    assert volume.guest is not None
    assert volume.guest.machine_id == desk.machine(RHEL).guest.machine_id
    assert product.all("DataVolume", TARGET) == []


def test_only_the_completed_conversion_pod_is_left_of_the_migration(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.30."""
    desk.moved(RHEL)
    plan = product.get("Plan", "plan")
    assert plan is not None
    labels = {"plan": plan["metadata"]["uid"]}
    (pod,) = product.all("Pod", TARGET, labels)
    assert pod["status"]["phase"] == "Succeeded"
    assert pod["metadata"]["name"].startswith(f"plan-{desk.machine(RHEL).id}-")
    assert pod["metadata"]["labels"]["forklift.app"] == "virt-v2v"
    for kind in ("Secret", "ConfigMap"):
        assert product.all(kind, TARGET, labels) == []


def test_the_conversion_pod_goes_when_the_plan_says_so(desk: Desk, product: Product) -> None:
    desk.moved(RHEL, deleteGuestConversionPod=True)
    assert product.all("Pod", TARGET, {"forklift.app": "virt-v2v"}) == []


def test_a_plan_that_succeeded_never_runs_again(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.30."""
    done = desk.moved(RHEL)[-1]
    desk.migration("again")
    product.until("Migration", "again", lambda it: has(it, "Ready"))
    product.pause(30)
    again, plan = product.get("Migration", "again"), product.get("Plan", "plan")
    assert again is not None
    assert not has(again, "Running")
    assert plan is not None
    assert plan["metadata"]["resourceVersion"] == done["metadata"]["resourceVersion"]


def test_the_target_namespace_is_made_when_it_is_absent(desk: Desk, product: Product) -> None:
    """forklift.md 9.5.25."""
    desk.ready(RHEL)
    assert product.get("Namespace", TARGET, "") is None
    desk.migration()
    product.until("Namespace", TARGET, lambda _it: True)
