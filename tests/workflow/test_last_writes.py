"""What is written in a guest just before its cutover, when, and what keeps it from being written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.domain.contents import GuestFile, Marker, SourceContents
from support.domain.errors import GuestNotOperable
from support.domain.migration import PlanState, WarmProgress
from support.workflow.cutover import Cutover, CutoverRule
from tests.workflow.guests import Guests
from tests.workflow.landscape import RUN
from tests.workflow.warm_scene import DONE, OPEN, Scene, state_of


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
    cutover.look(state_of(web=(DONE, DONE), db=(DONE, OPEN)))
    assert guests.done == []
    cutover.look(state_of("CopyingPaused", web=(DONE, DONE), db=(DONE, DONE)))
    assert (sorted(guests.done[:2]), guests.done[2:]) == (["write db", "write web"], ["cut over"])
    web, db = cutover.written(cutover.move).machines
    (last,) = web.contents.last_writes
    assert guests.files["web"] == {f"/mtv-acceptance/{RUN}-last.txt": last.file.text}
    assert last.file.text != db.contents.last_writes[0].file.text
    assert last.file.path in web.contents.paths


@pytest.mark.parametrize("phase", ["CreateSnapshot", "WaitForSnapshot", "AddCheckpoint"])
def test_nothing_is_written_while_a_snapshot_is_made_that_might_take_it_along(phase: str) -> None:
    scene, guests = Scene(), Guests()
    scene.write_in(guests)
    _marked(scene.cutover()).look(state_of(phase, web=(DONE, DONE), db=(DONE, DONE)))
    assert guests.done == scene.asked == []


def test_a_machine_that_has_failed_keeps_no_other_from_its_cutover() -> None:
    scene, guests = Scene(), Guests()
    scene.write_in(guests)
    cutover = _marked(scene.cutover())
    state = state_of(web=(DONE,), db=(DONE, DONE))
    web, db = state.machines
    failed = replace(web, phase="Completed", error=("snapshot failed",))
    cutover.look(replace(state, machines=(failed, replace(db, warm=WarmProgress(precopies=(DONE,))))))
    assert scene.asked == []
    cutover.look(replace(state, machines=(failed, db)))
    assert (len(scene.asked), guests.done) == (1, ["write db"])


def test_there_is_no_cutover_for_machines_that_have_all_failed() -> None:
    scene = Scene()
    state = state_of(web=(DONE, DONE), db=(DONE, DONE))
    failed = tuple(replace(each, error=("snapshot failed",)) for each in state.machines)
    scene.cutover().look(replace(state, machines=failed))
    assert scene.asked == []


def test_a_last_write_that_fails_ends_the_scenario_before_the_cutover() -> None:
    scene = Scene()
    scene.write_in(Guests(trouble={"write": GuestNotOperable("guest of machine vm-7: the tools do not answer")}))
    with pytest.raises(GuestNotOperable, match=r"^web: guest of machine vm-7: the tools do not answer"):
        _marked(scene.cutover()).look(state_of(web=(DONE, DONE), db=(DONE, DONE)))
    assert scene.asked == []


_AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
_COPYING = state_of(web=(DONE,), db=(DONE, OPEN))


class Scheduled:
    """A cutover at ten o'clock, four minutes after the start, and guests that may be slow to write in."""

    def __init__(self, seconds_of_a_write: float = 0.0, trouble: Exception | None = None) -> None:
        self.scene, self.guests = Scene(), Guests(trouble={"write": trouble} if trouble is not None else {})
        self.scene.write_in(self.guests)
        self.seconds = seconds_of_a_write
        self.cutover = _marked(self.scene.cutover(CutoverRule(minutes=4)))
        self.cutover.at, self.cutover.now = _AT, self._now
        self.time = _AT - timedelta(minutes=4)

    def _now(self) -> datetime:
        return self.time + timedelta(seconds=self.seconds) if self.guests.done else self.time

    def look(self, seconds_before: float, state: PlanState = _COPYING) -> None:
        self.time = _AT - timedelta(seconds=seconds_before)
        self.cutover.look(state)

    @property
    def reasons(self) -> set[str | None]:
        return {each.contents.last_unwritten for each in self.cutover.written(self.cutover.move).machines}


def test_the_last_write_comes_once_and_shortly_before_a_scheduled_cutover_which_nobody_moves() -> None:
    scheduled = Scheduled()
    scheduled.look(31)
    assert scheduled.guests.done == []
    scheduled.look(29, state_of("CreateSnapshot", web=(DONE,), db=(DONE,)))
    assert scheduled.guests.done == [], "a snapshot that is made now might take it along"
    scheduled.look(28)
    scheduled.look(27)
    assert sorted(scheduled.guests.done) == ["write db", "write web"]
    assert scheduled.reasons == {None}
    assert scheduled.scene.asked == []


def test_of_a_short_wait_for_the_cutover_the_last_half_is_for_the_last_write() -> None:
    assert CutoverRule(minutes=0.5).lead == timedelta(seconds=15)


@pytest.mark.parametrize("trouble", [None, GuestNotOperable("guest of machine vm-7: it is off")], ids=repr)
def test_a_write_that_the_scheduled_cutover_overtook_is_no_witness(trouble: Exception | None) -> None:
    scheduled = Scheduled(seconds_of_a_write=20, trouble=trouble)
    scheduled.look(10)
    assert scheduled.guests.done
    assert scheduled.reasons == {"the scheduled cutover came while it was being written"}
    assert all(not each.contents.last_writes for each in scheduled.cutover.written(scheduled.cutover.move).machines)


def test_a_last_write_that_fails_before_a_scheduled_cutover_ends_the_scenario() -> None:
    scheduled = Scheduled(trouble=GuestNotOperable("guest of machine vm-7: the tools do not answer"))
    with pytest.raises(GuestNotOperable, match="the tools do not answer"):
        scheduled.look(10)


def test_nothing_is_written_after_the_scheduled_time() -> None:
    scheduled = Scheduled()
    scheduled.look(0)
    assert scheduled.guests.done == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (CutoverRule(minutes=1), "no moment without a snapshot under way came shortly before the scheduled cutover"),
        (CutoverRule(), "no cutover was asked for"),
    ],
)
def test_a_warm_move_without_a_last_write_says_why(rule: CutoverRule, reason: str) -> None:
    cutover = _marked(Scene().cutover(rule))
    for machine in cutover.written(cutover.move).machines:
        assert (machine.contents.last_unwritten or "").startswith(reason)


def test_a_guest_without_markers_has_no_last_write_either() -> None:
    scene, guests = Scene(), Guests()
    scene.write_in(guests)
    cutover = scene.cutover()
    cutover.look(state_of(web=(DONE, DONE), db=(DONE, DONE)))
    assert (len(scene.asked), guests.done) == (1, [])
    assert cutover.written(cutover.move).machines == cutover.move.machines
