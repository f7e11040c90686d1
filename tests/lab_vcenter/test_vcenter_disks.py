"""Added disks: slots of controllers, files, space."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

RHEL = "mtv-tests-rhel8"
GIB = 1024**3


def controller(client: "Conversation", kind: str) -> Any:
    device = getattr(client.vim.vm.device, kind)(key=-9, busNumber=1, sharedBus="noSharing")
    return client.vim.vm.device.VirtualDeviceSpec(operation="add", device=device)


def on_new_controller(client: "Conversation", count: int) -> list[Any]:
    disks = [client.new_disk(1, "") for _ in range(count)]
    for disk in disks:
        disk.device.controllerKey = -9
    return disks


@pytest.mark.parametrize(("kind", "slots"), [("VirtualLsiLogicController", 15), ("ParaVirtualSCSIController", 64)])
def test_a_controller_takes_as_many_disks_as_its_kind_has_slots(client: "Conversation", kind: str, slots: int) -> None:
    machine = client.reconfigure(RHEL, deviceChange=[controller(client, kind), *on_new_controller(client, slots)])
    units = [disk.unitNumber for disk in client.disks(machine) if disk.controllerKey == 1001]
    assert units == [unit for unit in range(slots + 1) if unit != 7]
    more = client.new_disk(1, "")
    more.device.controllerKey = 1001
    with pytest.raises(pyVmomi.vim.fault.TooManyDevices):
        client.reconfigure(RHEL, deviceChange=[more])
    shown = [device for device in machine.config.hardware.device if device.key == 1001]
    assert [type(device).__name__.rpartition(".")[2] for device in shown] == [kind]


def test_the_kinds_of_controllers_go_with_a_clone(client: "Conversation") -> None:
    client.reconfigure(RHEL, deviceChange=[controller(client, "VirtualLsiLogicSASController")])
    copy = client.done(client.clone(RHEL, "copy"))
    (device,) = [device for device in copy.config.hardware.device if device.key == 1001]
    assert isinstance(device, client.vim.vm.device.VirtualLsiLogicSASController)


@pytest.mark.parametrize("kind", ["VirtualNVMEController", "VirtualAHCIController"])
def test_controllers_that_the_lab_has_not_are_refused_loudly(
    vcenter: "RunningVcenter", client: "Conversation", kind: str
) -> None:
    device = getattr(client.vim.vm.device, kind)(key=-9, busNumber=0)
    with pytest.raises(pyVmomi.vmodl.fault.NotSupported):
        client.reconfigure(RHEL, deviceChange=[client.vim.vm.device.VirtualDeviceSpec(operation="add", device=device)])
    assert vcenter.lab.requests.refused[f"vcenter add of a {kind}"] == 1


def test_a_controller_that_is_not_there_is_named(client: "Conversation") -> None:
    disk = client.new_disk(1, "")
    disk.device.controllerKey = 1003
    with pytest.raises(pyVmomi.vim.fault.InvalidController) as raised:
        client.reconfigure(RHEL, deviceChange=[disk])
    assert raised.value.controllerKey == 1003


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("[lab-vmfs-1]", pyVmomi.vim.fault.InvalidDeviceSpec),
        ("[lab-vmfs-1] nobody/extra.vmdk", pyVmomi.vim.fault.FileNotFound),
        (f"[lab-vmfs-1] {RHEL}/{RHEL}.vmdk", pyVmomi.vmodl.fault.NotSupported),
    ],
)
def test_a_disk_that_is_not_to_be_created_must_be_there(client: "Conversation", file: str, fault: Any) -> None:
    disk = client.new_disk(1, file)
    disk.fileOperation = None
    with pytest.raises(fault):
        client.reconfigure(RHEL, deviceChange=[disk])


def test_what_a_disk_leaves_behind_takes_space_until_it_is_deleted(client: "Conversation") -> None:
    store = client.named("datastore/lab-vmfs-2")
    free = store.summary.freeSpace
    client.folder("[lab-vmfs-2] shared_disks")
    file = "[lab-vmfs-2] shared_disks/extra.vmdk"
    machine = client.reconfigure(RHEL, deviceChange=[client.new_disk(30, file, thinProvisioned=False)])
    removal = client.vim.vm.device.VirtualDeviceSpec(operation="remove", device=client.disks(machine)[1])
    client.reconfigure(RHEL, deviceChange=[removal])
    assert store.summary.freeSpace == free - 30 * GIB
    client.done(client.content.virtualDiskManager.DeleteVirtualDisk_Task(file, client.datacenter))
    assert store.summary.freeSpace == free


def test_a_search_tells_what_it_is_asked_for(client: "Conversation") -> None:
    browser, vim = client.named("datastore/lab-vmfs-1").browser, client.vim.host.DatastoreBrowser
    client.reconfigure(RHEL, deviceChange=[client.new_disk(30, "", thinProvisioned=False)])
    client.done(client.named(RHEL).CreateSnapshot_Task("one", "", False, False))
    details = vim.FileInfo.Details(fileType=True, fileSize=True, modification=True)
    spec = vim.SearchSpec(details=details, matchPattern=["*-flat.vmdk", "*-delta.vmdk", "*.vmsn"])
    found = client.done(browser.SearchDatastore_Task(f"[lab-vmfs-1] {RHEL}", spec)).file
    assert {item.path.removeprefix(RHEL): item.fileSize for item in found} == {
        "-flat.vmdk": 4 * GIB,
        "_1-flat.vmdk": 30 * GIB,
        "-000001-delta.vmdk": 0,
        "_1-000001-delta.vmdk": 0,
        "-Snapshot1.vmsn": 0,
    }
    plain = client.done(browser.SearchDatastore_Task(f"[lab-vmfs-1] {RHEL}", None)).file
    assert {(item.fileSize, item.modification) for item in plain} == {(None, None)}


def test_a_new_disk_never_takes_a_file_that_was_left(client: "Conversation") -> None:
    machine = client.reconfigure(RHEL, deviceChange=[client.new_disk(1, "")])
    removal = client.vim.vm.device.VirtualDeviceSpec(operation="remove", device=client.disks(machine)[1])
    client.reconfigure(RHEL, deviceChange=[removal])
    again = client.disks(client.reconfigure(RHEL, deviceChange=[client.new_disk(1, "")]))[1]
    assert (again.backing.fileName, again.deviceInfo.label) == (f"[lab-vmfs-1] {RHEL}/{RHEL}_2.vmdk", "Hard disk 2")


def test_a_destroyed_machine_takes_disks_in_other_folders_and_leaves_the_folder(
    vcenter: "RunningVcenter", client: "Conversation"
) -> None:
    before = vcenter.on_loop(vcenter.service.fingerprint)
    client.folder("[lab-vmfs-1] shared_disks")
    client.done(client.clone(RHEL, "copy"))
    machine = client.reconfigure(
        "copy",
        deviceChange=[client.new_disk(30, "[lab-vmfs-1] shared_disks/a.vmdk"), client.new_disk(1, "[lab-vmfs-2]")],
    )
    client.done(machine.Destroy_Task())
    left = set(vcenter.on_loop(vcenter.service.fingerprint)) - set(before)
    assert left == {"files/[lab-vmfs-1] shared_disks/"}
    client.done(client.content.fileManager.DeleteDatastoreFile_Task("[lab-vmfs-1] shared_disks", client.datacenter))
    assert vcenter.on_loop(vcenter.service.fingerprint) == before


def test_the_mode_of_a_disk_changes_only_while_no_snapshot_holds_it(client: "Conversation") -> None:
    machine = client.reconfigure(RHEL, deviceChange=[client.new_disk(1, "")])
    client.done(machine.CreateSnapshot_Task("one", "", False, False))
    disk = client.disks(machine)[1]
    edit = client.vim.vm.device.VirtualDeviceSpec(operation="edit", device=disk)
    disk.backing.diskMode = "independent_persistent"
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceSpec):
        client.reconfigure(RHEL, deviceChange=[edit])
    client.done(machine.RemoveAllSnapshots_Task())
    assert client.disks(client.reconfigure(RHEL, deviceChange=[edit]))[1].backing.diskMode == "independent_persistent"


def test_clones_under_way_count_when_a_disk_is_added(client: "Conversation") -> None:
    huge = client.new_disk(1500, "[lab-vmfs-3]", thinProvisioned=False)
    first = client.clone(RHEL, "copy", config=client.vim.vm.ConfigSpec(deviceChange=[huge]))
    with pytest.raises(pyVmomi.vim.fault.NoDiskSpace):
        client.reconfigure("mtv-win2019-79", deviceChange=[huge])
    client.done(first)


def test_terabytes_are_a_matter_of_seconds(client: "Conversation") -> None:
    """Sizes are numbers; no time and no memory goes with them."""
    config = client.vim.vm.ConfigSpec(
        deviceChange=[client.new_disk(2048, "[lab-vmfs-1]"), client.new_disk(1024, "[lab-vmfs-2]", eagerlyScrub=True)]
    )
    copy = client.done(client.clone(RHEL, "copy", config=config))
    assert [disk.capacityInBytes // GIB for disk in client.disks(copy)] == [16, 2048, 1024]
