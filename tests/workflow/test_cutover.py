"""The cutover comes when the slowest machine is due; who was away how long is told, or why nobody can say."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.domain.contents import GuestFile, Marker, SourceContents
from support.domain.errors import GuestNotOperable
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
        return Cutover(self.ports, move, rule or CutoverRule(after_precopies=2), RUN)

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


def _marked(cutover: Cutover) -> Cutover:
    """As if both machines' guests carried markers on their disks."""
    marker = Marker(disk=0, filesystem="/", file=GuestFile(path="/mtv-acceptance/before.txt", text="web\n"))
    contents = SourceContents(markers=(marker,))
    machines = tuple(replace(each, contents=contents) for each in cutover.move.machines)
    cutover.move = cutover.move.with_machines(machines)
    return cutover


def test_the_last_write_comes_when_the_cutover_is_due_and_before_it_is_asked_for() -> None:
    scene, guests = Scene(), Guests()
    plans: Any = scene.ports.cluster.plans
    plans.cut_over.side_effect = lambda *_args: guests.done.append("cut over")
    scene.write_in(guests)
    cutover = _marked(scene.cutover())
    cutover.look(_state(web=(DONE, DONE), db=(DONE, OPEN)))
    assert guests.done == []
    cutover.look(_state("CopyingPaused", web=(DONE, DONE), db=(DONE, DONE)))
    assert guests.done == ["write web", "write db", "cut over"]
    web, db = cutover.written(cutover.move).machines
    (last,) = web.contents.last_writes
    assert guests.files["web"] == {f"/mtv-acceptance/{RUN}-last.txt": last.file.text}
    assert last.file.text != db.contents.last_writes[0].file.text
    assert last.file.path in web.contents.paths


@pytest.mark.parametrize("phase", ["CreateSnapshot", "WaitForSnapshot", "AddCheckpoint"])
def test_nothing_is_written_while_a_snapshot_is_made_that_might_take_it_along(phase: str) -> None:
    scene, guests = Scene(), Guests()
    scene.write_in(guests)
    _marked(scene.cutover()).look(_state(phase, web=(DONE, DONE), db=(DONE, DONE)))
    assert guests.done == scene.asked == []


def test_a_last_write_that_fails_ends_the_scenario_before_the_cutover() -> None:
    scene = Scene()
    scene.write_in(Guests(trouble={"write": GuestNotOperable("guest of machine vm-7: the tools do not answer")}))
    with pytest.raises(GuestNotOperable, match=r"^web: guest of machine vm-7: the tools do not answer"):
        _marked(scene.cutover()).look(_state(web=(DONE, DONE), db=(DONE, DONE)))
    assert scene.asked == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [(CutoverRule(minutes=1), "the cutover was scheduled at the start"), (CutoverRule(), "no cutover was asked for")],
)
def test_a_warm_move_without_a_last_write_says_why(rule: CutoverRule, reason: str) -> None:
    cutover = _marked(Scene().cutover(rule))
    for machine in cutover.written(cutover.move).machines:
        assert (machine.contents.last_unwritten or "").startswith(reason)


def test_a_guest_without_markers_has_no_last_write_either() -> None:
    scene, guests = Scene(), Guests()
    scene.write_in(guests)
    cutover = scene.cutover()
    cutover.look(_state(web=(DONE, DONE), db=(DONE, DONE)))
    assert (len(scene.asked), guests.done) == (1, [])
    assert cutover.written(cutover.move).machines == cutover.move.machines


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
