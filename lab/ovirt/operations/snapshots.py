"""Taking and removing snapshots; each is locked until its job is done."""

import asyncio

from lab.ovirt import events
from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.faults import conflict, missing
from lab.ovirt.ids import disk_id, snapshot_id
from lab.ovirt.requests import COMPLETE, Answer, Request, is_true, only, refuse_busy, required
from lab.ovirt.snapshot_view import snapshots
from lab.world import snapshots as layers
from lab.world.model import Machine, Snapshot

_SECONDS = 3.0


async def add(asked: Request) -> Answer:
    """Disks are frozen at once; the memory of a running machine only when it is asked for (the default)."""
    machine = asked.machine()
    only(asked.body, ("description", "persist_memorystate"), "snapshot")
    description = required(asked.body, "description", "Snapshot")
    memory = is_true(asked.body.get("persist_memorystate", "true")) and machine.power == "on"
    taken = take(asked.engine, machine, description, asked.user, memory=memory)
    await asyncio.sleep(0)
    return "snapshot", _shown(asked.engine, machine, taken)


def take(engine: Engine, machine: Machine, description: str, user: str, *, memory: bool = False) -> Snapshot:
    """Freeze the disks now; the snapshot is locked until its job is done. Raises Refused (409)."""
    refuse_busy(engine, machine, "create", "Snapshot")
    taken = layers.take(engine.lab.world, machine, description, memory=memory)
    what = f"Creating VM Snapshot {description} for VM {machine.name}"
    engine.launch(what, user, _take(engine, machine, taken, user))
    return taken


async def _take(engine: Engine, machine: Machine, taken: Snapshot, user: str) -> None:
    engine.events.note(events.SNAPSHOT_ADDING, machine, user=user, item=taken.name)
    await _locked(engine, machine, taken, "snapshot")
    engine.events.note(events.SNAPSHOT_ADDED, machine, item=taken.name)


async def _locked(engine: Engine, machine: Machine, snapshot: Snapshot, what: str) -> None:
    """Snapshot, disks and, for further jobs, the machine are locked; its status stays as it is."""
    ids = [machine.id, snapshot_id(machine, snapshot), *map(disk_id, machine.disks)]
    with engine.locking(*ids):
        await engine.lab.clock.work(_SECONDS, owner=machine.id, what=what)


async def remove(asked: Request) -> Answer:
    """Its layer is merged into what stands on it."""
    machine, id_ = asked.machine(), asked.ids[1]
    found = next((each for each in machine.snapshots if snapshot_id(machine, each) == id_), None)
    if found is None:
        if any(doc["@id"] == id_ for doc in snapshots(asked.engine, machine)):
            raise conflict("remove", "Snapshot", ". The operation is only allowed for regular snapshots.")
        raise missing()
    drop(asked.engine, machine, found, asked.user)
    await asyncio.sleep(0)
    return COMPLETE


def drop(engine: Engine, machine: Machine, snapshot: Snapshot, user: str) -> None:
    """Begin to remove a snapshot; raises Refused (409)."""
    refuse_busy(engine, machine, "remove", "Snapshot")
    what = f"Removing Snapshot {snapshot.name} of VM {machine.name}"
    engine.launch(what, user, _remove(engine, machine, snapshot, user))


async def _remove(engine: Engine, machine: Machine, snapshot: Snapshot, user: str) -> None:
    engine.events.note(events.SNAPSHOT_REMOVING, machine, user=user, item=snapshot.name)
    await _locked(engine, machine, snapshot, "remove snapshot")
    layers.remove(engine.lab.world, machine, snapshot)
    engine.events.note(events.SNAPSHOT_REMOVED, machine, item=snapshot.name)


def _shown(engine: Engine, machine: Machine, snapshot: Snapshot) -> Doc:
    wanted = snapshot_id(machine, snapshot)
    return next(doc for doc in snapshots(engine, machine) if doc["@id"] == wanted)
