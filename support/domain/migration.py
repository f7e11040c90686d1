"""Provider, Plan and Migration as MTV reports them, reduced to what the suite decides on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.domain.names import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Forklift's own condition shape: one that does not hold is absent, not "False"."""

    type: str
    status: bool
    category: str = ""
    reason: str = ""
    message: str = ""
    items: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = f" [{', '.join(item.strip() for item in self.items)}]" if self.items else ""
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.type}{reason}: {self.message}{names}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioned:
    """The conditions of one object; they count only when `observed` is true (observedGeneration caught up)."""

    ref: ObjectRef
    uid: str
    observed: bool
    conditions: tuple[Condition, ...] = ()

    def has(self, kind: str) -> bool:
        return any(c.type == kind and c.status for c in self.conditions)

    def find(self, kind: str) -> Condition | None:
        return next((c for c in self.conditions if c.type == kind and c.status), None)

    @property
    def blockers(self) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.status and c.category in ("Critical", "Error"))


class StepPhase(StrEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One disk within a step, by the name that MTV gives it; `phase` None where MTV sends none.

    `told`: what MTV noted about it, by its own words.
    """

    name: str
    phase: StepPhase | None = None
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One pipeline step; `phase` None where MTV sends none (the warm Cutover step before it starts).

    A finished step may keep progress 0 of 1: look at the phase, never at the progress.
    """

    name: str
    phase: StepPhase | None
    done: int = 0
    total: int = 0
    unit: str = ""
    error: tuple[str, ...] = ()
    started: str | None = None
    completed: str | None = None
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Precopy:
    """One round of a warm copy; `end` is None while it is under way, and for ever in the one of the cutover."""

    start: str | None = None
    end: str | None = None
    snapshot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmProgress:
    """What MTV tells of a warm copy; `failures` are restarts of importers (forklift.md 2.6)."""

    precopies: tuple[Precopy, ...] = ()
    successes: int = 0
    failures: int = 0
    next_precopy_at: str | None = None

    @property
    def finished(self) -> int:
        """Rounds that are over."""
        return sum(1 for precopy in self.precopies if precopy.end is not None)

    def __str__(self) -> str:
        restarts = f", importers restarted {self.failures} times" if self.failures else ""
        return f"{self.finished} of {len(self.precopies)} precopies finished{restarts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineProgress:
    """One machine of a running plan; `warm` is None in a cold one."""

    id: str
    name: str
    target_name: str
    """`newName` when MTV had to rewrite the name, else the name."""
    phase: str
    steps: tuple[Step, ...] = ()
    conditions: tuple[Condition, ...] = ()
    error: tuple[str, ...] = ()
    started: str | None = None
    completed: str | None = None
    warm: WarmProgress | None = None

    @property
    def failed_step(self) -> Step | None:
        return next((step for step in self.steps if step.error), None)

    @property
    def running_step(self) -> Step | None:
        return next((step for step in self.steps if step.phase is StepPhase.RUNNING), None)


class Ending(StrEnum):
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState(Conditioned):
    """The Plan is the source of truth for a running migration; the Migration copies it later."""

    machines: tuple[MachineProgress, ...] = ()

    @property
    def ready(self) -> bool:
        return self.observed and self.has("Ready") and not self.blockers

    @property
    def executing(self) -> bool:
        return self.has("Executing")

    @property
    def ending(self) -> Ending | None:
        return next((ending for ending in Ending if self.has(ending.value)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderState(Conditioned):
    phase: str = ""

    @property
    def ready(self) -> bool:
        return self.observed and self.has("Ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorState:
    """How far MTV's operator is with the ForkliftController.

    Attributes:
        at_rest: the last reconciliation is over and was successful.
        mark: differs after each reconciliation.
    """

    at_rest: bool
    mark: str
