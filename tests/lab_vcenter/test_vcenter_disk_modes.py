"""Independent disks: in no snapshot, and what a nonpersistent one forgets."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

from lab.world import media
from lab.world.model import Disk, File

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

RHEL = "mtv-rhel8-warm-2disks2nics"
MODES = ["independent_persistent", "independent_nonpersistent"]


def set_mode(client: "Conversation", mode: str) -> Any:
    """Of the second disk."""
    device = client.disks(client.named(RHEL))[1]
    device.backing.diskMode = mode
    edit = client.vim.vm.device.VirtualDeviceSpec(operation="edit", device=device)
    return client.reconfigure(RHEL, deviceChange=[edit])


@pytest.mark.parametrize("mode", MODES)
def test_a_snapshot_of_a_running_machine_passes_over_an_independent_disk(client: "Conversation", mode: str) -> None:
    machine = client.reconfigure(RHEL, deviceChange=[client.new_disk(30, "", diskMode=mode)])
    client.done(machine.PowerOnVM_Task())
    for name in ("one", "two"):
        client.done(machine.CreateSnapshot_Task(name, "", False, False))
    assert [disk.backing.fileName.rpartition("/")[2] for disk in client.disks(machine)] == [
        f"{RHEL}-000002.vmdk",
        f"{RHEL}_1-000002.vmdk",
        f"{RHEL}_2.vmdk",
    ]
    assert [disk.backing.diskMode for disk in client.disks(machine)] == ["persistent", "persistent", mode]
    assert {item.state for item in machine.snapshot.rootSnapshotList} == {"poweredOff"}


@pytest.mark.parametrize("mode", MODES)
def test_memory_cannot_be_kept_beside_an_independent_disk(client: "Conversation", mode: str) -> None:
    machine = client.reconfigure(RHEL, deviceChange=[client.new_disk(30, "", diskMode=mode)])
    client.done(machine.CreateSnapshot_Task("off, so without memory", "", True, False))
    client.done(machine.PowerOnVM_Task())
    with pytest.raises(pyVmomi.vim.fault.MemorySnapshotOnIndependentDisk):
        client.done(machine.CreateSnapshot_Task("on", "", True, False))
    assert len(machine.snapshot.rootSnapshotList[0].childSnapshotList) == 0


@pytest.mark.parametrize(
    ("mode", "kept"), [("persistent", True), ("independent_persistent", True), ("independent_nonpersistent", False)]
)
def test_a_nonpersistent_disk_is_as_before_when_the_power_goes(
    vcenter: "RunningVcenter", client: "Conversation", mode: str, kept: bool
) -> None:
    machine = set_mode(client, mode)
    client.done(machine.PowerOnVM_Task())
    disk = vcenter.world.machines[machine._moId].disks[1]
    before = disk.digest
    vcenter.on_loop(lambda: write(disk))
    assert media.seen(disk) == {"marker": File(b"1")}, "while it runs the guest sees it"
    client.done(machine.PowerOffVM_Task())
    assert (media.seen(disk) == {"marker": File(b"1")}, disk.digest != before) == (kept, kept)


def write(disk: Disk) -> None:
    media.write(disk, {"marker": File(b"1")})
    media.sync(disk)


@pytest.mark.parametrize("mode", MODES)
def test_a_clone_has_the_modes_of_its_source(client: "Conversation", mode: str) -> None:
    set_mode(client, mode)
    copy = client.done(client.clone(RHEL, "copy"))
    assert [disk.backing.diskMode for disk in client.disks(copy)] == ["persistent", mode]


def test_a_disk_for_several_machines_is_refused_loudly(vcenter: "RunningVcenter", client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vmodl.fault.NotSupported):
        client.reconfigure(RHEL, deviceChange=[client.new_disk(1, "", sharing="sharingMultiWriter")])
    assert vcenter.lab.requests.refused["vcenter sharing of disks"] == 1
