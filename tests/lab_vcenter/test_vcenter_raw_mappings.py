"""Disks that map a LUN."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

RHEL = "mtv-tests-rhel8"


def test_a_mapping_has_the_size_of_its_lun_and_takes_no_space(client: "Conversation") -> None:
    lun, store = client.free_lun(), client.named("datastore/lab-vmfs-1")
    free = store.summary.freeSpace
    machine = client.reconfigure(RHEL, deviceChange=[client.raw_disk(lun)])
    mapped = client.disks(machine)[1]
    assert mapped.capacityInBytes == lun.capacity.block * lun.capacity.blockSize == 10 * 1024**3
    assert mapped.backing.lunUuid == lun.uuid
    assert mapped.backing.compatibilityMode == "virtualMode"
    assert mapped.backing.fileName == f"[lab-vmfs-1] {RHEL}/{RHEL}_1.vmdk"
    assert store.summary.freeSpace == free


def test_a_lun_serves_one_machine_at_a_time(client: "Conversation") -> None:
    spec = client.raw_disk(client.free_lun())
    machine = client.reconfigure(RHEL, deviceChange=[spec])
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceBacking) as raised:
        client.reconfigure("mtv-win2019-79", deviceChange=[spec])
    fault: Any = raised.value
    assert (fault.deviceIndex, fault.property) == (0, "backing.deviceName")
    removal = client.vim.vm.device.VirtualDeviceSpec(
        operation="remove", fileOperation="destroy", device=client.disks(machine)[1]
    )
    client.reconfigure(RHEL, deviceChange=[removal])
    assert len(client.disks(client.reconfigure("mtv-win2019-79", deviceChange=[spec]))) == 2


def test_one_change_cannot_map_a_lun_twice(client: "Conversation") -> None:
    lun = client.free_lun()
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceBacking) as raised:
        client.reconfigure(RHEL, deviceChange=[client.raw_disk(lun), client.raw_disk(lun)])
    assert raised.value.deviceIndex == 1


def test_a_clone_under_way_has_its_lun_already(client: "Conversation") -> None:
    config = client.vim.vm.ConfigSpec(deviceChange=[client.raw_disk(client.free_lun())])
    first = client.clone(RHEL, "one", config=config)
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceBacking):
        client.done(client.clone(RHEL, "two", config=config))
    client.done(first)


def test_no_mapping_lies_on_nfs(client: "Conversation") -> None:
    spec = client.raw_disk(client.free_lun(), fileName="[lab-nfs-1]")
    with pytest.raises(pyVmomi.vim.fault.RDMNotSupportedOnDatastore) as raised:
        client.reconfigure(RHEL, deviceChange=[spec])
    assert raised.value.datastoreName == "lab-nfs-1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deviceName", "/vmfs/devices/disks/naa.0"),
        ("deviceName", ""),
        ("lunUuid", "0200"),
        ("compatibilityMode", None),
        ("compatibilityMode", "both"),
    ],
)
def test_a_wrong_mapping_is_refused_by_its_field(client: "Conversation", field: str, value: str | None) -> None:
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceBacking) as raised:
        client.reconfigure(RHEL, deviceChange=[client.raw_disk(client.free_lun(), **{field: value})])
    assert raised.value.property == f"backing.{field}"


def test_the_lun_of_a_datastore_cannot_be_mapped(client: "Conversation") -> None:
    lun = next(lun for lun in client.luns() if lun.canonicalName.endswith("11"))
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceBacking):
        client.reconfigure(RHEL, deviceChange=[client.raw_disk(lun)])


def test_snapshots_freeze_virtual_mappings_and_no_physical_ones(client: "Conversation") -> None:
    luns = [lun for lun in client.luns() if lun.capacity.block * lun.capacity.blockSize == 10 * 1024**3]
    modes = ["virtualMode", "physicalMode"]
    changes = [client.raw_disk(lun, compatibilityMode=mode) for lun, mode in zip(luns, modes, strict=True)]
    machine = client.reconfigure(RHEL, deviceChange=changes)
    client.done(machine.CreateSnapshot_Task("one", "", False, False))
    _, virtual, physical = client.disks(machine)
    assert virtual.backing.fileName.endswith("_1-000001.vmdk")
    assert virtual.backing.parent.fileName.endswith("_1.vmdk")
    assert virtual.backing.parent.lunUuid == virtual.backing.lunUuid
    assert physical.backing.fileName.endswith("_2.vmdk")
    assert physical.backing.diskMode == "independent_persistent"


def test_a_destroyed_machine_takes_its_mapping_file_and_leaves_the_lun(
    vcenter: "RunningVcenter", client: "Conversation"
) -> None:
    before, lun = vcenter.on_loop(vcenter.service.fingerprint), client.free_lun()
    client.done(client.clone(RHEL, "copy"))
    machine = client.reconfigure("copy", deviceChange=[client.raw_disk(lun)])
    client.done(machine.Destroy_Task())
    assert vcenter.on_loop(vcenter.service.fingerprint) == before
    assert client.free_lun().uuid == lun.uuid


def test_a_mapping_that_is_only_taken_off_leaves_its_file(vcenter: "RunningVcenter", client: "Conversation") -> None:
    before = vcenter.on_loop(vcenter.service.fingerprint)
    machine = client.reconfigure(RHEL, deviceChange=[client.raw_disk(client.free_lun())])
    removal = client.vim.vm.device.VirtualDeviceSpec(operation="remove", device=client.disks(machine)[1])
    client.reconfigure(RHEL, deviceChange=[removal])
    left = set(vcenter.on_loop(vcenter.service.fingerprint)) - set(before)
    assert left == {f"files/[lab-vmfs-1] {RHEL}/{RHEL}_1{end}.vmdk" for end in ("", "-rdm")}


def test_a_copy_of_a_mapping_is_a_disk_of_its_own(client: "Conversation") -> None:
    client.reconfigure(RHEL, deviceChange=[client.raw_disk(client.free_lun())])
    copied = client.disks(client.done(client.clone(RHEL, "copy")))[1]
    assert isinstance(copied.backing, pyVmomi.vim.vm.device.VirtualDisk.FlatVer2BackingInfo)
    assert copied.capacityInBytes == 10 * 1024**3
