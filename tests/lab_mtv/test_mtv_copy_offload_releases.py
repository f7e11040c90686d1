"""What earlier releases do otherwise (facts/forklift.md 0.2, 2.4, 4.2, 4.3)."""

from typing import Any

import pytest

from tests.lab_mtv.offloading import POPULATOR, TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import NAMESPACE, RHEL, TARGET, Product, conditions, has, steps_of, vm_of

Object = dict[str, Any]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"mtv": "2.10"}


@pytest.fixture
def desk(product: Product) -> OffloadDesk:
    return OffloadDesk(product)


def test_in_2_10_the_feature_is_off_until_somebody_asks(desk: OffloadDesk, product: Product) -> None:
    plan = desk.offloaded(RHEL)[-1]
    assert has(plan, "Succeeded")
    assert product.all(POPULATOR, TARGET) == []
    assert product.all("DataVolume", TARGET) == []
    (pod,) = [pod for pod in product.all("Pod", TARGET) if pod["metadata"]["labels"].get("forklift.app") == "virt-v2v"]
    assert pod["metadata"]["annotations"]["forklift.konveyor.io/conversion-type"] == "Remote", "virt-v2v copied itself"


OLD_AND_NEWER = [({"mtv": "2.10"}, set[str]()), ({"mtv": "2.11"}, {"sourceHost"})]


@pytest.mark.parametrize(("options", "more"), OLD_AND_NEWER)
def test_up_to_2_11_populators_show_on_the_step_of_virt_v2v(
    desk: OffloadDesk, product: Product, more: set[str]
) -> None:
    if product.lab.options.mtv == "2.10":
        desk.configure(feature_copy_offload="true")
    vm = vm_of(desk.offloaded(TWO_DISKS)[-1])
    steps = steps_of(vm)
    assert list(steps) == [
        "Initialize",
        "DiskAllocation",
        "ImageConversion",
        "DiskTransferV2v",
        "VirtualMachineCreation",
    ]
    assert {step["phase"] for step in vm["pipeline"]} == {"Completed"}
    tasks = steps["DiskAllocation"]["tasks"]
    assert [task["annotations"] for task in tasks] == [{"unit": "MB"}] * 2, "nobody tells of XCOPY yet"
    assert {task["reason"] for task in tasks} == {"Transfer completed."}
    moved = steps["DiskTransferV2v"]["progress"]
    assert moved["completed"] == moved["total"]
    populators = product.all(POPULATOR, TARGET)
    assert [it["status"] for it in populators] == [{"progress": "100"}] * 2
    assert {key for it in populators for key in ("plan", "sourceHost") if key in it["metadata"]["labels"]} == set(more)
    names = [it["metadata"]["name"] for it in product.all("Pod", TARGET)]
    assert sum(name.startswith("populate-") for name in names) == 2, "nothing is cleaned up after a success"
    secrets = [it["metadata"].get("labels", {}).get("isPopulator", "") for it in product.all("Secret", TARGET)]
    assert sorted(secrets) == ["", "", "true"]


def test_in_2_10_a_retry_finds_what_the_failed_populator_left(desk: OffloadDesk, product: Product) -> None:
    desk.configure(feature_copy_offload="true")
    desk.providers()
    secret = desk.storage_secret(STORAGE_PASSWORD="wrong")
    desk.offload_maps()
    failed = desk.run_plan(RHEL, deleteVmOnFailMigration=True)[-1]
    assert has(failed, "Failed")
    (former,) = desk.claims().values()
    product.on_loop(lambda: product.lab.store.delete("Secret", NAMESPACE, secret["metadata"]["name"]))
    desk.storage_secret()
    desk.migration("again")
    product.until("Plan", "plan", lambda it: has(it, "Succeeded"))
    (claim,) = desk.claims().values()
    assert claim["metadata"]["uid"] != former["metadata"]["uid"]
    names = [it["metadata"]["name"] for it in product.all("Pod", TARGET)]
    assert f"populate-{former['metadata']['uid']}" not in names


@pytest.mark.parametrize("options", [{"mtv": "2.11"}])
def test_in_2_11_the_claim_of_a_failed_populator_goes_and_takes_all_with_it(
    desk: OffloadDesk, product: Product
) -> None:
    """Kubev2v/forklift v2.11.7, populator-machinery/controller.go, deleteFailedPVC; neither 2.11.6 nor 2.12 does it."""
    desk.providers()
    desk.storage_secret(STORAGE_PASSWORD="wrong")
    desk.offload_maps()
    vm = vm_of(desk.run_plan(RHEL)[-1])
    (reason,) = vm["error"]["reasons"]
    assert steps_of(vm)["DiskAllocation"]["error"]["reasons"] == [reason]
    assert reason.startswith(("PVC is missing", "populator pod failed for PVC")), "as it looks before or after"
    product.until("Plan", "plan", lambda it: has(it, "Failed"))
    product.pause(10)
    for kind in ("PersistentVolumeClaim", POPULATOR):
        assert product.all(kind, TARGET) == [], kind
    assert not any(pod["metadata"]["name"].startswith("populate-") for pod in product.all("Pod", TARGET))
    (event,) = [it for it in product.all("Event", TARGET) if it["reason"] == "PopulatorFailed"]
    assert f"{TARGET}/populate-{event['involvedObject']['uid']}" in event["message"], "events outlive their objects"


@pytest.mark.parametrize("options", [{"mtv": "2.11"}])
def test_in_2_11_one_way_of_copying_is_wanted_and_raw_disks_are_not_warned_of(
    desk: OffloadDesk, product: Product
) -> None:
    def shape() -> None:
        machine = desk.machine(TWO_DISKS)
        machine.power, machine.guest_up = "on", False
        machine.disks[0].lun, machine.disks[1].mode = "naa.1", "independent_persistent"
        product.world.touch(machine)

    product.on_loop(shape)
    product.pause(10)
    enforced = {"name": TARGET, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
    product.create({"apiVersion": "v1", "kind": "Namespace", "metadata": enforced})
    desk.providers()
    desk.offload_maps(*{disk.datastore for disk in desk.machine(TWO_DISKS).disks})
    desk.plan(TWO_DISKS)
    found = conditions(product.until("Plan", "plan", lambda it: has(it, "GuestToolsIssue"))[-1])
    assert found["VDDKAndOffloadMixedUsage"]["category"] == "Critical"
    assert found["RestrictedPodSecurity"]["category"] == "Warn"
    assert {"VMCriticalConcerns", "RDMDiskWarning", "IndependentDiskWarning"}.isdisjoint(found)
    desk.configure(feature_copy_offload="false")
    found = conditions(product.until("Plan", "plan", lambda it: not has(it, "VDDKAndOffloadMixedUsage"))[-1])
    assert {"VMCriticalConcerns", "RDMDiskWarning", "IndependentDiskWarning"}.isdisjoint(found)
