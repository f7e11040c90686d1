"""Folders on datastores that were made for disks of clones: removed after their machine, and looked for afterwards."""

from collections.abc import Mapping, Sequence
from functools import partial

from support.domain.journal import OpenThing, Realm, Thing
from support.domain.names import ObjectRef
from support.domain.shaping import StoreFolder
from support.ports.source import ShapesClones
from support.workflow.clone import MACHINE
from support.workflow.removal.removing import Sweep
from support.workflow.shaping import CLONE, DATASTORE, FOLDER

STRAYS = "DatastoreFiles"
"""Kind of what is left in a machine's own folders, where it cannot be removed."""


def remove_folders(sweep: Sweep, things: Sequence[OpenThing]) -> None:
    """Once their machines are gone: the disks of one that is still there may lie in them."""
    shapes = sweep.ports.source.shapes
    held = {left.name for left in sweep.leftovers if left.realm is Realm.SOURCE and left.kind == MACHINE}
    for thing in things:
        if thing.thing.kind != FOLDER or shapes is None:
            continue
        about = _ref(thing.thing)
        if thing.details.get(CLONE) in held:
            sweep.keep(about, "", f"machine {thing.details[CLONE]} is still there", Realm.SOURCE)
        else:
            _remove_folder(sweep, shapes, thing, about)


def _remove_folder(sweep: Sweep, shapes: ShapesClones, thing: OpenThing, about: ObjectRef) -> None:
    def remove() -> None:
        shapes.remove_folder(_journalled(thing.thing.name, thing.details), sweep.ports.budgets.source_task)
        sweep.ports.journal.gone(thing.key)

    sweep.attempt(remove, about, Realm.SOURCE)


def remove_strays(sweep: Sweep, machine: OpenThing) -> None:
    """What was left beside a machine's disks would keep its folder there for ever; it goes before the machine does."""
    shapes = sweep.ports.source.shapes
    if shapes is not None:
        deed = partial(shapes.remove_strays, machine.uid, sweep.ports.budgets.source_task)
        sweep.attempt(deed, ObjectRef(STRAYS, machine.thing.name), Realm.SOURCE)


def look_for_folders(sweep: Sweep, things: Sequence[Thing]) -> None:
    """Remember as left over each journalled folder that is still there, whatever its removal seemed to achieve."""
    shapes = sweep.ports.source.shapes
    for thing in things if shapes is not None else ():
        if thing.kind == FOLDER and any(sweep.ask(partial(_there, sweep, thing), _ref(thing), Realm.SOURCE)):
            sweep.keep(_ref(thing), "", "it is still there after its machine", Realm.SOURCE)


def _there(sweep: Sweep, thing: Thing) -> list[bool]:
    shapes = sweep.ports.source.shapes
    folder, seconds = _journalled(thing.name, thing.details), sweep.ports.budgets.source_task
    return [shapes.has_folder(folder, seconds)] if shapes is not None else []


def _ref(thing: Thing) -> ObjectRef:
    return ObjectRef(FOLDER, thing.name)


def _journalled(name: str, details: Mapping[str, str]) -> StoreFolder:
    return StoreFolder(datastore_id=details.get(DATASTORE, ""), name=name)
