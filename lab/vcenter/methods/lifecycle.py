"""Rename, reconfigure, destroy, templates."""

from copy import deepcopy
from dataclasses import fields
from typing import Any

from lab.vcenter import reconfiguring
from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import duplicate_name, invalid_power_state, invalid_state, not_supported
from lab.vcenter.machine_view import power_state
from lab.vcenter.sdk import moid, ref, vim
from lab.vcenter.seating import require_sight
from lab.vcenter.tasks import Job
from lab.world.model import Machine


def refuse_taken(call: Call, name: str, own: str = "") -> None:
    """Raise DuplicateName when a machine, or one being made, has the name."""
    for machine in (*call.world.machines.values(), *call.vcenter.half_made.values()):
        if machine.name == name and machine.id != own:
            raise duplicate_name(name, ref(vim.VirtualMachine, machine.id))


@answers(vim.VirtualMachine, "Rename_Task")
def _rename(call: Call) -> Any:
    machine, name = call.machine(), call.argument("newName", "")

    async def body(job: Job) -> None:
        refuse_taken(call, name, machine.id)
        await job.work(0.5, "rename", steps=1)
        machine.name = name
        call.world.touch(machine)

    return call.task("ManagedEntity.rename", body)


@answers(vim.VirtualMachine, "ReconfigVM_Task")
def _reconfigure(call: Call) -> Any:
    machine, spec = call.machine(), call.argument("spec")

    async def body(job: Job) -> None:
        await job.work(1.0, "reconfigure", steps=2)
        if spec.name:
            refuse_taken(call, spec.name, machine.id)
        # Drafted and committed without a pause, so that a snapshot taken meanwhile is not undone.
        draft = deepcopy(machine)
        reconfiguring.apply(call, draft, spec)
        _commit(machine, draft)
        call.world.touch(machine)

    return call.task("VirtualMachine.reconfigure", body)


def _commit(machine: Machine, draft: Machine) -> None:
    """The guest stays the same object: whoever runs it holds on to it."""
    guest = machine.guest
    for item in fields(draft):
        setattr(machine, item.name, getattr(draft, item.name))
    guest.addresses, guest.guest_id = draft.guest.addresses, draft.guest.guest_id
    machine.guest = guest


@answers(vim.VirtualMachine, "Destroy_Task")
def _destroy(call: Call) -> Any:
    machine = call.machine()

    async def body(job: Job) -> None:
        if machine.power == "on":
            raise invalid_power_state("poweredOff", "poweredOn")
        await job.work(1.0, "destroy")
        call.world.machines.pop(machine.id, None)
        call.world.touch(machine)

    return call.task("VirtualMachine.destroy", body)


@answers(vim.VirtualMachine, "MarkAsTemplate")
def _mark_template(call: Call) -> None:
    machine = call.machine()
    if machine.template:
        raise not_supported("It is a template already.")
    if machine.power == "on":
        raise invalid_power_state("poweredOff", power_state(machine))
    machine.template = True
    call.world.touch(machine)


@answers(vim.VirtualMachine, "MarkAsVirtualMachine")
def _mark_machine(call: Call) -> None:
    machine = call.machine()
    call.exists(call.argument("pool"))
    host = call.exists(call.argument("host"))
    if not machine.template:
        raise invalid_state("It is a virtual machine already.")
    if host is not None:
        require_sight(call.world, machine, moid(host))
        machine.host = moid(host)
    machine.template = False
    call.world.touch(machine)
