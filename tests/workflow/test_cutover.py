"""The cutover comes when the slowest machine is due; who was away how long is told, or why nobody can say."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

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
from tests.workflow.landscape import ORDER, Landscape
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
        return Cutover(self.ports, move, rule or CutoverRule(after_precopies=2))

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
    source.power, source.guest = Power.ON, SourceGuest(agent_running=True)
    return MachineMove(
        order=ORDER.machines[0], name=MachineName(name), platform_id=name, source=source, inventory_id=f"vm-{name}"
    )


def _state(phase: str = "CopyDisks", **precopies: tuple[Precopy, ...]) -> PlanState:
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


def test_the_slowest_machine_decides_and_the_cutover_is_asked_for_once() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(_state(web=(DONE, DONE)))
    cutover.look(_state(web=(DONE, DONE), db=(DONE, OPEN)))
    assert scene.asked == []
    for _ in range(2):
        cutover.look(_state(web=(DONE, DONE), db=(DONE, DONE)))
    (at,) = scene.asked
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_scheduled_cutover_is_not_asked_for_again() -> None:
    scene, rule = Scene(), CutoverRule(minutes=1.5)
    scene.cutover(rule).look(_state(web=(DONE, DONE, DONE), db=(DONE, DONE, DONE)))
    assert scene.asked == []
    wanted = datetime.now(UTC) + timedelta(minutes=1.5)
    scheduled = rule.scheduled()
    assert scheduled is not None
    assert abs(scheduled - wanted) < timedelta(seconds=30)
    assert CutoverRule().scheduled() is None


def test_the_downtime_is_from_the_first_phase_after_the_sources_power_until_its_agent_answers() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(_state("CopyingPaused", web=(DONE,), db=(DONE,)))
    scene.clock.now = 10
    cutover.look(_state("PowerOffSource", web=(DONE,), db=(DONE,)))
    scene.clock.now = 25
    scene.agents["web"] = True
    cutover.look(_state("CreateVM", web=(DONE,), db=(DONE,)))
    scene.clock.now = 32
    scene.agents["db"] = True
    cutover.look(_state("Completed", web=(DONE,), db=(DONE,)))
    cutover.conclude(_state("Completed", web=(DONE,), db=(DONE,)))
    assert scene.measured == {"downtime of web": 15, "downtime of db": 22}


def test_an_agent_that_comes_after_the_plans_end_is_awaited() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(_state("PowerOffSource", web=(DONE,)))
    scene.clock.due = [lambda: None, lambda: scene.agents.update(web=True)]
    cutover.conclude(_state("Completed", web=(DONE,)))
    assert scene.measured == {"downtime of web": 2}


def test_an_agent_that_never_comes_is_no_number() -> None:
    scene = Scene()
    cutover = scene.cutover()
    cutover.look(_state("PowerOffSource", web=(DONE,)))
    cutover.conclude(_state("Completed", web=(DONE,)))
    assert scene.measured == {}
    assert "not answering by its agent within" in scene.attached["downtime of web"]


@pytest.mark.parametrize(
    ("target", "phase", "reason"),
    [
        (Power.OFF, "Completed", "powered off"),
        (Power.ON, "CopyDisks", "did not arrive"),
        (Power.ON, "Completed", "power-off of the source was not seen"),
    ],
)
def test_a_downtime_that_cannot_be_known_has_its_reason(target: Power, phase: str, reason: str) -> None:
    scene = Scene()
    scene.cutover(target=target).conclude(_state(phase, web=(DONE,)))
    assert scene.measured == {}
    assert reason in scene.attached["downtime of web"]


def test_the_rounds_are_kept_one_a_line() -> None:
    scene = Scene()
    warm = WarmProgress(precopies=(Precopy(start="12:00", end="12:01", snapshot="snapshot-7"), OPEN), failures=3)
    state = _state("Completed", web=())
    kept = replace(state, machines=(replace(state.machines[0], warm=warm),))
    scene.cutover().conclude(kept)
    first, *rounds = scene.attached["precopies of web"].splitlines()
    assert first == "1 of 2 precopies finished, importers restarted 3 times"
    assert rounds == ["1. 12:00 to 12:01, snapshot snapshot-7", "2. s to no end told"]
