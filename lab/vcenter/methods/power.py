"""Power operations and the guest's own shutdown."""

import asyncio
from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import invalid_power_state, invalid_state, tools_unavailable
from lab.vcenter.machine_view import power_state
from lab.vcenter.sdk import moid, vim
from lab.vcenter.seating import require_sight
from lab.vcenter.tasks import Job
from lab.world import physics

_SHUTDOWN_SECONDS = 5.0

_shutdowns: set[asyncio.Task[None]] = set()


@answers(vim.VirtualMachine, "PowerOnVM_Task")
def _power_on(call: Call) -> Any:
    machine, host = call.machine(), call.exists(call.argument("host"))

    async def body(job: Job) -> None:
        if machine.template:
            raise invalid_state("A template cannot be powered on.")
        if machine.power == "on":
            raise invalid_power_state("poweredOn", "poweredOn")
        if host is not None:
            require_sight(call.world, machine, moid(host))
        await job.work(1.0, "power on")
        if host is not None:
            machine.host = moid(host)
        physics.power_on(call.vcenter.lab, machine)

    return call.task("VirtualMachine.powerOn", body)


@answers(vim.VirtualMachine, "PowerOffVM_Task")
def _power_off(call: Call) -> Any:
    machine = call.machine()

    async def body(job: Job) -> None:
        if machine.power == "off":
            raise invalid_power_state("poweredOff", "poweredOff")
        await job.work(0.5, "power off")
        physics.power_off(call.vcenter.lab, machine)

    return call.task("VirtualMachine.powerOff", body)


@answers(vim.VirtualMachine, "ResetVM_Task")
def _reset(call: Call) -> Any:
    machine = call.machine()

    async def body(job: Job) -> None:
        if machine.power == "off":
            raise invalid_power_state("poweredOn", "poweredOff")
        await job.work(0.5, "reset")
        physics.power_off(call.vcenter.lab, machine)
        physics.power_on(call.vcenter.lab, machine)

    return call.task("VirtualMachine.reset", body)


@answers(vim.VirtualMachine, "ShutdownGuest")
def _shutdown(call: Call) -> None:
    """Answers at once; the machine is off some seconds later."""
    machine = call.machine()
    if machine.power == "off":
        raise invalid_power_state("poweredOff", power_state(machine))
    if not machine.guest_up:
        raise tools_unavailable()

    async def shut_down() -> None:
        await call.vcenter.lab.clock.work(_SHUTDOWN_SECONDS, owner=machine.id, what="guest shutdown")
        physics.shut_down(call.vcenter.lab, machine)

    running = asyncio.get_running_loop().create_task(shut_down())
    _shutdowns.add(running)
    running.add_done_callback(_shutdowns.discard)
