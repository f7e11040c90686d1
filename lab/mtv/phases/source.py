"""Phases on the source: remember its power, switch it off, wait until it is off."""

from lab.mtv.itineraries import step_of
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.vm_run import VmRun
from lab.world import physics
from lab.world.model import Machine

_SHUTDOWN_SECONDS = 5.0


@handles("Started")
def started(run: VmRun) -> str | None:
    return onward(run)


@handles("StorePowerState")
def store_power_state(run: VmRun) -> str | None:
    """Read at the source itself; a canceled machine gets its power back by it (facts/forklift.md 2.8)."""
    source = run.source
    if source is None:
        run.fail(step_of(run.vm, "StorePowerState"), "VM not found")
        return None
    run.status["restorePowerState"] = "On" if source.power == "on" else "Off"
    return onward(run)


@handles("StorePowerState", source="ova")
def store_nothing(run: VmRun) -> str | None:
    """A file has no power; its machine stays off unless the Plan says otherwise."""
    return onward(run)


@handles("PowerOffSource")
def power_off_source(run: VmRun) -> str | None:
    source = run.source
    if source is not None and source.power == "on":
        run.toolkit.start(_shut_down(run, source))
    return onward(run)


async def _shut_down(run: VmRun, machine: Machine) -> None:
    """The guest shuts down if its tools run, else the plug is pulled."""
    if not machine.guest_up:
        physics.power_off(run.lab, machine)
        return
    await run.lab.clock.work(_SHUTDOWN_SECONDS, owner=run.id, what="guest shutdown")
    physics.shut_down(run.lab, machine)


@handles("WaitForPowerOff")
def wait_for_power_off(run: VmRun) -> str | None:
    source = run.source
    return onward(run) if source is None or source.power == "off" else None
