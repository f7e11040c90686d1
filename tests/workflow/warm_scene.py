"""Two machines on their way over in a warm plan."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from unittest.mock import MagicMock

from support.domain.machine import Power
from support.domain.migration import Condition, MachineProgress, PlanState, Precopy, WarmProgress
from support.domain.names import MachineName, ObjectRef
from support.domain.request import PlanOptions
from support.domain.source import SourceGuest
from support.ports.cluster import Arrival, Created
from support.workflow.cutover import Cutover, CutoverRule
from support.workflow.move import MachineMove, Move
from support.workflow.ports_in_use import Ports
from tests.workflow.feeds import Clock, Live
from tests.workflow.guests import ACCESS, Guests
from tests.workflow.landscape import ORDER, RUN, Landscape
from tests.workflow.world import MemoryJournal

MIGRATION = ObjectRef("Migration", "m", "ns")
DONE, OPEN = Precopy(start="s", end="e"), Precopy(start="s")
SUCCEEDED = Condition(type="Succeeded", status=True)


@dataclass
class Scene:
    """Two machines on a warm plan, `web` and `db`."""

    clock: Clock = field(default_factory=Clock)
    agents: dict[str, bool] = field(default_factory=dict)
    ports: Ports = field(init=False)

    def __post_init__(self) -> None:
        self.ports = replace(Landscape(clock=self.clock).ports(MemoryJournal()), tells=MagicMock())
        targets: Any = self.ports.cluster.targets
        targets.follow.side_effect = lambda _place, name: Live(lambda: self._arrival(name), self.clock)

    def _arrival(self, name: str) -> Arrival:
        return Arrival(exists=True, agent_connected=self.agents.get(name, False))

    def cutover(self, rule: CutoverRule | None = None, target: Power | None = Power.ON) -> Cutover:
        order = replace(ORDER, options=PlanOptions(warm=True, target_power=target))
        machines = tuple(_machine(name) for name in ("web", "db"))
        move = Move(order=order, machines=machines, target_namespace="vms", migration=Created(ref=MIGRATION, uid="u"))
        chosen = rule or CutoverRule(after_precopies=2)
        return Cutover(self.ports, move, chosen, RUN, chosen.scheduled())

    def write_in(self, guests: Guests) -> None:
        """Let these guests be written in."""
        self.ports = replace(self.ports, source=replace(self.ports.source, guests=guests), guest_access=ACCESS)

    @property
    def asked(self) -> list[datetime]:
        plans: Any = self.ports.cluster.plans
        return [call.args[1] for call in plans.cut_over.call_args_list]

    @property
    def measured(self) -> dict[str, float]:
        tells: Any = self.ports.tells
        return {call.args[0]: call.args[1] for call in tells.measured.call_args_list}

    @property
    def attached(self) -> dict[str, str]:
        tells: Any = self.ports.tells
        return {call.args[0]: call.args[1] for call in tells.attach.call_args_list}


def _machine(name: str) -> MachineMove:
    source: Any = MagicMock()
    source.name = name
    source.power, source.guest = Power.ON, SourceGuest(agent_running=True)
    return MachineMove(
        order=ORDER.machines[0], name=MachineName(name), platform_id=name, source=source, inventory_id=f"vm-{name}"
    )


def state_of(phase: str = "CopyDisks", **precopies: tuple[Precopy, ...]) -> PlanState:
    machines = tuple(
        MachineProgress(
            id=f"vm-{name}",
            name=name,
            target_name=name,
            phase=phase,
            conditions=(SUCCEEDED,) if phase == "Completed" else (),
            warm=WarmProgress(precopies=rounds),
        )
        for name, rounds in precopies.items()
    )
    return PlanState(ref=ObjectRef("Plan", "p", "ns"), uid="u", observed=True, machines=machines)
