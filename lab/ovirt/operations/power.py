"""Start, stop and shutdown: answered at once, done some seconds later."""

import asyncio

from lab.ovirt import events
from lab.ovirt.engine import Engine
from lab.ovirt.faults import conflict
from lab.ovirt.machine_view import status
from lab.ovirt.requests import COMPLETE, Answer, Request, only, refuse_busy
from lab.world import physics
from lab.world.model import Machine

_LAUNCH_SECONDS, _STOP_SECONDS, _SHUTDOWN_SECONDS = 2.0, 1.0, 5.0
_GENTLE = "User shut down from within the guest"
_HARD = "Admin shut down from the engine"


async def start(asked: Request) -> Answer:
    """Waits for launch, powers up, is up once its guest has booted."""
    machine = asked.machine()
    only(asked.body, ("async",), "action")
    refuse_busy(asked.engine, machine, "run", "VM")
    if status(asked.engine, machine) != "down":
        raise conflict("run", "VM", ". VM is running.")
    if not machine.disks:
        why = "without at least one bootable disk."
        raise conflict("run", "VM", f" {why}")
    await asked.engine.begin(f"Launching VM {machine.name}", asked.user, _launch(asked.engine, machine, asked.user))
    return COMPLETE


async def _launch(engine: Engine, machine: Machine, user: str) -> None:
    engine.events.note(events.VM_STARTED, machine, user=user, host=engine.host_name(machine))
    with engine.passing_through(machine, "wait_for_launch"):
        await engine.lab.clock.work(_LAUNCH_SECONDS, owner=machine.id, what="power on")
        physics.power_on(engine.lab, machine)


async def stop(asked: Request) -> Answer:
    """The plug is pulled; what the guest has not synced is lost."""
    machine = asked.machine()
    only(asked.body, ("async",), "action")
    _refuse_not_running(asked.engine, machine, "stop")
    _stop(asked.engine, machine, asked.user)
    await asyncio.sleep(0)
    return COMPLETE


def _stop(engine: Engine, machine: Machine, user: str) -> None:
    engine.launch(f"Stopping VM {machine.name}", user, _pull_plug(engine, machine, user))


async def _pull_plug(engine: Engine, machine: Machine, user: str) -> None:
    engine.events.note(events.VM_STOPPED, machine, user=user, host=engine.host_name(machine))
    await _power_down(engine, machine, _STOP_SECONDS)
    engine.exits[machine.id] = _HARD
    physics.power_off(engine.lab, machine)


async def shut_down(asked: Request) -> Answer:
    machine = asked.machine()
    only(asked.body, ("async",), "action")
    end_guest(asked.engine, machine, asked.user)
    await asyncio.sleep(0)
    return COMPLETE


def end_guest(engine: Engine, machine: Machine, user: str) -> None:
    """Ask the guest to end; one that is not up yet is stopped instead, as the engine does. Raises Refused (409)."""
    _refuse_not_running(engine, machine, "shutdown")
    if status(engine, machine) != "up" or not machine.guest_up:
        _stop(engine, machine, user)
        return
    engine.launch(f"Shutting down VM {machine.name}", user, _end_guest(engine, machine, user))


async def _end_guest(engine: Engine, machine: Machine, user: str) -> None:
    engine.events.note(events.SHUTDOWN_BEGUN, machine, user=user, host=engine.host_name(machine))
    await _power_down(engine, machine, _SHUTDOWN_SECONDS)
    engine.exits[machine.id] = _GENTLE
    physics.shut_down(engine.lab, machine)


async def _power_down(engine: Engine, machine: Machine, seconds: float) -> None:
    with engine.passing_through(machine, "powering_down"):
        await engine.lab.clock.work(seconds, owner=machine.id, what="power off")


def _refuse_not_running(engine: Engine, machine: Machine, action: str) -> None:
    refuse_busy(engine, machine, action, "VM")
    if status(engine, machine) == "down":
        raise conflict(action, "VM", ". VM is not running.")
