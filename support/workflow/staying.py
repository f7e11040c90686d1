"""Looking whether machines whose move failed at once are still where and as they were."""

from support.domain.machine import Power
from support.domain.names import ObjectRef
from support.domain.staying import Stay
from support.workflow.move import MachineMove, Move, reached
from support.workflow.ports_in_use import Ports
from support.workflow.settle import target_name

_MOVED = frozenset({"VirtualMachine", "DataVolume", "PersistentVolumeClaim"})
"""What a move is made of; a hook's own Job, pods and ConfigMap carry the same labels (forklift.md 2.7)."""


def look_at_home(ports: Ports, move: Move) -> tuple[Stay, ...]:
    """Read both sides of every machine once; nothing is waited for, since the plan is at its end.

    Raises ClusterError, SourceError, SuiteError for a move that was never started.
    """
    migration = reached(move.migration, "migration")
    made = ports.cluster.targets.made_by(migration.uid, [move.target_namespace])
    found = tuple(ref for ref, _uid in made if ref.kind in _MOVED)
    return tuple(_look(ports, move, machine, found) for machine in move.machines)


def _look(ports: Ports, move: Move, machine: MachineMove, found: tuple[ObjectRef, ...]) -> Stay:
    expected = ObjectRef("VirtualMachine", target_name(move, machine), move.target_namespace, move.target)
    here = ports.cluster.objects.uid_of(expected) is not None and expected not in found
    now: Power = ports.source.platform.describe(machine.platform_id).power
    return Stay(
        machine=machine.name,
        power_before=machine.source.power,
        power_now=now,
        on_target=(*found, expected) if here else found,
        where=f"namespace {move.target_namespace}",
    )
