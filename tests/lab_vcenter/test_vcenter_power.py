"""Power, guests and tasks."""

import time
from typing import TYPE_CHECKING, Any

import pytest
import pyVmomi
from pyVim.task import WaitForTask

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter


def wait_for(client: "Conversation", machine: Any, path: str, wanted: object) -> None:
    """Wait for a property by a filter, as a client waits for tools."""
    pc = client.vmodl.query.PropertyCollector
    collector = client.content.propertyCollector.CreatePropertyCollector()
    spec = pc.FilterSpec(
        objectSet=[pc.ObjectSpec(obj=machine)], propSet=[pc.PropertySpec(type=type(machine), pathSet=[path])]
    )
    collector.CreateFilter(spec, True)
    version, value = "", None
    while value != wanted:
        update = collector.WaitForUpdatesEx(version, pc.WaitOptions(maxWaitSeconds=5))
        assert update is not None, f"{path} stayed {value}"
        version = update.version
        value = update.filterSet[0].objectSet[0].changeSet[0].val
    collector.DestroyPropertyCollector()


def test_a_task_tells_its_progress_and_its_end(client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    states = client.watch(machine.PowerOnVM_Task())
    assert [state["info.state"] for state in states][-1] == "success"
    assert "running" in [state["info.state"] for state in states]
    assert machine.runtime.powerState == "poweredOn"


def test_the_sdks_own_wait_works(client: "Conversation") -> None:
    task = client.named("mtv-tests-rhel8").PowerOnVM_Task()
    assert WaitForTask(task, client.instance) == "success"  # type: ignore[no-untyped-call]


def test_the_state_it_is_in_already_is_refused(client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    with pytest.raises(pyVmomi.vim.fault.InvalidPowerState) as raised:
        client.done(machine.PowerOffVM_Task())
    assert raised.value.existingState == "poweredOff"
    client.done(machine.PowerOnVM_Task())
    with pytest.raises(pyVmomi.vim.fault.InvalidPowerState):
        client.done(machine.PowerOnVM_Task())


def test_a_template_does_not_run(client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vim.fault.InvalidState):
        client.done(client.named("xcopy-template-test").PowerOnVM_Task())


def test_guest_info_appears_after_boot_and_goes_with_power(client: "Conversation") -> None:
    machine = client.named("mtv-win2019-3disks")
    client.done(machine.PowerOnVM_Task())
    assert client.read(machine, "guest.net", "guest.toolsRunningStatus") == {
        "guest.toolsRunningStatus": "guestToolsNotRunning"
    }
    wait_for(client, machine, "guest.toolsRunningStatus", "guestToolsRunning")
    (nic,) = machine.guest.net
    assert (nic.deviceConfigId, nic.macAddress) == (4000, client.nics(machine)[0].macAddress)
    (address,) = nic.ipConfig.ipAddress
    assert (address.ipAddress, address.prefixLength, address.origin) == ("192.168.10.104", 24, "manual")
    (route,) = machine.guest.ipStack[0].ipRouteConfig.ipRoute
    assert (route.gateway.ipAddress, route.gateway.device) == ("192.168.10.1", "0")
    assert machine.guest.hostName == "MTV-WIN2019-3D"
    client.done(machine.PowerOffVM_Task())
    assert list(machine.guest.net) == []
    assert machine.guest.hostName is None


def test_a_guest_is_shut_down_only_when_its_tools_run(client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    with pytest.raises(pyVmomi.vim.fault.InvalidPowerState):
        machine.ShutdownGuest()
    client.done(machine.PowerOnVM_Task())
    with pytest.raises(pyVmomi.vim.fault.ToolsUnavailable):
        machine.ShutdownGuest()
    wait_for(client, machine, "guest.toolsRunningStatus", "guestToolsRunning")
    machine.ShutdownGuest()
    wait_for(client, machine, "runtime.powerState", "poweredOff")


def test_power_off_during_boot_leaves_no_guest_behind(vcenter: "RunningVcenter", client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    client.done(machine.PowerOnVM_Task())
    client.done(machine.PowerOffVM_Task())
    time.sleep(vcenter.lab.clock.scaled(25))
    assert machine.guest.toolsRunningStatus == "guestToolsNotRunning"


def test_only_one_thing_at_a_time_happens_to_a_machine(client: "Conversation") -> None:
    machine = client.named("mtv-tests-rhel8")
    first = machine.PowerOnVM_Task()
    with pytest.raises(pyVmomi.vim.fault.TaskInProgress) as raised:
        machine.Rename_Task("other")
    assert raised.value.task == first
    client.done(first)


def test_a_wait_without_news_ends_at_its_time(client: "Conversation") -> None:
    pc = client.vmodl.query.PropertyCollector
    collector = client.content.propertyCollector
    machine = client.named("mtv-tests-rhel8")
    spec = pc.FilterSpec(
        objectSet=[pc.ObjectSpec(obj=machine)],
        propSet=[pc.PropertySpec(type=client.vim.VirtualMachine, pathSet=["name"])],
    )
    made = collector.CreateFilter(spec, True)
    first = collector.WaitForUpdatesEx("", pc.WaitOptions(maxWaitSeconds=1))
    assert first.filterSet[0].objectSet[0].kind == "enter"
    start = time.monotonic()
    assert collector.WaitForUpdatesEx(first.version, pc.WaitOptions(maxWaitSeconds=1)) is None
    assert 0.9 < time.monotonic() - start < 3
    with pytest.raises(pyVmomi.vmodl.query.InvalidCollectorVersion):
        collector.WaitForUpdatesEx("77", pc.WaitOptions(maxWaitSeconds=1))
    made.DestroyPropertyFilter()
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound):
        made.DestroyPropertyFilter()


def test_a_filter_tells_who_came_what_changed_and_who_left(vcenter: "RunningVcenter", client: "Conversation") -> None:
    pc = client.vmodl.query.PropertyCollector
    collector, view = client.content.propertyCollector, client.everything(client.vim.VirtualMachine)
    collector.CreateFilter(client.spec(view, client.vim.VirtualMachine, ["name", "runtime.powerState"]), True)
    first = collector.WaitForUpdatesEx("", pc.WaitOptions(maxObjectUpdates=5))
    assert (len(first.filterSet[0].objectSet), first.truncated) == (5, True)
    second = collector.WaitForUpdatesEx(first.version, pc.WaitOptions(maxObjectUpdates=5))
    left = len(vcenter.world.machines) - 5
    assert (len(second.filterSet[0].objectSet), second.truncated) == (left, False)
    machine = client.named("mtv-tests-rhel8")
    client.done(machine.Rename_Task("renamed"))
    third = collector.WaitForUpdatesEx(second.version, pc.WaitOptions(maxWaitSeconds=5))
    (update,) = third.filterSet[0].objectSet
    assert (update.kind, [(item.name, item.val) for item in update.changeSet]) == ("modify", [("name", "renamed")])
    client.done(machine.Destroy_Task())
    fourth = collector.WaitForUpdatesEx(third.version, pc.WaitOptions(maxWaitSeconds=5))
    assert [(item.kind, item.obj._moId) for item in fourth.filterSet[0].objectSet] == [("leave", "vm-101")]


def test_a_filter_may_outlive_its_object(client: "Conversation") -> None:
    pc = client.vmodl.query.PropertyCollector
    collector, machine = client.content.propertyCollector, client.named("mtv-tests-rhel8")
    spec = pc.FilterSpec(
        objectSet=[pc.ObjectSpec(obj=machine)],
        propSet=[pc.PropertySpec(type=client.vim.VirtualMachine, pathSet=["name"])],
    )
    collector.CreateFilter(spec, True)
    first = collector.WaitForUpdatesEx("", None)
    client.done(machine.Destroy_Task())
    second = collector.WaitForUpdatesEx(first.version, pc.WaitOptions(maxWaitSeconds=5))
    assert second.filterSet[0].objectSet[0].kind == "leave"
