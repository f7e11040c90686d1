"""Looking afterwards for what should be gone: by discovery and labels, never by what the deleting believes."""

from collections.abc import Iterable, Sequence
from functools import partial

from support.domain.journal import Realm, Record, Thing
from support.domain.names import ObjectRef, RunId
from support.workflow.clone import MACHINE
from support.workflow.marking import NODE, key_begins, keys_of, still_marked
from support.workflow.owning import labels_of, ref_of
from support.workflow.plan import TARGET_NAMESPACE
from support.workflow.removal.removing import Found, Sweep


def places_of(records: Iterable[Record]) -> list[str]:
    """Every namespace that records speak of, those that were there before included, and "" for what lies in none."""
    things = [record.thing for record in records if record.thing is not None]
    return sorted({"", *(thing.namespace for thing in things), *(_target(thing) for thing in things)})


def _target(thing: Thing) -> str:
    return thing.details.get(TARGET_NAMESPACE, "")


def look_around(sweep: Sweep, run: RunId, namespaces: Sequence[str], source: bool = True) -> None:
    """Remember as left over whatever carries the run's label or, on the source, its id: the journal is not asked.

    A namespace of the run that is still there is looked into as well: what lies in it may be what keeps it.
    Without `source` that side, to which nobody may have logged in, is left out.
    """
    for ref, uid in _labelled(sweep, run, namespaces):
        sweep.keep(ref, uid, "carries the run's label and is still there")
    for left in [each for each in sweep.leftovers if each.kind == "Namespace"]:
        _look_into(sweep, left.name)
    _look_at_nodes(sweep, [key_begins(run)])
    for machine, name in _machines_of(sweep, run) if source else []:
        sweep.keep(ObjectRef(MACHINE, name), machine, "carries the run's id and is still there", Realm.SOURCE)


def look_for(sweep: Sweep, run: RunId, things: Sequence[Thing]) -> None:
    """Remember as left over what is there under a scenario's names, whatever its removal seemed to have achieved.

    The session's things, and those of scenarios beside this one, carry the same label and live in the same places.
    """
    here = {ref_of(thing) for thing in things if thing.realm is Realm.CLUSTER}
    places = sorted({ref.namespace for ref in here} | {place for place in map(_target, things) if place})
    for ref, uid in _labelled(sweep, run, places):
        if ref in here:
            sweep.keep(ref, uid, "carries the run's label and is still there after its scenario")
    for left in [each for each in sweep.leftovers if each.kind == "Namespace"]:
        _look_into(sweep, left.name)
    _look_at_nodes(sweep, keys_of(things))
    names = {thing.name for thing in things if thing.realm is Realm.SOURCE}
    for machine, name in _machines_of(sweep, run) if names else []:
        if name in names:
            why = "carries the run's id and is still there after its scenario"
            sweep.keep(ObjectRef(MACHINE, name), machine, why, Realm.SOURCE)


def _look_at_nodes(sweep: Sweep, beginnings: Sequence[str]) -> None:
    for ref, uid in (
        sweep.ask(lambda: still_marked(sweep.ports, beginnings), ObjectRef(NODE, "*")) if beginnings else ()
    ):
        sweep.keep(ref, uid, "still carries a label of the run")


def _labelled(sweep: Sweep, run: RunId, namespaces: Sequence[str]) -> list[Found]:
    look = partial(sweep.ports.cluster.objects.labelled, labels_of(run), namespaces)
    return sweep.ask(look, ObjectRef("Namespace", run))


def _look_into(sweep: Sweep, namespace: str) -> None:
    look = partial(sweep.ports.cluster.objects.contents, namespace)
    for ref, uid in sweep.ask(look, ObjectRef("Namespace", namespace)):
        sweep.keep(ref, uid, f"lies in Namespace {namespace} of the run, which is still there")


def _machines_of(sweep: Sweep, run: RunId) -> Sequence[tuple[str, str]]:
    clones = sweep.ports.source.clones
    if clones is None:
        return []
    return sweep.ask(lambda: clones.machines_of(run), ObjectRef(MACHINE, f"{run}-*"), Realm.SOURCE)
