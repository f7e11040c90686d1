"""The Plan of a move, and the Migration that sets it going."""

from dataclasses import replace
from datetime import datetime

from support.domain.errors import SuiteError
from support.domain.names import ObjectRef
from support.ports.cluster import Created, PlanParts
from support.workflow.disk_warnings import with_warnings
from support.workflow.hooks import create_hooks
from support.workflow.mapping import await_ready, choose_maps, create_maps
from support.workflow.marking import mark_worker
from support.workflow.move import Move, reached
from support.workflow.owning import cluster_thing, own
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session

TARGET_NAMESPACE, MACHINES, PLAN = "target_namespace", "machines", "plan"
"""What teardown must find in the journal: where MTV worked, which machines to cancel, whose Migration it is."""


def plan(ports: Ports, session: Session, move: Move) -> Move:
    """Choose a worker where one is asked for, create maps, hooks and Plan and wait until MTV is ready to start.

    Raises PlanRejected with every blocker, SuiteError, WaitTimeout, ClusterError.
    """
    move = _placed(ports, session, move)
    maps = choose_maps(ports, session, move)
    network, storage = create_maps(ports, session, move, maps)
    hooks = create_hooks(ports, session, move)
    ref = ObjectRef("Plan", session.name("plan", _temperature(move)), session.namespace)
    parts = PlanParts(
        source=session.source,
        destination=session.destination,
        network_map=network,
        storage_map=storage,
        target_namespace=move.target_namespace,
        machines=tuple((machine.inventory_id, machine.name) for machine in move.machines),
        options=move.order.options,
        hooks=hooks,
        source_namespace=ports.source.home.namespace if ports.source.home is not None else "",
    )
    thing = cluster_thing(ref, move.order.scope, _details(move))
    made = own(ports.journal, thing, lambda: ports.cluster.plans.create_plan(ref, parts))
    ready = await_ready(ports, ref, ports.cluster.plans.follow_plan(ref), "plan")
    return replace(with_warnings(ports, move, ready.conditions), maps=maps, plan=made)


def start(ports: Ports, session: Session, move: Move, cutover: datetime | None = None) -> Move:
    """Create the Migration; MTV begins at once. `cutover` schedules a warm one's end. Raises ClusterError."""
    planned = reached(move.plan, "plan").ref
    ref = ObjectRef("Migration", session.name("migration", _temperature(move)), planned.namespace)
    thing = cluster_thing(ref, move.order.scope, {**_details(move), PLAN: planned.name})
    made: Created = own(ports.journal, thing, lambda: ports.cluster.plans.create_migration(ref, planned, cutover))
    return replace(move, migration=made)


def _placed(ports: Ports, session: Session, move: Move) -> Move:
    """The plan asks for the label of the chosen worker, and for nothing else."""
    if not move.order.arrangements.chosen_worker:
        return move
    if move.target:
        raise SuiteError(
            f"a worker can only be chosen on MTV's own cluster, and the machines go to the {move.target} one"
        )
    mark = mark_worker(ports, session.run, move.order.scope)
    options = replace(move.order.options, target_node_selector={mark.key: mark.value})
    return replace(move, order=replace(move.order, options=options), mark=mark)


def _temperature(move: Move) -> str:
    return "warm" if move.order.options.warm else "cold"


def _details(move: Move) -> dict[str, str]:
    return {TARGET_NAMESPACE: move.target_namespace, MACHINES: ",".join(move.inventory_ids)}
