"""The advanced option by which vSphere tracks each disk's changed blocks, named by bus and unit."""

from typing import Any

import pytest

from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.tracking import disk_keys

_device = vim.vm.device


def _controller(kind: Any, key: int, bus: int) -> Any:
    return kind(key=key, busNumber=bus)


def _disk(key: int, controller: int, unit: int) -> Any:
    return _device.VirtualDisk(key=key, controllerKey=controller, unitNumber=unit)


@pytest.mark.parametrize(
    ("kind", "bus"),
    [
        ("ParaVirtualSCSIController", "scsi"),
        ("VirtualLsiLogicController", "scsi"),
        ("VirtualAHCIController", "sata"),
        ("VirtualNVMEController", "nvme"),
        ("VirtualIDEController", "ide"),
    ],
)
def test_the_bus_is_named_by_the_kind_of_its_controller(kind: str, bus: str) -> None:
    controller = _controller(getattr(_device, kind), 1, 0)
    assert list(disk_keys([controller, _disk(2000, 1, 3)])) == [f"{bus}0:3.ctkEnabled"]


def test_the_number_is_the_buss_own_and_not_part_of_a_key() -> None:
    controllers = [
        _controller(_device.ParaVirtualSCSIController, 202, 0),
        _controller(_device.ParaVirtualSCSIController, 7, 1),
    ]
    keys = list(disk_keys([*controllers, _disk(2000, 202, 0), _disk(2001, 7, 2)]))
    assert sorted(keys) == ["scsi0:0.ctkEnabled", "scsi1:2.ctkEnabled"]


def test_a_disk_without_a_controller_is_left_to_the_machines_own_switch() -> None:
    assert list(disk_keys([_disk(2000, 99, 0)])) == []
