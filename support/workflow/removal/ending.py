"""Ending what MTV does for a plan, and removing what it made: machines, claims and volumes."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from support.domain.errors import SuiteError
from support.domain.journal import OpenThing
from support.domain.migration import PlanState
from support.domain.names import ObjectRef
from support.workflow.owning import ref_of
from support.workflow.parallel import side_by_side
from support.workflow.plan import MACHINES, PLAN, TARGET_NAMESPACE
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.removal.removing import Found, Sweep

_LOG = logging.getLogger("support.workflow.removal.ending")

RETAINED = "retained"
"""What volumes that stay on purpose are noted as, with the plan or migration they came from."""


def end_plans(sweep: Sweep, things: Sequence[OpenThing]) -> None:
    """Cancel, archive, then delete machines and see their claims and volumes go (design section 7)."""
    plans = {thing.thing.name: thing for thing in things if thing.thing.kind == "Plan"}
    migrations = [thing for thing in things if thing.thing.kind == "Migration"]
    side_by_side(partial(_cancel, sweep.ports, plans), migrations)
    made = [(thing, made_for(sweep, [thing])) for thing in (*migrations, *plans.values())]
    volumes, retained = _volumes(sweep, made)
    side_by_side(partial(_archive, sweep.ports), list(plans.values()))
    before = [found for _thing, those in made for found in those]
    _remove_made(sweep, list(dict.fromkeys([*before, *made_for(sweep, things)])), volumes)
    for thing, those in retained:
        _tell(sweep, thing, those)


def _cancel(ports: Ports, plans: dict[str, OpenThing], migration: OpenThing) -> None:
    """Cancel a migration that is under way; one that cannot be canceled is removed all the same."""
    plan = plans.get(migration.details.get(PLAN, ""))
    if plan is None:
        return
    ref = ref_of(plan.thing)
    feed = ports.cluster.plans.follow_plan(ref)
    try:
        now = Wait(ports, str(ref), "readable").within("map", feed, lambda state: state)
        if now.ending is None:
            machines = [each for each in migration.details.get(MACHINES, "").split(",") if each]
            ports.cluster.plans.cancel(ref_of(migration.thing), machines)
            Wait(ports, str(ref), "Canceled").within("cancel", feed, _at_rest)
    except SuiteError as error:
        _LOG.warning("%s; it is removed all the same", error)


def _at_rest(state: PlanState) -> bool | None:
    # A plan that MTV refuses never takes its Migration up, so it is never Canceled either.
    return (state.ending is not None or (bool(state.blockers) and not state.executing)) or None


def _archive(ports: Ports, plan: OpenThing) -> None:
    """Archiving is what makes MTV drop conversion pods and secrets (forklift.md 7.5)."""
    ref = ref_of(plan.thing)
    try:
        ports.cluster.plans.archive(ref)
        feed = ports.cluster.plans.follow_plan(ref)
        Wait(ports, str(ref), "Archived").within("archive", feed, lambda state: state.has("Archived") or None)
    except SuiteError as error:
        _LOG.warning("%s; it is removed all the same", error)


def made_for(sweep: Sweep, things: Sequence[OpenThing]) -> list[Found]:
    """What MTV made for these Migrations and Plans, by uid labels, then by plan name and namespace (2.12 on)."""
    asked = [(question, ref_of(thing.thing)) for thing in things for question in _questions(sweep, thing)]
    answers = side_by_side(lambda each: sweep.ask(*each), asked)
    return list(dict.fromkeys(found for answer in answers for found in answer))


def _questions(sweep: Sweep, thing: OpenThing) -> list[Callable[[], Sequence[Found]]]:
    """By both labels of a plan, so that a plan of the same name elsewhere keeps what is its own."""
    places = [place for place in (thing.details.get(TARGET_NAMESPACE, ""),) if place]
    cluster = sweep.ports.cluster
    if thing.thing.kind == "Migration":
        return [partial(cluster.targets.made_by, thing.uid, places)]
    if thing.thing.kind == "Plan":
        named = {"plan-name": thing.thing.name, "plan-namespace": thing.thing.namespace}
        return [partial(cluster.objects.labelled, labels, places) for labels in ({"plan": thing.uid}, named)]
    return []


def _volumes(
    sweep: Sweep, made: Iterable[tuple[OpenThing, Sequence[Found]]]
) -> tuple[list[Found], list[tuple[OpenThing, list[Found]]]]:
    """Volumes behind the claims, asked while they are there: what goes with them, and what is to be retained."""
    found: list[Found] = []
    kept: list[tuple[OpenThing, list[Found]]] = []
    asked: set[Found] = set()
    for thing, those in made:
        claims = [each for each in those if each[0].kind == "PersistentVolumeClaim"]
        behind = _behind(sweep, [each[0] for each in claims if each not in asked])
        asked.update(claims)
        found += [(ref, uid) for ref, uid, retained in behind if not retained]
        kept.append((thing, [(ref, uid) for ref, uid, retained in behind if retained]))
    return found, kept


def _behind(sweep: Sweep, claims: Sequence[ObjectRef]) -> list[tuple[ObjectRef, str, bool]]:
    names: dict[str, list[str]] = {}
    for ref in claims:  # a volume is looked for on both clusters, so their names alone will do
        names.setdefault(ref.namespace, []).append(ref.name)
    look = sweep.ports.cluster.targets.volumes_of
    return [
        volume
        for namespace, those in names.items()
        for volume in sweep.ask(
            partial(look, namespace, those), ObjectRef("PersistentVolumeClaim", those[0], namespace)
        )
    ]


def _tell(sweep: Sweep, thing: OpenThing, retained: Sequence[Found]) -> None:
    """Of what is still there: MTV itself removes the volume through which it read a share of appliances."""
    ports = sweep.ports
    there = [ref for ref, uid in retained if uid in sweep.ask(partial(_uids, ports, ref), ref)]
    if not there:
        return
    ports.journal.noted(thing.key, {RETAINED: ", ".join(map(str, there))})
    for ref in there:
        with ports.tells.step(f"{ref} stays: its reclaim policy is Retain, remove it by hand when it is not wanted"):
            _LOG.info("%s of %s stays: its reclaim policy is Retain", ref, ref_of(thing.thing))


def _uids(ports: Ports, ref: ObjectRef) -> list[str | None]:
    return [ports.cluster.objects.uid_of(ref)]


def _remove_made(sweep: Sweep, made: Sequence[Found], volumes: Sequence[Found]) -> None:
    seconds = sweep.ports.budgets.delete
    sweep.remove([each for each in made if each[0].kind == "VirtualMachine"], seconds)
    sweep.remove([each for each in made if each[0].kind != "VirtualMachine"], seconds)
    sweep.see_gone(volumes, seconds)
