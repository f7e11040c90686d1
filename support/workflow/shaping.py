"""Clones that differ from their source: looked at before they are made, and completed after."""

from collections.abc import Sequence
from dataclasses import replace

from support.domain.errors import SuiteError
from support.domain.journal import Realm, Thing
from support.domain.machine import Power
from support.domain.shaping import ExtraDisk, StoreFolder
from support.ports.source import ShapesClones
from support.workflow.move import MachineOrder, MoveOrder, Standin
from support.workflow.ports_in_use import Ports

FOLDER = "DatastoreFolder"
"""Kind of a folder on the source in the journal."""
DATASTORE, CLONE = "datastore", "clone"
"""What its details say: the datastore's id, and the machine it was made for."""


def must_fit(ports: Ports, orders: Sequence[MachineOrder]) -> None:
    """Nothing is begun that the source has no room or place for.

    Raises SourceError with all that is wrong, SuiteError where clones of this source cannot be shaped.
    """
    shaped = [order for order in orders if not order.request.shape.as_source]
    for order in shaped:
        _must_run(order)
    if shaped:
        shapes = shapes_of(ports)
        with ports.tells.step("the source has room for the clones"):
            shapes.must_fit([(order.origin, order.request.shape) for order in orders])


def _must_run(order: MachineOrder) -> None:
    if order.request.shape.snapshots and order.request.power is not Power.ON:
        raise SuiteError(
            f"{order.request.role} machine: snapshots are taken while it runs, expected a Given that asks for a "
            f"running machine"
        )


def shapes_of(ports: Ports) -> ShapesClones:
    """Raises SuiteError where the source has nothing of the kind."""
    if ports.source.shapes is None:
        raise SuiteError("this source cannot shape its clones, expected a scenario that takes machines as they are")
    return ports.source.shapes


def may_leave(order: MoveOrder, machine: MachineOrder) -> bool:
    """Whether files may be left beside a machine's disks: by an array that copies, or by a disk that was added."""
    return order.offload is not None or not machine.request.shape.as_source


def complete(ports: Ports, standin: Standin, scope: str) -> None:
    """Look at a finished clone, and give it its extra disks. Raises SourceError, WaitTimeout."""
    shape = standin.order.request.shape
    if not shape.as_source:
        shapes_of(ports).must_match(standin.platform_id, shape)
    _add_disks(ports, standin, scope)


def _add_disks(ports: Ports, standin: Standin, scope: str) -> None:
    """Folders of their own are journalled before they are made."""
    disks, platform_id, clone = standin.order.request.shape.disks, standin.platform_id, standin.name
    if not disks:
        return
    shapes = shapes_of(ports)
    with ports.tells.step(f"add {len(disks)} disks to {clone}"):
        home = ports.source.platform.describe(platform_id).disks[0].store.id
        wanted = [_foldered(disk, home, clone) for disk in disks]
        for folder in sorted({_folder_of(each) for each in wanted if each.folder}, key=str):
            _own_folder(ports, shapes, folder, clone, scope)
        shapes.add_disks(platform_id, wanted, ports.budgets.source_task)


def _foldered(disk: ExtraDisk, home: str, clone: str) -> ExtraDisk:
    """A folder of the clone's own, so that it can be removed whole; a shared one might be somebody else's."""
    if not disk.folder:
        return disk
    return replace(disk, datastore_id=disk.datastore_id or home, folder=f"{clone}-{disk.folder}")


def _folder_of(disk: ExtraDisk) -> StoreFolder:
    return StoreFolder(datastore_id=disk.datastore_id or "", name=disk.folder)


def _own_folder(ports: Ports, shapes: ShapesClones, folder: StoreFolder, clone: str, scope: str) -> None:
    details = {DATASTORE: folder.datastore_id, CLONE: clone}
    thing = Thing(realm=Realm.SOURCE, kind=FOLDER, name=folder.name, scope=scope, details=details)
    key = ports.journal.intent(thing)
    shapes.make_folder(folder)
    ports.journal.created(key, f"{folder.datastore_id}/{folder.name}")


def take_snapshots(ports: Ports, standin: Standin) -> None:
    """Of a machine that runs; what is recorded afterwards has them. Raises SourceError, WaitTimeout."""
    count, platform_id, name = standin.order.request.shape.snapshots, standin.platform_id, standin.name
    if not count:
        return
    shapes = shapes_of(ports)
    with ports.tells.step(f"take {count} snapshots of {name}"):
        for number in range(1, count + 1):
            shapes.take_snapshot(platform_id, f"{name}-snapshot-{number}", ports.budgets.source_task)
