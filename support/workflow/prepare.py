"""From a request to a recorded source machine that MTV knows of."""

from collections.abc import Sequence

from support.workflow.clone import Standin, clone_all, must_have_nic, switch, track
from support.workflow.move import MachineMove, Move, MoveOrder
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session, ensure_namespace


def prepare(ports: Ports, session: Session, order: MoveOrder) -> Move:
    """Clone, refuse what cannot be mapped, switch, record, wait until the inventory sees them.

    Raises SourceError, SuiteError for a machine without NIC, WaitTimeout.
    """
    standins = clone_all(ports, session, order.machines, order.scope)
    for standin in standins:
        must_have_nic(ports.source.platform.describe(standin.platform_id))
    if order.options.warm:
        track(ports, standins)  # before the power: a running machine takes it up only with its next snapshot
    switch(ports, standins)
    machines = _recorded(ports, standins)
    namespace = order.options.target_namespace or session.namespace
    if namespace != session.namespace:
        ensure_namespace(ports, session, namespace, order.scope)
    return Move(order=order, machines=machines, target_namespace=namespace)


def _recorded(ports: Ports, standins: Sequence[Standin]) -> tuple[MachineMove, ...]:
    sources = [ports.source.platform.describe(standin.platform_id) for standin in standins]
    with ports.tells.step("MTV's inventory sees the machines"):
        ids = [ports.inventory.await_machine(standin.name, ports.budgets.inventory) for standin in standins]
    return tuple(
        MachineMove(
            order=standin.order,
            name=standin.name,
            platform_id=standin.platform_id,
            source=source,
            inventory_id=inventory_id,
        )
        for standin, source, inventory_id in zip(standins, sources, ids, strict=True)
    )
