"""Snapshots of a warm migration at the engine: taken one by one, and all of them removed when the run has ended."""

from contextlib import suppress

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.plan_view import PlanView
from lab.mtv.provider_secrets import value
from lab.mtv.references import resolve
from lab.mtv.toolkit import Toolkit
from lab.mtv.vm_run import VmRun
from lab.ovirt.engine import engine_of
from lab.ovirt.faults import Refused
from lab.ovirt.ids import disk_snapshot_id, snapshot_id
from lab.ovirt.operations.snapshots import drop
from lab.world.model import Disk, Machine, Snapshot

_RETRY_SECONDS = 10.0
_USER = "admin@internal"


def user_of(run: VmRun) -> str:
    """Who MTV is at the engine."""
    provider = run.view.pair.source or {"spec": {}}
    return value(resolve(run.lab, "Secret", provider["spec"].get("secret")), "user")


def taken(machine: Machine, id_: str) -> Snapshot | None:
    """A snapshot by the engine's id, as a precopy remembers it."""
    return next((each for each in machine.snapshots if snapshot_id(machine, each) == id_), None)


def checkpoint(run: VmRun, disk: Disk) -> dict[str, str]:
    """From the last snapshot but one to the last, by the ids that they gave to the disk."""
    known = [precopy["snapshot"] for precopy in run.status["warm"]["precopies"]]
    previous = _of_disk(run, disk, known[-2]) if len(known) > 1 else ""
    return {"previous": previous, "current": _of_disk(run, disk, known[-1])}


def _of_disk(run: VmRun, disk: Disk, id_: str) -> str:
    """Raises LookupError for a snapshot that somebody has removed meanwhile."""
    found = taken(run.source, id_) if run.source is not None else None
    if found is None:
        raise LookupError("Could not find disk snapshot.")
    return disk_snapshot_id(found, disk)


def forget_precopies(view: PlanView, statuses: list[Object]) -> None:
    """In the background, for all machines of a run side by side, however it ended; nobody waits for it."""
    toolkit = view.toolkit
    for status in statuses:
        machine = toolkit.lab.world.ovirt.machines.get(str(status["id"]))
        ids = [precopy["snapshot"] for precopy in (status.get("warm") or {}).get("precopies") or []]
        if machine is not None and ids:
            toolkit.start(_forget(toolkit, machine, ids))


async def _forget(toolkit: Toolkit, machine: Machine, ids: list[str]) -> None:
    """Oldest first; one that the engine is busy with is tried again."""
    lab = toolkit.lab
    for id_ in ids[1:] if chosen(lab, Fault.ENGINE_SNAPSHOT_STAYS) else ids:
        while (snapshot := taken(machine, id_)) is not None and machine.id in lab.world.ovirt.machines:
            with suppress(Refused):  # tried again, like one whose removal is under way
                drop(engine_of(lab), machine, snapshot, _USER)
            await lab.clock.work(_RETRY_SECONDS, owner=machine.id, what="remove precopy snapshot")
