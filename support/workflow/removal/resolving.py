"""Which journalled things are really there and really the run's, before anything is removed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from support.domain.journal import OpenThing, Realm
from support.domain.names import MachineName, ObjectRef, RunId
from support.workflow.clone import MACHINE, TASK
from support.workflow.owning import labels_of, ref_of
from support.workflow.plan import TARGET_NAMESPACE
from support.workflow.ports_in_use import Ports
from support.workflow.tokens import TOKEN


def namespaces_of(things: Iterable[OpenThing]) -> list[str]:
    """Every namespace the things live or worked in, "" for cluster-scoped ones."""
    places = {""}
    for thing in things:
        if thing.thing.realm is Realm.CLUSTER:
            places.add(thing.thing.namespace)
            places.add(thing.details.get(TARGET_NAMESPACE, ""))
            if thing.thing.kind == "Namespace":
                places.add(thing.thing.name)
    return sorted(places)


def resolve(ports: Ports, run: RunId, things: Sequence[OpenThing]) -> list[OpenThing]:
    """Things with their uid; what is gone, or is somebody else's, is written off in the journal.

    A result that was never written is looked up by exact name, and counts as the run's only with the run's label or
    inside a namespace the run made.
    """
    lost = [thing for thing in things if not thing.uid and not thing.shared and thing.thing.realm is Realm.CLUSTER]
    ours = _labelled(ports, run, lost) if lost else set()
    own_namespaces = _made_namespaces(things, ours)
    found = [_cluster_thing(ports, thing, ours, own_namespaces) for thing in things if _on_cluster(thing)]
    return [thing for thing in found if thing is not None] + [thing for thing in things if not _on_cluster(thing)]


def _on_cluster(thing: OpenThing) -> bool:
    return thing.thing.realm is Realm.CLUSTER and thing.thing.kind != TOKEN and not thing.shared


def _labelled(ports: Ports, run: RunId, lost: Sequence[OpenThing]) -> set[tuple[ObjectRef, str]]:
    return set(ports.cluster.objects.labelled(labels_of(run), namespaces_of(lost)))


def _made_namespaces(things: Sequence[OpenThing], ours: set[tuple[ObjectRef, str]]) -> set[str]:
    labelled = {ref.name for ref, _uid in ours if ref.kind == "Namespace"}
    return {t.thing.name for t in things if t.thing.kind == "Namespace" and (t.uid or t.thing.name in labelled)}


def _cluster_thing(
    ports: Ports, thing: OpenThing, ours: set[tuple[ObjectRef, str]], own_namespaces: set[str]
) -> OpenThing | None:
    ref = ref_of(thing.thing)
    uid = ports.cluster.objects.uid_of(ref)
    if thing.uid:
        is_ours = uid == thing.uid
    else:
        is_ours = uid is not None and ((ref, uid) in ours or ref.namespace in own_namespaces)
    if not is_ours or uid is None:
        ports.journal.gone(thing.key)
        return None
    return replace(thing, uid=uid)


def settle_clones(ports: Ports, run: RunId, things: Sequence[OpenThing]) -> list[OpenThing]:
    """Source machines with their id; clone tasks that may still run are ended first, look-alikes are left alone.

    Raises SourceError, WaitTimeout.
    """
    machines = [thing for thing in things if thing.thing.kind == MACHINE and thing.thing.realm is Realm.SOURCE]
    settled = [_settled(ports, run, thing) for thing in machines]
    return [thing for thing in settled if thing is not None]


def _settled(ports: Ports, run: RunId, thing: OpenThing) -> OpenThing | None:
    clones = ports.source.clones
    if thing.uid or clones is None:
        return thing
    name = thing.thing.name
    task = thing.details.get(TASK, "")
    found = clones.settle_clone(task, MachineName(name), ports.budgets.source_task)
    # Name alone proves nothing: the machine must carry the run id in its notes, too.
    if found is None or not any(machine == found for machine, _name in clones.machines_of(run)):
        ports.journal.gone(thing.key)
        return None
    return replace(thing, uid=found)
