"""Snapshots; each machine has one more that stands for what it is now."""

from datetime import datetime

from lab.ovirt.documents import Doc, entity, reference
from lab.ovirt.engine import Engine
from lab.ovirt.ids import active_snapshot_id, snapshot_id
from lab.world.model import Machine, Snapshot


def stamp(moment: datetime) -> str:
    """A moment as the engine writes it."""
    return moment.isoformat(timespec="milliseconds")


def snapshots(engine: Engine, machine: Machine) -> list[Doc]:
    path = ("vms", machine.id, "snapshots")
    active = entity(
        (*path, active_snapshot_id(machine)),
        description="Active VM",
        date=stamp(engine.started),
        persist_memorystate=False,
        snapshot_status="ok",
        snapshot_type="active",
        vm=reference("vms", machine.id),
    )
    return [active, *(_snapshot(engine, machine, snapshot, path) for snapshot in machine.snapshots)]


def _snapshot(engine: Engine, machine: Machine, snapshot: Snapshot, path: tuple[str, ...]) -> Doc:
    id_ = snapshot_id(machine, snapshot)
    return entity(
        (*path, id_),
        description=snapshot.name,
        date=stamp(datetime.fromisoformat(snapshot.created)),
        persist_memorystate=snapshot.power == "on",
        snapshot_status="locked" if id_ in engine.locked else "ok",
        snapshot_type="regular",
        vm=reference("vms", machine.id),
    )
