"""Snapshots."""

from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import invalid_power_state, memory_on_independent_disk, not_supported
from lab.vcenter.sdk import ref, vim
from lab.vcenter.tasks import Job
from lab.world import physics, snapshots
from lab.world.model import Machine, Snapshot


def _start(call: Call, machine: Machine, description: str, body: Any) -> Any:
    """A task on the machine, also when the method is one of a snapshot."""
    on_machine = Call(call.vcenter, call.session, call.inventory, call.request)
    on_machine.request.this = ref(vim.VirtualMachine, machine.id)
    return on_machine.task(description, body)


@answers(vim.VirtualMachine, "CreateSnapshot_Task")
def _create(call: Call) -> Any:
    machine = call.machine()
    name, text = call.argument("name", ""), call.argument("description", "")
    memory = bool(call.argument("memory", False))

    async def body(job: Job) -> Any:
        if machine.template:
            raise not_supported("A template has no snapshots.")
        if memory and machine.power == "on" and any(disk.mode.startswith("independent") for disk in machine.disks):
            raise memory_on_independent_disk()
        if memory and machine.power == "off":
            # vCenter takes a snapshot without memory then, as the machine has none.
            await job.work(1.0, "snapshot")
        else:
            await job.work(3.0 if memory else 2.0, "snapshot")
        made = snapshots.take(call.world, machine, name, text, memory=memory and machine.power == "on")
        return ref(vim.vm.Snapshot, made.moref)

    return call.task("VirtualMachine.createSnapshot", body)


@answers(vim.vm.Snapshot, "RemoveSnapshot_Task")
def _remove(call: Call) -> Any:
    machine, snapshot = call.inventory.snapshot(call.this)
    children = bool(call.argument("removeChildren", False))

    async def body(job: Job) -> None:
        await job.work(2.0, "remove snapshot")
        snapshots.remove(call.world, machine, snapshot, children=children)

    return _start(call, machine, "vm.Snapshot.remove", body)


@answers(vim.VirtualMachine, "RemoveAllSnapshots_Task")
def _remove_all(call: Call) -> Any:
    machine = call.machine()

    async def body(job: Job) -> None:
        await job.work(2.0, "remove all snapshots")
        snapshots.remove_all(call.world, machine)

    return call.task("VirtualMachine.removeAllSnapshots", body)


async def _revert(call: Call, machine: Machine, snapshot: Snapshot, job: Job) -> None:
    await job.work(2.0, "revert")
    physics.power_off(call.vcenter.lab, machine)
    snapshots.revert(call.world, machine, snapshot)
    if snapshot.power == "on" and not call.argument("suppressPowerOn", False):
        physics.power_on(call.vcenter.lab, machine)


@answers(vim.vm.Snapshot, "RevertToSnapshot_Task")
def _revert_to(call: Call) -> Any:
    machine, snapshot = call.inventory.snapshot(call.this)

    async def body(job: Job) -> None:
        await _revert(call, machine, snapshot, job)

    return _start(call, machine, "vm.Snapshot.revert", body)


@answers(vim.VirtualMachine, "RevertToCurrentSnapshot_Task")
def _revert_to_current(call: Call) -> Any:
    machine = call.machine()
    snapshot = next((item for item in machine.snapshots if item.id == machine.current_snapshot), None)

    async def body(job: Job) -> None:
        if snapshot is None:
            raise invalid_power_state(None, "poweredOff")
        await _revert(call, machine, snapshot, job)

    return call.task("VirtualMachine.revertToCurrentSnapshot", body)
