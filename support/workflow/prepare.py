"""From a request to a recorded source machine that MTV knows of."""

from collections.abc import Sequence
from dataclasses import replace

from support.domain.source import SourceMachine
from support.workflow.clone import about, clone_all, must_have_nic, switch, track
from support.workflow.inside import Inside, write_in_guests
from support.workflow.move import MachineMove, Move, MoveOrder, Standin
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session, ensure_namespace
from support.workflow.shaping import take_snapshots
from support.workflow.telling_addresses import Told, await_known, run_and_record, switch_off_again, with_what_it_told


def prepare(ports: Ports, session: Session, order: MoveOrder) -> Move:
    """Clone, refuse what cannot be mapped, visit the guests, switch, record, wait until the inventory sees them.

    Raises SourceError, SuiteError for a machine without NIC, GuestLoginRefused, WaitTimeout.
    """
    standins = clone_all(ports, session, order)
    sources = _described(ports, standins)
    for source in sources:
        must_have_nic(source)
    if order.options.warm:
        track(ports, standins)  # before the power: a running machine takes it up only with its next snapshot
    visited = list(zip(standins, sources, strict=True))
    keeps = order.options.preserve_static_ips is True
    told = run_and_record(ports, visited) if keeps else {}
    snapped = [standin for standin in standins if standin.order.request.shape.snapshots]
    _take_snapshots(ports, snapped)  # first, so that what is written next lies in the last layer alone
    inside = write_in_guests(ports, session.run, order, visited)
    switch_off_again(ports, standins, told)
    switch(ports, [standin for standin in standins if standin not in snapped])
    machines = _recorded(ports, standins, inside)
    if keeps:
        machines = tuple(_with_addresses(ports, machine, told) for machine in machines)
    namespace = order.options.target_namespace or (session.name("machines") if session.target else session.namespace)
    if namespace != session.namespace:
        ensure_namespace(ports, session, namespace, order.scope)
    return Move(order=order, machines=machines, target_namespace=namespace, target=session.target)


def _take_snapshots(ports: Ports, standins: Sequence[Standin]) -> None:
    switch(ports, standins)
    for standin in standins:
        with about(standin):
            take_snapshots(ports, standin)


def _described(ports: Ports, standins: Sequence[Standin]) -> list[SourceMachine]:
    return side_by_side(lambda standin: ports.source.platform.describe(standin.platform_id), standins)


def _recorded(ports: Ports, standins: Sequence[Standin], inside: Sequence[Inside]) -> tuple[MachineMove, ...]:
    sources = _described(ports, standins)
    with ports.tells.step("MTV's inventory sees the machines"):
        ids = [ports.inventory.await_machine(standin.name, ports.budgets.inventory) for standin in standins]
        for standin, source, inventory_id in zip(standins, sources, ids, strict=True):
            if standin.order.request.shape.disks:  # added after the clone was made, so MTV may know it without them
                ports.inventory.await_disks(inventory_id, len(source.disks), ports.budgets.inventory)
    return tuple(
        MachineMove(
            order=standin.order,
            name=standin.name,
            platform_id=standin.platform_id,
            # One that is off says nothing of itself; its clone's guest did, while it was visited.
            source=replace(source, guest=visit.guest or source.guest),
            inventory_id=inventory_id,
            contents=visit.contents,
        )
        for standin, source, inventory_id, visit in zip(standins, sources, ids, inside, strict=True)
    )


def _with_addresses(ports: Ports, machine: MachineMove, told: Told) -> MachineMove:
    """What a machine that is off told was awaited while it ran: asked again, the inventory might have forgotten it."""
    if machine.platform_id in told:
        return replace(machine, source=with_what_it_told(machine.source, told[machine.platform_id]))
    await_known(ports, machine.source, machine.inventory_id)
    return machine
