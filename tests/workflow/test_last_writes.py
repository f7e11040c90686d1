"""What is written in a guest just before its cutover, when, and what keeps it from being written."""

from dataclasses import replace
from typing import Any

import pytest

from support.domain.contents import GuestFile, Marker, SourceContents
from support.domain.errors import GuestNotOperable
from support.domain.migration import WarmProgress
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
    cutover.look(state_of(web=(DONE, DONE), db=(DONE, DONE)))
    assert (len(scene.asked), guests.done) == (1, [])
    assert cutover.written(cutover.move).machines == cutover.move.machines
