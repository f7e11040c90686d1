"""A warm migration from vSphere (facts/forklift.md 2.6 and 9.6)."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, conditions, ended, executing, has, steps_of, vm_of

Object = dict[str, Any]
MTV = "openshift-mtv"
STEPS = [
    "Initialize",
    "PreflightInspection",
    "DiskTransfer",
    "Cutover",
    "ImageConversion",
    "VirtualMachineCreation",
    "WaitForFinalSnapshotConsolidation",
]


@pytest.fixture
def warm(desk: Desk, product: Product) -> Desk:
    """A running machine with change tracking, a VDDK image and a short interval between precopies."""
    change = {"spec": {"controller_precopy_interval": 1}}
    product.patch("ForkliftController", "forklift-controller", change, MTV)
    product.on_loop(lambda: setattr(desk.machine(RHEL), "change_tracking", True))
    desk.switch_on(RHEL)
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps()
    desk.plan(RHEL, warm=True)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    return desk


def paused(times: int) -> Any:
    def holds(plan: Object) -> bool:
        return executing(plan) and vm_of(plan).get("warm", {}).get("successes", 0) >= times

    return holds


def cut_over(product: Product) -> None:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    product.patch("Migration", "go", {"spec": {"cutover": stamp}})


def test_copies_follow_one_another_while_the_source_runs(warm: Desk, product: Product) -> None:
    """forklift.md 9.6.32, 9.6.33 and 9.6.35."""
    versions = product.until("Plan", "plan", paused(3))
    first = next(it for it in versions if paused(1)(it))
    vm = vm_of(first)
    assert vm["phase"] == "CopyingPaused"
    assert len(vm["warm"]["precopies"]) == 1
    assert vm["warm"]["precopies"][0]["end"]
    assert steps_of(vm)["DiskTransfer"]["phase"] == "Completed"
    assert "Precopy" not in steps_of(vm)["DiskTransfer"]["tasks"][0]["annotations"]
    assert not has(first, "VMHasSnapshots")
    last = vm_of(versions[-1])
    assert len(last["warm"]["precopies"]) == 3
    assert last["warm"]["consecutiveFailures"] == 0
    task = steps_of(last)["DiskTransfer"]["tasks"][0]
    assert task["annotations"]["Precopy"] == "3"
    assert task["name"] == f"[lab-vmfs-1] {RHEL}/{RHEL}.vmdk"
    phases = [steps_of(vm_of(it))["DiskTransfer"]["phase"] for it in versions if executing(it)]
    assert [now for before, now in pairwise(phases) if now != before].count("Completed") == 3
    assert product.on_loop(lambda: power_of(warm)) == "on"
    assert 1 <= product.on_loop(lambda: len(warm.machine(RHEL).snapshots)) <= 2


def power_of(desk: Desk) -> str:
    return desk.machine(RHEL).power


def test_the_cutover_brings_what_was_written_last_and_leaves_no_snapshot(warm: Desk, product: Product) -> None:
    """forklift.md 9.6.34."""
    product.until("Plan", "plan", paused(1))
    product.on_loop(lambda: setattr(warm.machine(RHEL).disks[0], "digest", "written late"))
    cut_over(product)
    plan = product.until("Plan", "plan", ended)[-1]
    assert has(plan, "Succeeded"), conditions(plan)
    vm = vm_of(plan)
    assert [step["name"] for step in vm["pipeline"]] == STEPS
    assert {step["phase"] for step in vm["pipeline"]} == {"Completed"}
    assert len(vm["warm"]["precopies"]) == 2
    assert "end" not in vm["warm"]["precopies"][-1]
    assert vm["restorePowerState"] == "On"
    assert product.on_loop(lambda: power_of(warm)) == "off"
    assert product.on_loop(lambda: warm.machine(RHEL).snapshots) == []
    (claim,) = product.all("PersistentVolumeClaim", TARGET)
    assert product.world.volumes[claim["metadata"]["uid"]].digest == "written late"
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    assert machine["spec"]["runStrategy"] == "Always"


def test_a_canceled_warm_migration_leaves_no_snapshot(warm: Desk, product: Product) -> None:
    """forklift.md 2.8."""
    product.until("Plan", "plan", paused(1))
    product.patch("Migration", "go", {"spec": {"cancel": [{"id": warm.machine(RHEL).id}]}})
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    assert product.on_loop(lambda: warm.machine(RHEL).snapshots) == []
    assert product.on_loop(lambda: power_of(warm)) == "on"


@pytest.mark.parametrize(
    ("image", "type_"),
    [("registry.lab.test/vddk:8", "VMMissingChangedBlockTracking"), ("", "VDDKInitImageUnavailable")],
)
def test_a_warm_plan_needs_change_tracking_and_an_image(desk: Desk, product: Product, image: str, type_: str) -> None:
    """forklift.md 9.4.19 and 9.4.17."""
    desk.providers(**({"vddkInitImage": image} if image else {}))
    desk.maps()
    desk.plan(RHEL, warm=True)
    plan = product.until("Plan", "plan", lambda it: has(it, type_))[-1]
    assert not has(plan, "Ready")


@pytest.mark.parametrize("options", [{"defect": "precopy-snapshot-left"}])
def test_the_defect_leaves_the_first_snapshot_of_all(warm: Desk, product: Product) -> None:
    seen = product.until("Plan", "plan", paused(2))
    first = vm_of(seen[-1])["warm"]["precopies"][0]["snapshot"]
    cut_over(product)
    product.until("Plan", "plan", ended)
    assert product.on_loop(lambda: [item.moref for item in warm.machine(RHEL).snapshots]) == [first]
