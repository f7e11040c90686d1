"""Reconfigure, destroy, rename, templates, snapshots and files."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

from lab.world.estate import pristine

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

RHEL = "mtv-tests-rhel8"


def reconfigure(client: "Conversation", name: str, **fields: Any) -> Any:
    machine = client.named(name)
    client.done(machine.ReconfigVM_Task(client.vim.vm.ConfigSpec(**fields)))
    return machine


def test_a_destroyed_machine_is_gone_with_its_files(client: "Conversation") -> None:
    machine = client.named(RHEL)
    client.done(machine.PowerOnVM_Task())
    with pytest.raises(pyVmomi.vim.fault.InvalidPowerState):
        client.done(machine.Destroy_Task())
    client.done(machine.PowerOffVM_Task())
    free = client.named("datastore/lab-vmfs-1").summary.freeSpace
    client.done(machine.Destroy_Task())
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound):
        assert machine.name
    assert client.named("datastore/lab-vmfs-1").summary.freeSpace == free + 4 * 1024**3


def test_a_disk_with_a_given_file_needs_its_folder(client: "Conversation") -> None:
    disk = client.new_disk(1, "[lab-vmfs-1] shared_disks/extra.vmdk")
    with pytest.raises(pyVmomi.vim.fault.FileNotFound):
        reconfigure(client, RHEL, deviceChange=[disk])
    datacenter = client.named(RHEL).parent.parent
    client.content.fileManager.MakeDirectory("[lab-vmfs-1] shared_disks", datacenter, False)
    machine = reconfigure(client, RHEL, deviceChange=[disk])
    assert client.disks(machine)[1].backing.fileName == "[lab-vmfs-1] shared_disks/extra.vmdk"
    with pytest.raises(pyVmomi.vim.fault.FileAlreadyExists):
        reconfigure(client, RHEL, deviceChange=[disk])


@pytest.mark.parametrize("unit", [0, 7, 65])
def test_a_slot_that_is_taken_or_none_is_refused(client: "Conversation", unit: int) -> None:
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceSpec) as raised:
        reconfigure(client, RHEL, deviceChange=[client.new_disk(1, "", unit=unit)])
    fault: Any = raised.value
    assert (fault.deviceIndex, fault.property) == (0, "unitNumber")


def test_ten_disks_fit_and_skip_the_controllers_slot(client: "Conversation") -> None:
    machine = reconfigure(client, RHEL, deviceChange=[client.new_disk(10, "") for _ in range(10)])
    assert [disk.unitNumber for disk in client.disks(machine)] == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]


def test_nothing_of_a_refused_change_stays(client: "Conversation") -> None:
    changes = [client.new_disk(1, ""), client.new_disk(1, "", unit=7)]
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceSpec) as raised:
        reconfigure(client, RHEL, annotation="never", deviceChange=changes)
    assert raised.value.deviceIndex == 1
    assert len(client.disks(client.named(RHEL))) == 1
    assert client.named(RHEL).config.annotation == ""


def test_disk_modes_and_removal(client: "Conversation") -> None:
    disk = client.new_disk(1, "", diskMode="independent_persistent")
    machine = reconfigure(client, RHEL, deviceChange=[disk])
    added = client.disks(machine)[1]
    assert added.backing.diskMode == "independent_persistent"
    removal = client.vim.vm.device.VirtualDeviceSpec(operation="remove", fileOperation="destroy", device=added)
    reconfigure(client, RHEL, deviceChange=[removal])
    assert len(client.disks(machine)) == 1


def test_a_disk_detached_without_destroy_leaves_its_file(vcenter: "RunningVcenter", client: "Conversation") -> None:
    machine = client.named(RHEL)
    removal = client.vim.vm.device.VirtualDeviceSpec(operation="remove", device=client.disks(machine)[0])
    reconfigure(client, RHEL, deviceChange=[removal])
    store = next(store for store in vcenter.world.datastores.values() if store.name == "lab-vmfs-1")
    assert f"{RHEL}/{RHEL}.vmdk" in store.files


def test_a_nic_is_added_with_a_mac_of_its_own(client: "Conversation") -> None:
    vim = client.vim
    backing = vim.vm.device.VirtualEthernetCard.NetworkBackingInfo(deviceName="Backend Network")
    card = vim.vm.device.VirtualVmxnet3(key=-1, backing=backing, addressType="generated")
    machine = reconfigure(client, RHEL, deviceChange=[vim.vm.device.VirtualDeviceSpec(operation="add", device=card)])
    added = client.nics(machine)[1]
    assert (added.key, added.deviceInfo.label, added.backing.deviceName) == (
        4001,
        "Network adapter 2",
        "Backend Network",
    )
    assert added.macAddress not in {"", None, client.nics(machine)[0].macAddress}


def test_an_unknown_network_is_refused(client: "Conversation") -> None:
    vim = client.vim
    backing = vim.vm.device.VirtualEthernetCard.NetworkBackingInfo(deviceName="nowhere")
    card = vim.vm.device.VirtualVmxnet3(key=-1, backing=backing)
    with pytest.raises(pyVmomi.vim.fault.InvalidDeviceSpec):
        reconfigure(client, RHEL, deviceChange=[vim.vm.device.VirtualDeviceSpec(operation="add", device=card)])


def test_change_tracking_is_one_switch_with_two_handles(client: "Conversation") -> None:
    option = client.vim.option.OptionValue(key="ctkEnabled", value="true")
    assert reconfigure(client, RHEL, extraConfig=[option]).config.changeTrackingEnabled
    assert not reconfigure(client, RHEL, changeTrackingEnabled=False).config.changeTrackingEnabled


def test_hardware_of_a_running_machine_stays(client: "Conversation") -> None:
    client.done(client.named(RHEL).PowerOnVM_Task())
    with pytest.raises(pyVmomi.vim.fault.InvalidPowerState):
        reconfigure(client, RHEL, numCPUs=8)
    assert len(client.disks(reconfigure(client, RHEL, deviceChange=[client.new_disk(1, "")]))) == 2


def test_what_the_lab_cannot_configure_is_refused_loudly(vcenter: "RunningVcenter", client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vmodl.fault.NotSupported):
        reconfigure(client, RHEL, nestedHVEnabled=True)
    assert vcenter.lab.requests.refused["vcenter ConfigSpec.nestedHVEnabled"] == 1


def test_templates_turn_into_machines_and_back(client: "Conversation") -> None:
    machine = client.named(RHEL)
    machine.MarkAsTemplate()
    assert machine.config.template
    assert machine.resourcePool is None
    with pytest.raises(pyVmomi.vmodl.fault.NotSupported):
        reconfigure(client, RHEL, numCPUs=8)
    reconfigure(client, RHEL, annotation="a template may be described")
    machine.MarkAsVirtualMachine(client.named("host/Cluster0/Resources"), None)
    assert not machine.config.template


def test_snapshots_move_the_machine_to_new_files(client: "Conversation") -> None:
    machine = client.named(RHEL)
    base = client.disks(machine)[0].backing.fileName
    client.done(machine.CreateSnapshot_Task("one", "first", False, False))
    client.done(machine.CreateSnapshot_Task("two", "", False, False))
    backing = client.disks(machine)[0].backing
    files = [backing.fileName, backing.parent.fileName, backing.parent.parent.fileName]
    assert files == [base.replace(".vmdk", "-000002.vmdk"), base.replace(".vmdk", "-000001.vmdk"), base]
    (root,) = machine.snapshot.rootSnapshotList
    (child,) = root.childSnapshotList
    assert [(item.id, item.name, item.state) for item in (root, child)] == [
        (1, "one", "poweredOff"),
        (2, "two", "poweredOff"),
    ]
    assert machine.snapshot.currentSnapshot == child.snapshot
    client.done(root.snapshot.RemoveSnapshot_Task(False))
    assert client.disks(machine)[0].backing.parent.fileName == base
    assert [item.name for item in machine.snapshot.rootSnapshotList] == ["two"]
    client.done(machine.RemoveAllSnapshots_Task())
    assert machine.snapshot is None
    assert client.disks(machine)[0].backing.fileName == base


def test_reverting_brings_the_content_back_and_branches(vcenter: "RunningVcenter", client: "Conversation") -> None:
    machine = client.named(RHEL)
    first = client.done(machine.CreateSnapshot_Task("one", "", False, False))
    disk = vcenter.world.machines[machine._moId].disks[0]
    before = disk.digest
    vcenter.on_loop(lambda: setattr(disk, "digest", "written"))
    client.done(machine.CreateSnapshot_Task("two", "", False, False))
    client.done(first.RevertToSnapshot_Task())
    assert disk.digest == before
    assert machine.snapshot.currentSnapshot == first
    client.done(machine.CreateSnapshot_Task("three", "", False, False))
    (root,) = machine.snapshot.rootSnapshotList
    assert [item.name for item in root.childSnapshotList] == ["two", "three"]
    client.done(machine.RemoveAllSnapshots_Task())
    assert client.disks(machine)[0].backing.parent is None


def test_an_independent_disk_is_in_no_snapshot(client: "Conversation") -> None:
    machine = reconfigure(client, RHEL, deviceChange=[client.new_disk(1, "", diskMode="independent_persistent")])
    client.done(machine.CreateSnapshot_Task("one", "", False, False))
    assert [disk.backing.parent is None for disk in client.disks(machine)] == [False, True]


def test_a_clone_of_a_machine_with_snapshots_is_flat(client: "Conversation") -> None:
    client.done(client.named(RHEL).CreateSnapshot_Task("one", "", False, False))
    copy = client.done(client.clone(RHEL, "copy"))
    assert copy.snapshot is None
    assert client.disks(copy)[0].backing.fileName == "[lab-vmfs-1] copy/copy.vmdk"
    assert client.disks(copy)[0].backing.parent is None


def test_a_memory_snapshot_remembers_that_the_machine_ran(client: "Conversation") -> None:
    machine = client.named(RHEL)
    client.done(machine.PowerOnVM_Task())
    snapshot = client.done(machine.CreateSnapshot_Task("running", "", True, False))
    assert machine.snapshot.rootSnapshotList[0].state == "poweredOn"
    client.done(machine.PowerOffVM_Task())
    client.done(snapshot.RevertToSnapshot_Task())
    assert machine.runtime.powerState == "poweredOn"


def test_folders_are_made_found_and_removed(client: "Conversation") -> None:
    manager, datacenter = client.content.fileManager, client.named(RHEL).parent.parent
    with pytest.raises(pyVmomi.vim.fault.FileNotFound):
        manager.MakeDirectory("[lab-vmfs-2] a/b", datacenter, False)
    manager.MakeDirectory("[lab-vmfs-2] a/b", datacenter, True)
    manager.MakeDirectory("[lab-vmfs-2] a/b", datacenter, True)
    with pytest.raises(pyVmomi.vim.fault.FileAlreadyExists):
        manager.MakeDirectory("[lab-vmfs-2] a/b", datacenter, False)
    with pytest.raises(pyVmomi.vim.fault.InvalidDatastorePath):
        manager.MakeDirectory("[nowhere] a", datacenter, False)
    browser = client.named("datastore/lab-vmfs-2").browser
    found = client.done(browser.SearchDatastore_Task("[lab-vmfs-2] a", None))
    assert [item.path for item in found.file] == ["b"]
    spec = client.vim.host.DatastoreBrowser.SearchSpec(matchPattern=["a"])
    found = client.done(browser.SearchDatastore_Task("[lab-vmfs-2]", spec))
    assert [item.path for item in found.file] == ["a"]
    client.done(manager.DeleteDatastoreFile_Task("[lab-vmfs-2] a", datacenter))
    with pytest.raises(pyVmomi.vim.fault.FileNotFound):
        client.done(manager.DeleteDatastoreFile_Task("[lab-vmfs-2] a", datacenter))


def test_files_of_a_machine_are_locked_and_listed(client: "Conversation") -> None:
    manager, datacenter = client.content.fileManager, client.named(RHEL).parent.parent
    with pytest.raises(pyVmomi.vim.fault.FileLocked):
        client.done(manager.DeleteDatastoreFile_Task(f"[lab-vmfs-1] {RHEL}", datacenter))
    browser = client.named("datastore/lab-vmfs-1").browser
    spec = client.vim.host.DatastoreBrowser.SearchSpec(matchPattern=["*.vmx"])
    results = client.done(browser.SearchDatastoreSubFolders_Task("[lab-vmfs-1]", spec))
    found = {f"{item.folderPath}{file.path}" for item in results for file in item.file}
    assert f"[lab-vmfs-1] {RHEL}/{RHEL}.vmx" in found
    assert len(found) == len(pristine().machines)
