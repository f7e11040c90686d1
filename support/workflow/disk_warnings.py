"""What MTV says of disks that it cannot read over the network, read when a plan is ready: people decide by it then."""

from collections.abc import Sequence
from dataclasses import replace

from support.domain.disk_concerns import CONDITIONS, DiskWarnings
from support.domain.errors import WaitTimeout
from support.domain.migration import Condition
from support.domain.source import ProviderKind
from support.workflow.move import MachineMove, Move
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports


def with_warnings(ports: Ports, move: Move, standing: Sequence[Condition]) -> Move:
    """The move with what inventory and Plan say of each machine; only vSphere has disks of the kind.

    An inventory that does not come to a judgement is no error here: the check that asks for it says so.
    """
    return move.with_machines(
        tuple(side_by_side(lambda machine: _with_warnings(ports, machine, standing), move.machines))
    )


def _with_warnings(ports: Ports, machine: MachineMove, standing: Sequence[Condition]) -> MachineMove:
    if machine.source.kind is not ProviderKind.VSPHERE:
        return machine
    try:
        concerns = ports.inventory.await_concerns(machine.inventory_id, ports.budgets.inventory)
    except WaitTimeout as late:
        return replace(machine, warnings=DiskWarnings(unread=str(late)))
    conditions = {each.type: each.category for each in standing if each.status and _names(each, machine)}
    return replace(machine, warnings=DiskWarnings(concerns=concerns, conditions=conditions))


def _names(condition: Condition, machine: MachineMove) -> bool:
    """MTV writes `id:vm-12 name:'web'` of each machine."""
    words = {word for each in condition.items for word in each.replace("'", " ").replace(":", " ").split()}
    return condition.type in CONDITIONS.values() and not words.isdisjoint((machine.inventory_id, machine.name))
