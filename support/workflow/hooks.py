"""Hooks of a plan, created and accepted before the Plan names them."""

from support.domain.names import ObjectRef
from support.domain.request import HookRequest, HookStep
from support.workflow.mapping import await_ready
from support.workflow.move import Move
from support.workflow.owning import cluster_thing, own
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session


def create_hooks(ports: Ports, session: Session, move: Move) -> tuple[tuple[HookStep, ObjectRef], ...]:
    """Create each Hook beside the Plan, where its Job will run too, and wait until MTV takes it.

    Raises PlanRejected for one that MTV refuses, WaitTimeout, ClusterError.
    """
    return tuple((hook.step, _create(ports, session, move, hook)) for hook in move.order.hooks)


def _create(ports: Ports, session: Session, move: Move, hook: HookRequest) -> ObjectRef:
    plans = ports.cluster.plans
    ref = ObjectRef("Hook", session.name("hook", "pre" if hook.step is HookStep.PRE else "post"), session.namespace)
    ports.tells.attach(f"playbook of the {hook.step.spoken}", hook.playbook)
    own(ports.journal, cluster_thing(ref, move.order.scope), lambda: plans.create_hook(ref, hook.playbook))
    await_ready(ports, ref, plans.follow_hook(ref), "hook")
    return ref
