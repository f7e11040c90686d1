"""Plans that run at once are seen in one state of both; what was never seen so was not at the same time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from support.checks.together import together
from support.domain.errors import SuiteError, WaitTimeout
from support.domain.migration import Condition, MachineProgress, PlanState, Step, StepPhase, Task
from support.domain.names import ObjectRef
from support.domain.together import Together
from support.ports.cluster import Created
from support.workflow.move import Move
from support.workflow.ports_in_use import Ports
from support.workflow.together import await_copying, follow_together
from tests.workflow.feeds import Live
from tests.workflow.landscape import ORDER, Landscape
from tests.workflow.test_offload import OFFLOADED
from tests.workflow.world import MemoryJournal

RUNNING, DONE = StepPhase.RUNNING, StepPhase.COMPLETED
Moment = tuple[PlanState | None, PlanState | None]


def state(
    plan: str,
    step: str = "",
    phase: StepPhase = RUNNING,
    *,
    tasks: Sequence[StepPhase | None] = (),
    done: int = 4,
) -> PlanState:
    """A plan with one machine in this step; without one it is at its end."""
    disks = tuple(Task(name=f"disk {number}", phase=each) for number, each in enumerate(tasks))
    steps = (Step(name=step, phase=phase, done=done, total=9, unit="MB", tasks=disks),) if step else ()
    machine = MachineProgress(id="vm-1", name="web", target_name="web", phase="CopyDisks", steps=steps)
    standing = Condition(type="Executing" if step else "Succeeded", status=True)
    ref = ObjectRef("Plan", plan, "ns")
    return PlanState(ref=ref, uid=plan, observed=True, conditions=(standing,), machines=(machine,))


def moving(plan: str, offloaded: bool) -> Move:
    def made(kind: str, name: str) -> Created:
        return Created(ref=ObjectRef(kind, name, "ns"), uid=name)

    order = OFFLOADED if offloaded else ORDER
    migration = made("Migration", f"{plan}-migration")
    return Move(order=order, machines=(), target_namespace="ns", plan=made("Plan", plan), migration=migration)


@dataclass
class Scene:
    """Two plans whose common state changes with each turn of the clock."""

    moments: list[Moment]
    offloaded: tuple[bool, bool] = (True, True)
    landscape: Landscape = field(default_factory=Landscape)

    @property
    def moves(self) -> list[Move]:
        return [moving(name, offloaded) for name, offloaded in zip("ab", self.offloaded, strict=True)]

    def ports(self) -> Ports:
        ports, clock = self.landscape.ports(MemoryJournal()), self.landscape.clock
        clock.due = [self._next] * (len(self.moments) - 1)
        feed = Live(lambda: self.moments[0], clock)
        cast("Any", ports.cluster.plans).follow_plans.side_effect = lambda _refs: feed
        return ports

    def _next(self) -> None:
        self.moments.pop(0)


ENDS: Moment = (state("a"), state("b"))
BOTH: Moment = (state("a", "DiskTransfer"), state("b", "DiskTransfer"))


def seen(*moments: Moment, offloaded: tuple[bool, bool] = (True, True)) -> Together:
    scene = Scene([*moments, ENDS], offloaded)
    return follow_together(scene.ports(), scene.moves)[1]


def test_one_state_in_which_both_copy_is_the_proof() -> None:
    told = seen((state("a", "Initialize"), state("b", "Initialize")), BOTH)
    assert told.sight == ("a: web: DiskTransfer 4/9 MB", "b: web: DiskTransfer 4/9 MB")
    report = together(told)
    assert report.clean
    assert "DiskTransfer" in report.results[0].confirmed


def test_one_after_the_other_is_no_proof_and_the_report_says_when_each_copied() -> None:
    told = seen(
        (state("a", "DiskTransfer"), state("b", "Initialize")),
        (state("a", "ImageConversion"), state("b", "DiskTransfer")),
    )
    assert told.sight == ()
    assert not together(told).clean
    assert "Plan ns/a was seen copying from second 0.0 to" in str(together(told))


@pytest.mark.parametrize(
    ("step", "phase", "tasks"),
    [
        ("DiskTransfer", StepPhase.PENDING, ()),
        ("DiskTransfer", DONE, ()),
        ("DiskTransfer", RUNNING, (DONE, DONE)),
        ("ImageConversion", RUNNING, ()),
    ],
)
def test_what_only_looks_like_copying_does_not_count(
    step: str, phase: StepPhase, tasks: Sequence[StepPhase | None]
) -> None:
    told = seen((state("a", "DiskTransfer"), state("b", step, phase, tasks=tasks)))
    assert told.sight == ()
    assert "Plan ns/b was never seen copying" in str(together(told))


def test_a_plan_whose_disks_wait_for_their_turn_is_not_copying() -> None:
    assert seen((state("a", "DiskTransfer"), state("b", "DiskTransfer", tasks=(None,), done=0))).sight == ()


@pytest.mark.parametrize("step", ["DiskTransfer", "DiskTransferV2v"])
def test_a_disk_that_is_not_done_yet_is_being_copied(step: str) -> None:
    assert seen((state("a", "DiskTransfer"), state("b", step, tasks=(DONE, None)))).sight


@pytest.mark.parametrize(("offloaded", "counts"), [((True, True), True), ((True, False), False)])
def test_old_releases_book_an_array_s_copy_on_the_allocation(offloaded: tuple[bool, bool], counts: bool) -> None:
    moment = (state("a", "DiskAllocation"), state("b", "DiskAllocation"))
    assert bool(seen(moment, offloaded=offloaded).sight) is counts


def test_each_plan_keeps_its_own_end() -> None:
    scene = Scene([BOTH, (ENDS[0], BOTH[1]), ENDS])
    moves, _told = follow_together(scene.ports(), scene.moves)
    assert [move.ended for move in moves] == list(ENDS)


def test_a_plan_that_is_deleted_meanwhile_is_no_endless_wait() -> None:
    scene = Scene([BOTH, (BOTH[0], None)])
    with pytest.raises(SuiteError, match="Plan ns/b: deleted by somebody"):
        follow_together(scene.ports(), scene.moves)


def test_a_migration_that_is_deleted_meanwhile_is_noticed() -> None:
    idle = replace(BOTH[1] or state("b"), conditions=())
    scene = Scene([BOTH, (BOTH[0], idle)])
    with pytest.raises(SuiteError, match=r"Plan ns/b: stopped executing 8 s .* was Migration ns/b-migration deleted"):
        follow_together(scene.ports(), scene.moves)


def _awaited(*moments: Moment, plain: Callable[[Scene], list[Move]] = lambda scene: scene.moves) -> Scene:
    scene = Scene(list(moments), (False, False))
    await_copying(scene.ports(), plain(scene))
    return scene


def test_a_copy_by_network_is_under_way_before_the_array_begins() -> None:
    begin = (state("a", "ImageConversion"), state("b", "ImageConversion"))
    copying = (state("a", "DiskTransferV2v"), state("b", "DiskTransferV2v"))
    assert _awaited(begin, copying, ENDS).moments[0] is copying


def test_one_that_is_at_its_end_already_is_not_waited_for() -> None:
    assert _awaited((state("a"), state("b", "Initialize")))


def test_one_that_never_copies_is_told() -> None:
    with pytest.raises(WaitTimeout, match="not copying disks"):
        _awaited((state("a", "Initialize"), state("b", "Initialize")))


def test_one_that_is_deleted_is_not_waited_for() -> None:
    with pytest.raises(SuiteError, match="Plan ns/b: deleted by somebody"):
        _awaited((state("a", "Initialize"), state("b", "Initialize")), (state("a", "Initialize"), None))


def test_nothing_is_awaited_where_every_plan_is_offloaded() -> None:
    _awaited((None, None), plain=lambda _scene: [])


def test_what_failed_populators_said_is_read_of_each_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_ports: Ports, move: Move, _heard: object) -> Move:
        return replace(move, refusals=("no",))

    monkeypatch.setattr("support.workflow.together.with_refusals", refused)
    scene = Scene([(state("a"), state("b"))])
    moves, _seen = follow_together(scene.ports(), scene.moves)
    assert [move.refusals for move in moves] == [("no",), ("no",)]
