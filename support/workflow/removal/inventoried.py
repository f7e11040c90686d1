"""Removing what a list of names says a run made: nothing is believed but what carries the run's id."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from support.domain.journal import OpenThing, Realm
from support.domain.leftover import Leftover
from support.domain.names import ObjectRef, RunId
from support.workflow.owning import cluster_thing, labels_of
from support.workflow.plan import MACHINES, PLAN, TARGET_NAMESPACE
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.removal.looking import look_around
from support.workflow.removal.removing import Sweep
from support.workflow.removal.teardown import clear
from support.workflow.tokens import log_in

_UNPROVEN = "it carries neither the run's label nor a name that begins with the run's id; remove it by hand if it is"
_BY_HAND = "not looked at: names alone do not prove whose it is; remove it by hand if it is still there"


def finish_inventoried(
    ports: Ports, run: RunId, listed: Sequence[ObjectRef], on_source: Sequence[ObjectRef]
) -> list[Leftover]:
    """Remove the listed objects that are the run's; returns all others that are still there. Raises login errors.

    The source is neither asked nor touched: what lies there is told of.
    """
    log_in(ports)
    looking = Sweep(ports)
    things = [thing for ref in listed if (thing := _ours(looking, run, ref)) is not None]
    sweep = clear(ports, run, things)
    places = sorted({"", *(ref.namespace for ref in listed)})
    look_around(sweep, run, places, source=False)
    _look_for_names(sweep, run, [place for place in places if place])
    for ref in on_source:
        sweep.keep(ref, "", _BY_HAND, Realm.SOURCE)
    return [*looking.leftovers, *sweep.leftovers]


def _ours(looking: Sweep, run: RunId, ref: ObjectRef) -> OpenThing | None:
    """The object with its uid; None when it is gone, and when it may be somebody else's, which is remembered."""
    objects = looking.ports.cluster.objects
    uid = next(iter(looking.ask(lambda: [objects.uid_of(ref)], ref)), None)
    if uid is None:
        return None
    labelled = partial(objects.labelled, labels_of(run), [ref.namespace])
    if not _named_after(run, ref) and (ref, uid) not in looking.ask(labelled, ref):
        looking.keep(ref, uid, _UNPROVEN)
        return None
    details = next(iter(looking.ask(lambda: [_details(looking.ports, ref)], ref)), {})
    thing = cluster_thing(ref, "", details)
    return OpenThing(key=looking.ports.journal.intent(thing), thing=thing, uid=uid, details=details)


def _named_after(run: RunId, ref: ObjectRef) -> bool:
    """A longer word that begins alike is somebody else's."""
    return f"{ref.name}-".startswith(f"{run}-")


def _details(ports: Ports, ref: ObjectRef) -> Mapping[str, str]:
    """What ending a plan needs to know, read from the cluster since the list does not say it."""
    plans = ports.cluster.plans
    plan = plans.plan_of(ref) if ref.kind == "Migration" else ref if ref.kind == "Plan" else None
    if plan is None:
        return {}
    found = {PLAN: plan.name, TARGET_NAMESPACE: plans.target_namespace_of(plan)}
    if ref.kind == "Plan" or ports.cluster.objects.uid_of(plan) is None:
        return found
    state = Wait(ports, str(plan), "readable").within("map", plans.follow_plan(plan), lambda state: state)
    return {**found, MACHINES: ",".join(machine.id for machine in state.machines)}


def _look_for_names(sweep: Sweep, run: RunId, namespaces: Iterable[str]) -> None:
    for namespace in namespaces:
        look = partial(sweep.ports.cluster.objects.contents, namespace)
        for ref, uid in sweep.ask(look, ObjectRef("Namespace", namespace)):
            if _named_after(run, ref):
                sweep.keep(ref, uid, "its name begins with the run's id and it is still there")
