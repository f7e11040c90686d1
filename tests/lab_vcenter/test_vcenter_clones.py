"""Clones: what is copied, what is new, what is refused, and what an interrupted client finds."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter


def task_of(client: "Conversation", name: str) -> Any:
    """The unfinished clone task that an interrupted client finds again."""
    tasks = client.content.taskManager.recentTask
    infos = [(task, client.read(task, "info.descriptionId", "info.state")) for task in tasks]
    return next(
        task
        for task, info in infos
        if info["info.descriptionId"] == "VirtualMachine.clone" and info["info.state"] in ("queued", "running")
    )


def test_a_clone_has_the_content_but_an_identity_of_its_own(vcenter: "RunningVcenter", client: "Conversation") -> None:
    copy = client.done(client.clone("mtv-rhel8-warm-2disks2nics", "copy"))
    source = client.named("mtv-rhel8-warm-2disks2nics")
    assert copy.name == "copy"
    assert copy.runtime.powerState == "poweredOff"
    assert copy.config.uuid != source.config.uuid
    assert copy.config.instanceUuid != source.config.instanceUuid
    assert {nic.macAddress for nic in client.nics(copy)}.isdisjoint(nic.macAddress for nic in client.nics(source))
    assert [disk.backing.fileName for disk in client.disks(copy)] == [
        "[lab-vmfs-1] copy/copy.vmdk",
        "[lab-vmfs-1] copy/copy_1.vmdk",
    ]
    machines = vcenter.world.machines
    digests = [[disk.digest for disk in machines[item._moId].disks] for item in (copy, source)]
    assert digests[0] == digests[1]
    guests = [machines[item._moId].guest.machine_id for item in (copy, source)]
    assert guests[0] == guests[1]


def test_a_clone_is_there_only_when_it_is_done(client: "Conversation") -> None:
    task = client.clone("mtv-tests-rhel8", "copy")
    assert client.content.searchIndex.FindByInventoryPath("/DC0/vm/copy") is None
    found = task_of(client, "copy")
    assert found == task
    info = client.read(found, "info")["info"]
    assert (info.entity, info.entityName, info.cancelable) == (
        client.named("mtv-tests-rhel8"),
        "mtv-tests-rhel8",
        True,
    )
    assert task in client.named("mtv-tests-rhel8").recentTask
    client.done(task)
    assert client.named("copy").name == "copy"


def test_a_cancelled_clone_leaves_nothing(vcenter: "RunningVcenter", client: "Conversation") -> None:
    before = vcenter.on_loop(vcenter.service.fingerprint)
    task = client.clone("mtv-tests-rhel8", "copy")
    assert vcenter.on_loop(vcenter.service.fingerprint) != before
    task.CancelTask()
    with pytest.raises(pyVmomi.vmodl.fault.RequestCanceled):
        client.done(task)
    assert task.info.cancelled
    assert client.content.searchIndex.FindByInventoryPath("/DC0/vm/copy") is None
    assert vcenter.on_loop(vcenter.service.fingerprint) == before
    with pytest.raises(pyVmomi.vim.fault.InvalidState):
        task.CancelTask()


def test_a_clone_made_and_destroyed_is_no_difference(vcenter: "RunningVcenter", client: "Conversation") -> None:
    before = vcenter.on_loop(vcenter.service.fingerprint)
    copy = client.done(client.clone("mtv-tests-rhel8", "copy"))
    assert set(vcenter.on_loop(vcenter.service.fingerprint)) - set(before) == {"machines/copy"}
    client.done(copy.Destroy_Task())
    assert vcenter.on_loop(vcenter.service.fingerprint) == before


def test_a_taken_name_is_refused_also_while_it_is_being_made(client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vim.fault.DuplicateName) as raised:
        client.done(client.clone("mtv-tests-rhel8", "mtv-win2019-79"))
    assert raised.value.object == client.named("mtv-win2019-79")
    first = client.clone("mtv-tests-rhel8", "copy")
    with pytest.raises(pyVmomi.vim.fault.DuplicateName):
        client.done(client.clone("mtv-tests-rhel8", "copy"))
    client.done(first)


def test_many_clones_of_one_source_run_side_by_side(client: "Conversation") -> None:
    tasks = [client.clone("mtv-tests-rhel8", f"copy-{number}") for number in range(5)]
    copies = [client.done(task) for task in tasks]
    macs = [nic.macAddress for copy in copies for nic in client.nics(copy)]
    assert len(set(macs)) == 5


def test_a_template_needs_a_pool(client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vmodl.fault.InvalidArgument) as raised:
        client.done(client.clone("xcopy-template-test", "copy", location={"pool": None}))
    assert raised.value.invalidProperty == "spec.location.pool"
    assert client.done(client.clone("xcopy-template-test", "copy")).config.template is False


def test_an_unknown_datastore_is_not_found(client: "Conversation") -> None:
    ghost = client.vim.Datastore("datastore-99", client.instance._stub)
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound):
        client.clone("mtv-tests-rhel8", "copy", location={"datastore": ghost})


def test_a_clone_goes_where_it_is_sent(client: "Conversation") -> None:
    store, host = client.named("datastore/lab-vmfs-2"), client.named("host/Cluster0").host[1]
    copy = client.done(client.clone("mtv-tests-rhel8", "copy", location={"datastore": store, "host": host}, on=True))
    assert [item.name for item in copy.datastore] == ["lab-vmfs-2"]
    assert copy.runtime.host == host
    assert copy.runtime.powerState == "poweredOn"
    assert store.summary.freeSpace == store.summary.capacity - 4 * 1024**3


@pytest.mark.parametrize(
    ("thin", "eager", "expected"),
    [(True, None, (True, False)), (False, None, (False, False)), (False, True, (False, True))],
)
def test_provisioning_of_a_disk_locator_is_honoured(
    client: "Conversation", thin: bool, eager: bool | None, expected: tuple[bool, bool]
) -> None:
    vim = client.vim
    store = client.named("datastore/lab-vmfs-2")
    locator = vim.vm.RelocateSpec.DiskLocator(
        diskId=2000,
        datastore=store,
        diskBackingInfo=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
            fileName="", diskMode="persistent", thinProvisioned=thin, eagerlyScrub=eager
        ),
    )
    copy = client.done(client.clone("mtv-tests-rhel8", "copy", location={"disk": [locator]}))
    backing = client.disks(copy)[0].backing
    assert (backing.thinProvisioned, backing.eagerlyScrub) == expected
    assert backing.datastore == store
    assert copy.config.files.vmPathName == "[lab-vmfs-1] copy/copy.vmx"


@pytest.mark.parametrize(("transform", "thin"), [("flat", False), ("sparse", True)])
def test_transform_sets_all_disks(client: "Conversation", transform: str, thin: bool) -> None:
    copy = client.done(client.clone("mtv-win2019-3disks", "copy", location={"transform": transform}))
    assert [disk.backing.thinProvisioned for disk in client.disks(copy)] == [thin] * 3


def test_a_full_datastore_is_refused_by_name(client: "Conversation") -> None:
    config = client.vim.vm.ConfigSpec(deviceChange=[client.new_disk(4096, "[lab-vmfs-3]", thinProvisioned=False)])
    with pytest.raises(pyVmomi.vim.fault.NoDiskSpace) as raised:
        client.done(client.clone("mtv-tests-rhel8", "copy", config=config))
    assert raised.value.datastore == "lab-vmfs-3"


def test_clones_under_way_count_as_used_space(client: "Conversation") -> None:
    def config() -> Any:
        return client.vim.vm.ConfigSpec(deviceChange=[client.new_disk(1500, "[lab-vmfs-3]", thinProvisioned=False)])

    first = client.clone("mtv-tests-rhel8", "copy-1", config=config())
    with pytest.raises(pyVmomi.vim.fault.NoDiskSpace):
        client.done(client.clone("mtv-tests-rhel8", "copy-2", config=config()))
    client.done(first)


def test_config_of_a_clone_is_applied(client: "Conversation") -> None:
    vim = client.vim
    config = vim.vm.ConfigSpec(
        annotation="made by run auto-ab12",
        numCPUs=4,
        memoryMB=2048,
        changeTrackingEnabled=True,
        extraConfig=[vim.option.OptionValue(key="scsi0:0.ctkEnabled", value="TRUE")],
        deviceChange=[client.new_disk(30, "[lab-vmfs-2]"), client.new_disk(1, "")],
    )
    copy = client.done(client.clone("mtv-tests-rhel8", "copy", config=config))
    assert copy.config.annotation == "made by run auto-ab12"
    assert (copy.config.hardware.numCPU, copy.config.hardware.memoryMB) == (4, 2048)
    assert copy.config.changeTrackingEnabled
    assert {(item.key, item.value) for item in copy.config.extraConfig} == {("scsi0:0.ctkEnabled", "TRUE")}
    assert [
        (disk.deviceInfo.label, disk.key, disk.unitNumber, disk.backing.fileName) for disk in client.disks(copy)
    ] == [
        ("Hard disk 1", 2000, 0, "[lab-vmfs-1] copy/copy.vmdk"),
        ("Hard disk 2", 2001, 1, "[lab-vmfs-2] copy/copy.vmdk"),
        ("Hard disk 3", 2002, 2, "[lab-vmfs-1] copy/copy_1.vmdk"),
    ]
    assert client.named("mtv-tests-rhel8").config.annotation == ""


def test_a_manual_mac_is_copied_and_can_be_replaced(client: "Conversation") -> None:
    vim = client.vim

    def card(**fields: Any) -> Any:
        nic = vim.vm.device.VirtualVmxnet3(key=4000, **fields)
        return vim.vm.device.VirtualDeviceSpec(operation="edit", device=nic)

    source = client.named("mtv-tests-rhel8")
    spec = vim.vm.ConfigSpec(deviceChange=[card(addressType="manual", macAddress="00:50:56:00:00:01")])
    client.done(source.ReconfigVM_Task(spec))
    kept = client.done(client.clone("mtv-tests-rhel8", "kept"))
    assert client.nics(kept)[0].macAddress == "00:50:56:00:00:01"
    config = vim.vm.ConfigSpec(deviceChange=[card(addressType="generated")])
    fresh = client.done(client.clone("mtv-tests-rhel8", "fresh", config=config))
    assert client.nics(fresh)[0].macAddress != "00:50:56:00:00:01"
    assert client.nics(fresh)[0].addressType == "generated"


@pytest.mark.parametrize("place", ["location", "config"])
def test_a_nic_is_moved_to_another_network(client: "Conversation", place: str) -> None:
    vim = client.vim
    group = client.named("network/dvs-vlan-100")
    port = vim.dvs.PortConnection(switchUuid=group.config.distributedVirtualSwitch.uuid, portgroupKey=group.key)
    backing = vim.vm.device.VirtualEthernetCard.DistributedVirtualPortBackingInfo(port=port)
    change = vim.vm.device.VirtualDeviceSpec(
        operation="edit", device=vim.vm.device.VirtualVmxnet3(key=4000, backing=backing)
    )
    more = (
        {"location": {"deviceChange": [change]}}
        if place == "location"
        else {"config": vim.vm.ConfigSpec(deviceChange=[change])}
    )
    copy = client.done(client.clone("mtv-tests-rhel8", "copy", **more))
    assert copy.network == [group]
    assert client.nics(copy)[0].backing.port.portgroupKey == group.key


def test_the_folder_of_a_clone_avoids_one_that_exists(client: "Conversation") -> None:
    client.content.fileManager.MakeDirectory(
        "[lab-vmfs-1] copy", client.named("vm/mtv-tests-rhel8").parent.parent, True
    )
    copy = client.done(client.clone("mtv-tests-rhel8", "copy"))
    assert copy.config.files.vmPathName == "[lab-vmfs-1] copy_1/copy_1.vmx"


def test_what_the_lab_cannot_clone_is_refused_loudly(vcenter: "RunningVcenter", client: "Conversation") -> None:
    task = client.clone("mtv-tests-rhel8", "copy", location={"diskMoveType": "createNewChildDiskBacking"})
    with pytest.raises(pyVmomi.vmodl.fault.NotSupported):
        client.done(task)
    assert vcenter.lab.requests.refused.total() == 1
