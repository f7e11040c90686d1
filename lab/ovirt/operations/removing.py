"""Removing a machine with its disks."""

from lab.ovirt import events
from lab.ovirt.engine import Engine
from lab.ovirt.faults import conflict, not_implemented
from lab.ovirt.ids import disk_id
from lab.ovirt.machine_view import status
from lab.ovirt.requests import COMPLETE, Answer, Request, refuse_busy
from lab.world.model import Machine

_SECONDS = 1.0


async def remove(asked: Request) -> Answer:
    """It is locked until it is gone."""
    machine = asked.machine()
    if asked.flag("detach_only", default=False):
        raise not_implemented("disks without a machine: remove with detach_only")
    refuse_busy(asked.engine, machine, "remove", "VM")
    if status(asked.engine, machine) != "down":
        raise conflict("remove", "VM", ". VM is running.")
    work = _remove(asked.engine, machine, asked.user)
    await asked.engine.begin(f"Removing VM {machine.name} from system", asked.user, work)
    return COMPLETE


async def _remove(engine: Engine, machine: Machine, user: str) -> None:
    ids = [disk_id(disk) for disk in machine.disks]
    with engine.passing_through(machine, "image_locked"), engine.locking(*ids):
        await engine.lab.clock.work(_SECONDS, owner=machine.id, what="remove")
        engine.estate.machines.pop(machine.id, None)
    engine.events.note(events.VM_REMOVED, machine, user=user)
