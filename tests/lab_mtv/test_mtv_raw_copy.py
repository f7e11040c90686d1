"""A cold copy that CDI makes and nobody converts (facts/forklift.md 2.4 and 3.7)."""

from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, ended, executing, has, steps_of, vm_of

Object = dict[str, Any]


def raw_run(desk: Desk, product: Product) -> list[Object]:
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps()
    desk.plan(RHEL, skipGuestConversion=True)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    return product.until("Plan", "plan", ended)


def test_cdi_copies_with_progress_and_the_machine_has_compatible_devices(desk: Desk, product: Product) -> None:
    """forklift.md 2.4 and 2.5."""
    versions = raw_run(desk, product)
    vm = vm_of(versions[-1])
    assert [step["name"] for step in vm["pipeline"]] == ["Initialize", "DiskTransfer", "VirtualMachineCreation"]
    (task,) = steps_of(vm)["DiskTransfer"]["tasks"]
    assert (task["phase"], task["reason"]) == ("Completed", "Transfer completed.")
    seen = {steps_of(vm_of(it))["DiskTransfer"]["progress"]["completed"] for it in versions if executing(it)}
    assert any(0 < done < 16384 for done in seen)
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    devices = machine["spec"]["template"]["spec"]["domain"]["devices"]
    assert devices["disks"][0]["disk"] == {"bus": "sata"}
    assert devices["interfaces"][0]["model"] == "e1000e"
    assert machine["metadata"]["labels"]["guestConverted"] == "false"
    (claim,) = product.all("PersistentVolumeClaim", TARGET)
    assert product.world.volumes[claim["metadata"]["uid"]].digest == desk.machine(RHEL).disks[0].digest


@pytest.mark.parametrize("options", [{"defect": "disk-transfer-fails"}])
def test_a_failed_copy_is_an_error_of_disk_transfer(desk: Desk, product: Product) -> None:
    vm = vm_of(raw_run(desk, product)[-1])
    assert [step["name"] for step in vm["pipeline"] if "error" in step] == ["DiskTransfer"]
    assert vm["error"]["phase"] == "CopyDisks"
