"""A warm migration whose first copy is the array's (facts/forklift.md 2.6, 4.2.7)."""

from typing import Any

import pytest

from tests.lab_mtv.offloading import POPULATOR, OffloadDesk
from tests.lab_mtv.scene import RHEL, TARGET, Product, has, steps_of, vm_of

Object = dict[str, Any]
_ADOPTION = "cdi.kubevirt.io/allowClaimAdoption"


@pytest.fixture
def desk(product: Product) -> OffloadDesk:
    return OffloadDesk(product)


def begin(desk: OffloadDesk, product: Product, storage_class: str = "lab-block") -> None:
    """A warm run up to the pause after its first copy."""
    desk.machine(RHEL).change_tracking = True
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.storage_secret()
    desk.offload_maps(storage_class=storage_class)
    desk.switch_on(RHEL)
    desk.plan(RHEL, warm=True)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("Plan", "plan", paused)


def paused(plan: Object) -> bool:
    vms = plan.get("status", {}).get("migration", {}).get("vms") or [{}]
    return bool(vms[0].get("phase") == "CopyingPaused")


def cut_over(product: Product) -> Object:
    """The end of it, at once."""
    store, spec = product.lab.store, {"spec": {"cutover": "2026-01-01T00:00:00Z"}}
    product.on_loop(lambda: store.patch("Migration", product.home, "go", spec))
    return product.until("Plan", "plan", lambda it: has(it, "Succeeded"))[-1]


@pytest.mark.parametrize("storage_class", ["lab-block", "lab-wffc"])
def test_the_array_copies_first_and_cdi_what_changed(desk: OffloadDesk, product: Product, storage_class: str) -> None:
    begin(desk, product, storage_class)
    source = desk.machine(RHEL)
    (file,) = desk.claims()
    assert file == "[lab-vmfs-1] mtv-tests-rhel8/mtv-tests-rhel8.vmdk", "the file that the first snapshot froze"
    claim = desk.claims()[file]
    uid, before = claim["metadata"]["uid"], source.disks[0].digest
    assert product.world.volumes[uid].digest == before
    (populator,) = product.all(POPULATOR, TARGET)
    assert populator["status"]["xcopyUsed"] == "1"
    (volume,) = product.all("DataVolume", TARGET)
    assert volume["metadata"]["name"] == claim["metadata"]["name"]
    assert volume["metadata"]["annotations"][_ADOPTION] == "false", "so that it may pause"
    owners = {owner["kind"] for owner in claim["metadata"]["ownerReferences"]}
    assert owners == {"DataVolume"}
    assert volume["status"]["phase"] == "Paused"
    source.disks[0].digest = "written since"
    vm = vm_of(cut_over(product))
    assert product.world.volumes[uid].digest == "written since"
    assert [task["annotations"] for task in steps_of(vm)["DiskTransfer"]["tasks"]] == [{"unit": "MB", "xcopyUsed": "1"}]
    assert steps_of(vm)["Cutover"]["phase"] == "Completed"
    assert product.all("DataVolume", TARGET) == []
    assert source.snapshots == []
    assert [it["metadata"]["name"] for it in product.all("Pod", TARGET) if "populate" in it["metadata"]["name"]] == []


def test_a_canceled_warm_run_leaves_nothing(desk: OffloadDesk, product: Product) -> None:
    begin(desk, product)
    cancel = {"spec": {"cancel": [{"id": desk.machine(RHEL).id}]}}
    product.on_loop(lambda: product.lab.store.patch("Migration", product.home, "go", cancel))
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    for kind in ("PersistentVolumeClaim", "DataVolume", POPULATOR, "Secret", "Pod"):
        left = [it["metadata"]["name"] for it in product.all(kind, TARGET)]
        assert left == [], kind
    assert desk.machine(RHEL).snapshots == []
