"""Reading properties: in bulk, by key, page by page, and of the whole estate."""

from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi

from lab.world.estate import pristine

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

PATHS = ["name", "config.uuid", "config.hardware.device", "config.hardware.numCPU", "runtime.powerState", "snapshot"]


def test_all_machines_are_described_in_three_requests(vcenter: "RunningVcenter", client: "Conversation") -> None:
    before = len(vcenter.lab.requests.entries)
    view = client.everything(client.vim.VirtualMachine)
    objects = client.retrieve(client.spec(view, client.vim.VirtualMachine, PATHS))
    view.DestroyView()
    assert len(vcenter.lab.requests.entries) - before == 3
    found = {item.val: item for content in objects for item in content.propSet if item.name == "name"}
    assert set(found) == {machine.name for machine in vcenter.world.machines.values()}


def test_an_unset_property_is_absent_and_reads_as_none(client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    assert client.read(machine, "snapshot", "name") == {"name": "mtv-tests-rhel8"}
    assert machine.snapshot is None
    assert client.named("xcopy-template-test").resourcePool is None


def test_an_array_is_reached_by_key(client: "Conversation") -> None:
    path = "config.hardware.device[4000].macAddress"
    machine = client.named("mtv-tests-rhel8")
    assert client.read(machine, path) == {path: "00:50:56:8a:01:01"}
    assert client.read(machine, "config.hardware.device[4999].macAddress") == {}


@pytest.mark.parametrize("path", ["nonsense", "config.nonsense", "config.hardware.device.key", "config..uuid", ""])
def test_a_wrong_path_fails_the_whole_call(client: "Conversation", path: str) -> None:
    with pytest.raises(pyVmomi.vmodl.query.InvalidProperty):
        client.read(client.named("mtv-tests-rhel8"), "name", path)


def test_a_big_answer_comes_in_pages_and_each_token_works_once(client: "Conversation") -> None:
    view = client.everything(client.vim.VirtualMachine)
    spec = client.spec(view, client.vim.VirtualMachine, ["name"])
    collector = client.content.propertyCollector
    options = client.vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=3)
    first = collector.RetrievePropertiesEx([spec], options)
    assert len(first.objects) == 3
    second = collector.ContinueRetrievePropertiesEx(first.token)
    with pytest.raises(pyVmomi.vmodl.fault.InvalidArgument):
        collector.ContinueRetrievePropertiesEx(first.token)
    third = collector.ContinueRetrievePropertiesEx(second.token)
    assert third.token is None
    seen = [item.obj._moId for page in (first, second, third) for item in page.objects]
    assert len(seen) == len(set(seen)) == len(pristine().machines)


def test_a_page_of_no_objects_is_illegal(client: "Conversation") -> None:
    view = client.everything(client.vim.VirtualMachine)
    with pytest.raises(pyVmomi.vmodl.fault.InvalidArgument):
        client.retrieve(client.spec(view, client.vim.VirtualMachine, ["name"]), maximum=0)


def test_more_objects_than_the_server_allows_are_paged_unasked(
    vcenter: "RunningVcenter", client: "Conversation", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.vcenter.collector.PAGE", 5)
    spec = client.spec(client.everything(client.vim.VirtualMachine), client.vim.VirtualMachine, ["name"])
    empty = client.vmodl.query.PropertyCollector.RetrieveOptions()
    assert len(client.content.propertyCollector.RetrievePropertiesEx([spec], empty).objects) == 5
    assert len(client.retrieve(spec)) == len(pristine().machines)


def test_the_legacy_call_answers_everything_at_once(client: "Conversation") -> None:
    spec = client.spec(client.everything(client.vim.VirtualMachine), client.vim.VirtualMachine, ["name"])
    assert len(client.content.propertyCollector.RetrieveProperties([spec])) == len(pristine().machines)


def test_every_declared_property_of_every_object_can_be_read(client: "Conversation") -> None:
    for item in client.everything(client.vim.ManagedEntity).view:
        spec = client.vmodl.query.PropertyCollector.FilterSpec(
            objectSet=[client.vmodl.query.PropertyCollector.ObjectSpec(obj=item)],
            propSet=[client.vmodl.query.PropertyCollector.PropertySpec(type=type(item), all=True)],
        )
        (content,) = client.retrieve(spec)
        assert "name" in {found.name for found in content.propSet}, item


def test_views_tell_types_containers_and_depth_apart(client: "Conversation") -> None:
    vim = client.vim
    assert {item.name for item in client.everything(vim.Network).view} == {
        "VM Network",
        "Backend Network",
        "dvs-vlan-100",
        "dvs-vlan-200",
    }
    assert len(client.everything(vim.dvs.DistributedVirtualPortgroup).view) == 2
    manager = client.content.viewManager
    assert len(manager.CreateContainerView(client.named("host/Cluster0"), [vim.HostSystem], True).view) == 2
    assert [item.name for item in manager.CreateContainerView(client.content.rootFolder, [], False).view] == ["DC0"]


def test_a_list_view_holds_what_it_was_given(client: "Conversation") -> None:
    first, second = client.named("mtv-tests-rhel8"), client.named("mtv-win2019-79")
    view = client.content.viewManager.CreateListView([first])
    ghost = client.vim.VirtualMachine("vm-0", client.instance._stub)
    assert view.ModifyListView([second, ghost], [first]) == [ghost]
    assert view.view == [second]


def test_a_machine_is_found_by_uuid_path_and_name(client: "Conversation") -> None:
    index, machine = client.content.searchIndex, client.named("mtv-tests-rhel8")
    config = machine.config
    assert index.FindByUuid(None, config.uuid, True, False) == machine
    assert index.FindByUuid(None, config.instanceUuid, True, True) == machine
    assert index.FindByUuid(None, config.instanceUuid, True, False) is None
    assert index.FindChild(machine.parent, "mtv-tests-rhel8") == machine
    assert (
        index.FindByDatastorePath(client.named("datastore/lab-vmfs-1").parent.parent, config.files.vmPathName)
        == machine
    )
    assert index.FindByInventoryPath("/DC0/vm/nobody") is None


def test_an_unknown_reference_is_not_found(client: "Conversation") -> None:
    ghost = client.vim.VirtualMachine("vm-0", client.instance._stub)
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound) as raised:
        assert ghost.name
    assert raised.value.obj._moId == "vm-0"


def test_vmfs_datastores_name_their_lun(client: "Conversation") -> None:
    info = client.named("datastore/lab-vmfs-1").info
    luns = {lun.canonicalName for lun in client.named("host/Cluster0").host[0].config.storageDevice.scsiLun}
    assert info.vmfs.extent[0].diskName in luns
    assert client.named("datastore/lab-nfs-1").info.nas.remoteHost == "192.168.10.5"


def test_a_traversal_may_call_itself_by_name(client: "Conversation") -> None:
    """The way up from a machine to the root, as Go clients ask for it."""
    pc: Any = client.vmodl.query.PropertyCollector
    up = pc.TraversalSpec(
        name="up",
        type=client.vim.ManagedEntity,
        path="parent",
        skip=False,
        selectSet=[pc.SelectionSpec(name="up")],
    )
    spec = pc.FilterSpec(
        objectSet=[pc.ObjectSpec(obj=client.named("mtv-tests-rhel8"), selectSet=[up])],
        propSet=[pc.PropertySpec(type=client.vim.ManagedEntity, pathSet=["name"])],
    )
    assert [item.propSet[0].val for item in client.retrieve(spec)] == ["mtv-tests-rhel8", "vm", "DC0", "Datacenters"]
