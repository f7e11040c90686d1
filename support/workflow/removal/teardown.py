"""Removing what a scenario or a run made, in the order in which nothing holds another back, and looking afterwards."""

from collections.abc import Sequence
from functools import partial

from support.domain.journal import OpenThing, Realm, Record
from support.domain.leftover import Leftover
from support.domain.names import REMOTE, ObjectRef, RunId
from support.workflow.clone import LEAVES, MACHINE
from support.workflow.host_keys import look_for_keys
from support.workflow.journalling import has_begun, open_things
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports
from support.workflow.remote import must_join
from support.workflow.removal.ending import end_plans, made_for
from support.workflow.removal.looking import look_around, look_for, places_of
from support.workflow.removal.removing import Sweep
from support.workflow.removal.resolving import resolve, settle_clones
from support.workflow.removal.store_folders import look_for_folders, remove_folders, remove_strays
from support.workflow.sharing import release
from support.workflow.tokens import TOKEN, revoke_tokens

_LATE = (("Provider",), ("Secret", "NetworkAttachmentDefinition"))
"""In this order, each gone before the next: a Provider's controller still reads its Secret."""


def end_scenario(ports: Ports, run: RunId, scope: str, records: Sequence[Record] = ()) -> list[Leftover]:
    """Remove what one scenario made; returns what is left over. Nothing to remove is no error.

    `records`: where another process ran it, else this process's own.
    """
    records = records or ports.journal.records()
    things = [thing for thing in open_things(records) if thing.thing.scope == scope]
    if not things:
        return []
    sweep = clear(ports, run, things, "the scenario")
    made = [r.thing for r in records if r.thing is not None and r.thing.scope == scope]
    look_for(sweep, run, made)
    look_for_folders(sweep, made)
    return sweep.leftovers


def end_run(ports: Ports, run: RunId, records: Sequence[Record] = ()) -> list[Leftover]:
    """Remove all that is still there, session and unfinished scenarios, then look without the journal.

    `records`: those of the run's other processes among them, all of which have ended; else this process's own.
    """
    own = ports.journal.records()
    if not has_begun(own):
        return []
    known = records or own
    sweep = clear(ports, run, open_things(known), "the session")
    mine = {record.key for record in own}
    revoke_tokens(sweep, open_things([record for record in known if record.key not in mine]))
    look_around(sweep, run, places_of(known))
    made = [record.thing for record in known if record.thing is not None]
    look_for_folders(sweep, made)
    look_for_keys(sweep, made)
    ports.journal.closed()
    return sweep.leftovers


def clear(ports: Ports, run: RunId, things: Sequence[OpenThing], maker: str = "the run") -> Sweep:
    """Remove things of a run; everything that can be removed is, whatever goes wrong with the rest.

    `maker`: who made them, for people.
    """
    sweep = Sweep(ports)
    if any(thing.thing.cluster == REMOTE for thing in things):
        sweep.ask(lambda: [must_join(ports)], ObjectRef("Cluster", REMOTE))
    with ports.tells.step(f"remove what {maker} made"):
        found = _resolved(sweep, run, things)
        end_plans(sweep, found)
        _remove_objects(sweep, found)
        _give_back(sweep, run, things)
        _delete_machines(sweep, run, things)
        remove_folders(sweep, things)
        for ref, uid in made_for(sweep, found):
            sweep.keep(ref, uid, "MTV made it for this run and it is still there")
    return sweep


def _resolved(sweep: Sweep, run: RunId, things: Sequence[OpenThing]) -> list[OpenThing]:
    """One by one, so that a question the cluster refuses to answer leaves the others answered."""
    # A lost create is told by label or by the run's own namespace, hence the Namespaces go along.
    namespaces = [thing for thing in things if thing.thing.kind == "Namespace"]
    found: list[OpenThing] = []
    for thing in things:
        if thing.thing.realm is not Realm.CLUSTER or thing.shared or thing.thing.kind == TOKEN:
            continue
        context = [thing] if thing.uid else list({each.key: each for each in (*namespaces, thing)}.values())
        about = ObjectRef(thing.thing.kind, thing.thing.name, thing.thing.namespace)
        answer = sweep.ask(partial(resolve, sweep.ports, run, context), about)
        found += [each for each in answer if each.key == thing.key]
    return found


def _remove_objects(sweep: Sweep, found: Sequence[OpenThing]) -> None:
    seconds = sweep.ports.budgets.delete
    placed = {"Plan", "Migration", "Namespace", *(kind for stage in _LATE for kind in stage)}
    sweep.remove_things([each for each in found if each.thing.kind in ("Plan", "Migration")], seconds)
    sweep.remove_things([each for each in found if each.thing.kind not in placed], seconds)
    for stage in _LATE:
        sweep.remove_things([each for each in found if each.thing.kind in stage], seconds)
    namespaces = [each for each in found if each.thing.kind == "Namespace"]
    sweep.remove_things(namespaces, sweep.ports.budgets.namespace)


def _give_back(sweep: Sweep, run: RunId, things: Sequence[OpenThing]) -> None:
    for thing in things:
        if thing.shared:
            _release(sweep, run, thing)


def _release(sweep: Sweep, run: RunId, thing: OpenThing) -> None:
    about = ObjectRef(thing.thing.kind, thing.thing.name, thing.thing.namespace)
    sweep.attempt(lambda: release(sweep.ports, run, thing), about, thing.thing.realm)


def _delete_machines(sweep: Sweep, run: RunId, things: Sequence[OpenThing]) -> None:
    """Source clones go last: a canceled migration switches its source on again (forklift.md 2.8).

    Clones that may still be under way are settled before any is deleted.
    """
    machines = [each for each in things if each.thing.realm is Realm.SOURCE and each.thing.kind == MACHINE]
    settled = side_by_side(lambda thing: _settled(sweep, run, thing), machines)
    side_by_side(lambda thing: _delete_machine(sweep, thing), [each for some in settled for each in some])


def _settled(sweep: Sweep, run: RunId, thing: OpenThing) -> list[OpenThing]:
    about = ObjectRef(MACHINE, thing.thing.name)
    return sweep.ask(lambda: settle_clones(sweep.ports, run, [thing]), about, Realm.SOURCE)


def _delete_machine(sweep: Sweep, thing: OpenThing) -> None:
    ports, clones = sweep.ports, sweep.ports.source.clones
    if clones is None:
        return

    if thing.details.get(LEAVES):
        remove_strays(sweep, thing)

    def delete() -> None:
        clones.delete(thing.uid, ports.budgets.source_task)
        ports.journal.gone(thing.key)

    sweep.attempt(delete, ObjectRef(MACHINE, thing.thing.name), Realm.SOURCE)
