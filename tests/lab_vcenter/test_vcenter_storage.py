"""What hosts see of storage, and what is refused where a host sees nothing."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

from lab.world.estate import pristine

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation

RHEL = "mtv-tests-rhel8"
LOCAL = "lab-local-2"


def hosts(client: "Conversation") -> list[Any]:
    return list(client.named("host/Cluster0").host)


def test_a_local_datastore_is_mounted_on_its_host_alone(client: "Conversation") -> None:
    first, second = hosts(client)
    local = client.named(f"datastore/{LOCAL}")
    assert local not in first.datastore
    assert local in second.datastore
    assert [mount.key for mount in local.host] == [second]
    assert (local.summary.multipleHostAccess, local.info.vmfs.local) == (False, True)
    assert [mount.key for mount in client.named("datastore/lab-vmfs-1").host] == [first, second]


def test_extents_name_luns_that_the_host_sees(client: "Conversation") -> None:
    for number, host in enumerate(hosts(client)):
        volumes = host.configManager.storageSystem.fileSystemVolumeInfo.mountInfo
        extents = {it.volume.extent[0].diskName for it in volumes if it.volume.type == "VMFS"}
        assert extents < {lun.canonicalName for lun in client.luns(number)}
        assert {it.volume.name for it in volumes} == {store.name for store in host.datastore}


def test_every_lun_has_an_naa_id_of_its_own_or_is_local(client: "Conversation") -> None:
    names = [lun.canonicalName for lun in client.luns(1)]
    shared = [name for name in names if not name.startswith("mpx.")]
    assert len(set(names)) == len(names) == len(shared) + 1
    assert all(len(name) == len("naa.") + 32 for name in shared)
    assert len({lun.uuid for lun in client.luns(1)}) == len(names)


def test_looking_for_new_luns_finds_the_same(client: "Conversation") -> None:
    system, before = hosts(client)[0].configManager.storageSystem, [lun.uuid for lun in client.luns()]
    system.RescanAllHba()
    system.RescanVmfs()
    system.RefreshStorageSystem()
    assert [lun.uuid for lun in client.luns()] == before


def test_a_clone_is_not_put_where_its_host_sees_nothing(client: "Conversation") -> None:
    store, first = client.named(f"datastore/{LOCAL}"), hosts(client)[0]
    with pytest.raises(pyVmomi.vim.fault.CannotAccessVmConfig) as raised:
        client.done(client.clone(RHEL, "copy", location={"datastore": store, "host": first}))
    fault: Any = raised.value
    assert fault.reason.file == f"[{LOCAL}] copy/copy.vmx"
    locator = client.vim.vm.RelocateSpec.DiskLocator(diskId=2000, datastore=store)
    with pytest.raises(pyVmomi.vim.fault.CannotAccessVmDisk) as refused:
        client.done(client.clone(RHEL, "copy", location={"disk": [locator], "host": first}))
    fault = refused.value
    assert fault.fault.file == f"[{LOCAL}] copy/copy.vmdk"
    assert client.content.searchIndex.FindByInventoryPath("/DC0/vm/copy") is None


def test_a_clone_without_a_host_goes_to_one_that_sees_its_datastore(client: "Conversation") -> None:
    store = client.named(f"datastore/{LOCAL}")
    made = [client.done(client.clone(name, f"copy of {name}", location={"datastore": store})) for name in names()]
    assert {machine.runtime.host for machine in made} == {hosts(client)[1]}


def names() -> list[str]:
    """One machine of each host."""
    return [next(it.name for it in pristine().machines.values() if it.host == host) for host in ("host-41", "host-42")]


def test_a_disk_is_not_added_where_the_host_sees_nothing(client: "Conversation") -> None:
    first, second = hosts(client)
    for number, host in enumerate((first, second)):
        client.done(client.clone(RHEL, f"copy-{number}", location={"host": host}))
    with pytest.raises(pyVmomi.vim.fault.CannotAccessFile) as raised:
        client.reconfigure("copy-0", deviceChange=[client.new_disk(1, f"[{LOCAL}]")])
    assert raised.value.file == f"[{LOCAL}]"
    client.reconfigure("copy-1", deviceChange=[client.new_disk(1, f"[{LOCAL}]")])


def test_a_machine_is_not_run_where_its_host_would_see_nothing(client: "Conversation") -> None:
    first, second = hosts(client)
    copy = client.done(client.clone(RHEL, "copy", location={"datastore": client.named(f"datastore/{LOCAL}")}))
    with pytest.raises(pyVmomi.vim.fault.CannotAccessVmConfig):
        client.done(copy.PowerOnVM_Task(first))
    copy.MarkAsTemplate()
    with pytest.raises(pyVmomi.vim.fault.CannotAccessVmConfig):
        copy.MarkAsVirtualMachine(client.named("host/Cluster0/Resources"), first)
    copy.MarkAsVirtualMachine(client.named("host/Cluster0/Resources"), second)
    client.done(copy.PowerOnVM_Task(second))


def test_a_host_browses_what_it_mounts(client: "Conversation") -> None:
    first, second = (host.datastoreBrowser for host in hosts(client))
    client.folder(f"[{LOCAL}] shared_disks")
    found = client.done(second.SearchDatastore_Task(f"[{LOCAL}]", None))
    assert [item.path for item in found.file] == ["shared_disks"]
    with pytest.raises(pyVmomi.vim.fault.InvalidDatastorePath):
        client.done(first.SearchDatastore_Task(f"[{LOCAL}]", None))


def test_what_is_offered_lacks_luns_that_are_mapped(client: "Conversation") -> None:
    browser = client.named(RHEL).environmentBrowser
    offered = browser.QueryConfigTarget(None).scsiDisk
    assert client.free_lun().canonicalName in {item.disk.canonicalName for item in offered}
    client.reconfigure(RHEL, deviceChange=[client.raw_disk(offered[0].disk)])
    left = browser.QueryConfigTarget(hosts(client)[0])
    assert [item.disk.canonicalName for item in left.scsiDisk] == [item.disk.canonicalName for item in offered[1:]]
    assert LOCAL not in {item.name for item in left.datastore}
