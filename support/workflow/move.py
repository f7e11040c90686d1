"""What is known about one plan's machines, from the request to the machine on the target; a value per stage."""

from dataclasses import dataclass, field, replace

from support.domain.contents import NOTHING_WRITTEN, SourceContents
from support.domain.disk_concerns import NOT_ASKED, DiskWarnings
from support.domain.errors import SuiteError
from support.domain.mapping import Maps
from support.domain.migration import MachineProgress, PlanState
from support.domain.names import MachineName, ObjectRef
from support.domain.offload import StorageArray
from support.domain.request import Arrangements, HookRequest, MachineRequest, Mark, PlanOptions
from support.domain.source import SourceMachine
from support.domain.target import TargetMachine
from support.ports.cluster import Created


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOrder:
    """A machine to move: `origin` is the template or machine its role stands for on this source."""

    request: MachineRequest
    origin: MachineName


@dataclass(frozen=True, slots=True, kw_only=True)
class Standin:
    """A machine to move, on the source: the run's own clone, or the original where nothing can be cloned."""

    order: MachineOrder
    name: MachineName
    platform_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrder:
    """One plan to run; `scope` is the scenario's key in the journal."""

    machines: tuple[MachineOrder, ...]
    options: PlanOptions
    scope: str
    hooks: tuple[HookRequest, ...] = ()
    arrangements: Arrangements = field(default_factory=Arrangements)
    offload: StorageArray | None = None
    """Whose array copies the disks; None where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMove:
    """One machine on its way; what is not known yet is None.

    Attributes:
        platform_id: id on the source platform.
        inventory_id: id in MTV's inventory, which plans and maps are made of.
        unsettled: why the target did not come to rest in its budget.
        contents: what was written in the source's guest before the move.
        warnings: what MTV said of the machine's disks when its plan was ready.
    """

    order: MachineOrder
    name: MachineName
    platform_id: str
    source: SourceMachine
    inventory_id: str
    target: TargetMachine | None = None
    unsettled: str | None = None
    contents: SourceContents = NOTHING_WRITTEN
    warnings: DiskWarnings = NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One plan on its way; each stage of the workflow returns a fuller one.

    Attributes:
        ended: the Plan as it was when the migration ended, whatever the verdict.
        refusals: why disks were not copied, in the words of whoever should have; a line each.
        left_behind: what the migration needed on its way and that outlived it.
        target: the cluster that machines go to, as in ObjectRef.cluster.
        mark: the worker node that was chosen for the machines; None when none was asked for.
    """

    order: MoveOrder
    machines: tuple[MachineMove, ...]
    target_namespace: str
    maps: Maps | None = None
    plan: Created | None = None
    migration: Created | None = None
    ended: PlanState | None = None
    refusals: tuple[str, ...] = ()
    left_behind: tuple[ObjectRef, ...] = ()
    target: str = ""
    mark: Mark | None = None

    @property
    def inventory_ids(self) -> tuple[str, ...]:
        return tuple(machine.inventory_id for machine in self.machines)

    def progress_of(self, machine: MachineMove) -> MachineProgress | None:
        """What the Plan said last about a machine; None when it never took it up."""
        reported = self.ended.machines if self.ended is not None else ()
        return next((each for each in reported if each.id == machine.inventory_id), None)

    def with_machines(self, machines: tuple[MachineMove, ...]) -> "Move":
        return replace(self, machines=machines)


def reached(stage: Created | None, what: str) -> Created:
    """The object of an earlier stage; SuiteError when the stages were called out of order."""
    if stage is None:
        raise SuiteError(f"no {what} yet: the stages of a move run in order prepare, plan, start, follow, settle")
    return stage
