"""A cold migration whose disks the storage array copies (facts/forklift.md 4, 9.8)."""

from typing import Any

import pytest

from tests.lab_mtv.offloading import TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import TARGET, Product, executing, has, steps_of, vm_of

Object = dict[str, Any]


@pytest.fixture
def desk(product: Product) -> OffloadDesk:
    return OffloadDesk(product)


def test_the_array_copies_every_disk(desk: OffloadDesk, product: Product) -> None:
    versions = desk.offloaded(TWO_DISKS)
    assert has(versions[-1], "Succeeded")
    vm = vm_of(versions[-1])
    assert [step["name"] for step in vm["pipeline"]] == [
        "Initialize",
        "DiskTransfer",
        "ImageConversion",
        "VirtualMachineCreation",
    ]
    transfer = steps_of(vm)["DiskTransfer"]
    assert [task["annotations"] for task in transfer["tasks"]] == [{"unit": "MB", "xcopyUsed": "1"}] * 2
    assert {task["reason"] for task in transfer["tasks"]} == {"Transfer completed."}
    seen = {steps_of(vm_of(it))["DiskTransfer"]["progress"]["completed"] for it in versions if executing(it)}
    assert any(0 < done < transfer["progress"]["total"] for done in seen)
    assert product.all("DataVolume", TARGET) == [], "no DataVolume was ever needed"
    machine, source = product.get("VirtualMachine", TWO_DISKS, TARGET), desk.machine(TWO_DISKS)
    assert machine is not None
    claims = desk.claims()
    assert list(claims) == [disk.file for disk in source.disks]
    for disk in source.disks:
        volume = product.world.volumes[claims[disk.file]["metadata"]["uid"]]
        assert (volume.digest, volume.size) == (disk.digest, disk.size)
