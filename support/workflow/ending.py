"""Ending what MTV does for a plan, and removing what it made: machines, claims and volumes."""

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from support.domain.errors import SuiteError
from support.domain.journal import OpenThing
from support.domain.migration import PlanState
from support.domain.names import ObjectRef
from support.workflow.owning import ref_of
from support.workflow.plan import MACHINES, PLAN, TARGET_NAMESPACE
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.removing import Found, Sweep

_LOG = logging.getLogger("support.workflow.ending")


def end_plans(sweep: Sweep, things: Sequence[OpenThing]) -> None:
    """Cancel, archive, then delete machines and see their claims and volumes go (design section 7)."""
    plans = {thing.thing.name: thing for thing in things if thing.thing.kind == "Plan"}
    for migration in (thing for thing in things if thing.thing.kind == "Migration"):
        plan = plans.get(migration.details.get(PLAN, ""))
        if plan is not None:
            _cancel(sweep.ports, migration, plan)
    made = made_for(sweep, things)
    volumes = _volumes(sweep, made)
    for plan in plans.values():
        _archive(sweep.ports, plan)
    _remove_made(sweep, list(dict.fromkeys([*made, *made_for(sweep, things)])), volumes)


def _cancel(ports: Ports, migration: OpenThing, plan: OpenThing) -> None:
    """Cancel a migration that is under way; one that cannot be canceled is removed all the same."""
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
    found: list[Found] = []
    for thing in things:
        places = [place for place in (thing.details.get(TARGET_NAMESPACE, ""),) if place]
        if thing.thing.kind == "Migration":
            found += sweep.ask(partial(sweep.ports.cluster.targets.made_by, thing.uid, places), ref_of(thing.thing))
        elif thing.thing.kind == "Plan":
            found += _labelled(sweep, thing, places)
    return list(dict.fromkeys(found))


def _labelled(sweep: Sweep, plan: OpenThing, places: Sequence[str]) -> list[Found]:
    """By both labels, so that a plan of the same name elsewhere keeps what is its own."""
    ref, look = ref_of(plan.thing), sweep.ports.cluster.objects.labelled
    by_uid = sweep.ask(lambda: look({"plan": plan.uid}, places), ref)
    named = {"plan-name": ref.name, "plan-namespace": ref.namespace}
    return [*by_uid, *sweep.ask(lambda: look(named, places), ref)]


def _volumes(sweep: Sweep, made: Iterable[Found]) -> list[Found]:
    """Volumes behind the claims, asked while the claims are there; a Retain volume is meant to stay."""
    claims: dict[str, list[str]] = {}
    for ref, _uid in made:
        if ref.kind == "PersistentVolumeClaim":
            claims.setdefault(ref.namespace, []).append(ref.name)
    found: list[Found] = []
    for namespace, names in claims.items():
        about = ObjectRef("PersistentVolumeClaim", names[0], namespace)
        for ref, uid, retained in sweep.ask(partial(sweep.ports.cluster.targets.volumes_of, namespace, names), about):
            if retained:
                _LOG.info("%s stays: its reclaim policy is Retain", ref)
            else:
                found.append((ref, uid))
    return found


def _remove_made(sweep: Sweep, made: Sequence[Found], volumes: Sequence[Found]) -> None:
    seconds = sweep.ports.budgets.delete
    sweep.remove([each for each in made if each[0].kind == "VirtualMachine"], seconds)
    sweep.remove([each for each in made if each[0].kind != "VirtualMachine"], seconds)
    sweep.see_gone(volumes, seconds)
