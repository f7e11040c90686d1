"""What an earlier release does otherwise (facts/forklift.md 0.2, 2.4, 4.2)."""

from typing import Any

import pytest

from tests.lab_mtv.offloading import POPULATOR, TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import NAMESPACE, RHEL, TARGET, Product, has, steps_of, vm_of

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


def test_in_2_10_populators_show_on_the_step_of_virt_v2v(desk: OffloadDesk, product: Product) -> None:
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
    assert all({"plan", "sourceHost"}.isdisjoint(it["metadata"]["labels"]) for it in populators)
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
