"""Clones that differ from their source: looked at first, completed, recorded, and removed with all that is theirs."""

from dataclasses import replace
from typing import cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import ClusterError, SourceError, SuiteError
from support.domain.journal import OpenThing
from support.domain.machine import GIB, Bytes, Power
from support.domain.offload import StorageArray
from support.domain.shaping import CloneShape, ExtraDisk, StoreFolder
from support.domain.source import Provisioning
from support.workflow.journalling import open_things
from support.workflow.move import MachineOrder, Move, MoveOrder
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.removal.store_folders import STRAYS
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.session import open_session
from support.workflow.shaping import FOLDER, may_leave
from tests.workflow.landscape import ORDER, REQUEST, RHEL, RUN, SCOPE, WINDOWS, Landscape, Trouble
from tests.workflow.shapes import MemoryShapes, shaping
from tests.workflow.world import MemoryJournal

DISK = ExtraDisk(size=Bytes(30 * GIB))
FOLDERED = replace(DISK, folder="shared_disks")
THIN = CloneShape(provisioning=Provisioning.THIN)


def _order(*machines: tuple[MachineOrder, CloneShape]) -> MoveOrder:
    return replace(
        ORDER,
        machines=tuple(replace(each, request=replace(each.request, shape=shape)) for each, shape in machines),
    )


def _prepared(
    shape: CloneShape, machine: MachineOrder = WINDOWS, landscape: Landscape | None = None
) -> tuple[Ports, MemoryShapes, Move]:
    ports, shapes = shaping(landscape or Landscape(), MemoryJournal())
    session = open_session(ports, REQUEST)
    return ports, shapes, prepare(ports, session, _order((machine, shape)))


def _open_folders(ports: Ports) -> list[OpenThing]:
    return [each for each in open_things(ports.journal.records()) if each.thing.kind == FOLDER]


def test_what_the_source_has_no_room_for_is_refused_before_the_first_clone_is_begun() -> None:
    landscape = Landscape()
    ports, shapes = shaping(landscape, MemoryJournal(), full=True)
    session = open_session(ports, REQUEST)
    with pytest.raises(SourceError, match="no room for 2 clones"):
        prepare(ports, session, _order((RHEL, CloneShape()), (WINDOWS, THIN)))
    assert landscape.world.machines == {}
    assert shapes.shapes == {}


def test_a_machine_that_is_to_be_as_its_source_is_cloned_without_asking_for_a_shape() -> None:
    _ports, shapes, move = _prepared(CloneShape())
    assert shapes.shapes == {}
    assert len(move.machines) == 1


def test_mtv_must_know_the_disks_that_a_clone_was_given_before_a_plan_is_made() -> None:
    ports, _shapes, move = _prepared(CloneShape(disks=(DISK,)))
    (machine,) = move.machines
    looked = cast("MagicMock", ports.inventory).await_disks
    looked.assert_called_once_with(machine.inventory_id, len(machine.source.disks), ports.budgets.inventory)
    ports, _shapes, _move = _prepared(THIN)
    cast("MagicMock", ports.inventory).await_disks.assert_not_called()


def test_the_shape_goes_to_the_clone_and_its_extra_disks_to_the_finished_machine() -> None:
    shape = replace(
        THIN, datastore_id="datastore-7", host="esxi-1", disks=(DISK, replace(DISK, lun="naa.1", size=None))
    )
    _ports, shapes, move = _prepared(shape)
    (machine,) = move.machines
    assert shapes.shapes == {machine.name: shape}
    assert shapes.disks == {machine.platform_id: shape.disks}


def test_a_clone_that_came_otherwise_is_no_machine_to_move_and_gets_no_disks() -> None:
    ports, shapes = shaping(Landscape(), MemoryJournal())
    shapes.otherwise = "Hard disk 1: expected thin, got thick-lazy"
    session = open_session(ports, REQUEST)
    with pytest.raises(SourceError, match="expected thin, got thick-lazy"):
        prepare(ports, session, _order((WINDOWS, replace(THIN, disks=(DISK,)))))
    assert shapes.disks == {}


def test_a_folder_is_the_clone_s_own_and_lies_where_the_clone_does_unless_said_otherwise() -> None:
    elsewhere = replace(FOLDERED, datastore_id="datastore-9")
    ports, shapes, move = _prepared(replace(THIN, disks=(FOLDERED, elsewhere, elsewhere)))
    name = f"{move.machines[0].name}-shared_disks"
    home = move.machines[0].source.disks[0].store.id
    assert shapes.folders == {StoreFolder(datastore_id=place, name=name) for place in (home, "datastore-9")}
    assert [(disk.folder, disk.datastore_id) for disk in shapes.disks[move.machines[0].platform_id]] == [
        (name, home),
        (name, "datastore-9"),
        (name, "datastore-9"),
    ]
    assert len(_open_folders(ports)) == 2


def test_folders_go_with_their_machine() -> None:
    ports, shapes, _move = _prepared(replace(THIN, disks=(FOLDERED,)))
    assert end_scenario(ports, RUN, SCOPE) == []
    assert shapes.folders == set()
    assert _open_folders(ports) == []


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "answer lost"])
@pytest.mark.parametrize("request_name", ["make folder", "add disks"])
def test_a_failure_half_way_leaves_nothing(request_name: str, lost: bool) -> None:
    whole = Landscape()
    _prepared(replace(THIN, disks=(FOLDERED,)), landscape=whole)
    at = whole.trouble.requests.index(request_name) + 1
    ports, shapes = shaping(Landscape(trouble=Trouble(at=at, lost=lost)), MemoryJournal())
    session = open_session(ports, REQUEST)
    with pytest.raises(ClusterError, match=request_name):
        prepare(ports, session, _order((WINDOWS, replace(THIN, disks=(FOLDERED,)))))
    assert end_scenario(ports, RUN, SCOPE) == []
    assert end_run(ports, RUN) == []
    assert shapes.folders == set()


def test_a_folder_stays_as_long_as_its_machine_does_and_both_are_left_over() -> None:
    landscape = Landscape()
    ports, shapes, move = _prepared(replace(THIN, disks=(FOLDERED,)), landscape=landscape)
    landscape.world.stubborn.add(move.machines[0].platform_id)
    left = end_scenario(ports, RUN, SCOPE)
    assert {each.kind for each in left} == {"Machine", FOLDER}
    assert shapes.folders != set()


def test_a_folder_that_did_not_go_although_it_seemed_to_is_left_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ports, shapes, _move = _prepared(replace(THIN, disks=(FOLDERED,)))
    monkeypatch.setattr(shapes, "remove_folder", lambda _folder, _seconds: None)
    (left,) = end_scenario(ports, RUN, SCOPE)
    assert str(left).startswith(f"source {FOLDER} {RUN}-win-")


def test_what_is_left_beside_disks_goes_before_their_machine_does() -> None:
    ports, shapes, move = _prepared(THIN)
    shapes.left[move.machines[0].platform_id] = ["[ds] win/win.vmdk-rdmdisk-1"]
    assert end_scenario(ports, RUN, SCOPE) == []
    assert shapes.left == {}


def test_nobody_looks_beside_disks_that_nothing_was_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ports, shapes, _move = _prepared(CloneShape())
    monkeypatch.setattr(shapes, "remove_strays", None)
    assert end_scenario(ports, RUN, SCOPE) == []


def test_what_cannot_be_removed_beside_disks_is_left_over_and_the_machine_goes_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    landscape = Landscape()
    ports, shapes, _move = _prepared(THIN, landscape=landscape)
    monkeypatch.setattr(shapes, "remove_strays", MagicMock(side_effect=SourceError("x.vmdk: FileLocked")))
    (left,) = end_scenario(ports, RUN, SCOPE)
    assert (left.kind, left.why) == (STRAYS, "x.vmdk: FileLocked")
    assert landscape.world.machines == {}


@pytest.mark.parametrize("array", [None, MagicMock()])
def test_an_array_that_copies_may_leave_files_beside_the_disks_of_a_plain_clone(array: StorageArray | None) -> None:
    assert may_leave(replace(ORDER, offload=array), WINDOWS) is (array is not None)


def test_snapshots_are_taken_after_the_power_and_before_the_source_is_recorded() -> None:
    landscape = Landscape()
    _ports, shapes, move = _prepared(CloneShape(snapshots=2), RHEL, landscape)
    (machine,) = move.machines
    assert shapes.snapshots == [(machine.platform_id, f"{machine.name}-snapshot-{number}") for number in (1, 2)]
    assert machine.source.power is Power.ON


def test_snapshots_of_a_machine_that_is_off_are_refused_before_anything_is_made() -> None:
    landscape = Landscape()
    with pytest.raises(SuiteError, match="asks for a running machine"):
        _prepared(CloneShape(snapshots=2), WINDOWS, landscape)
    assert landscape.world.machines == {}


def test_a_name_that_is_asked_for_stays_letter_by_letter_and_still_begins_with_the_run() -> None:
    _ports, shapes, move = _prepared(CloneShape(name="XCopy_Test_VM_CAPS"))
    assert move.machines[0].name.rpartition("-")[0] == f"{RUN}-XCopy_Test_VM_CAPS"
    assert shapes.shapes == {}


def test_a_source_that_cannot_shape_its_clones_says_so() -> None:
    ports = Landscape().ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    with pytest.raises(SuiteError, match="cannot shape its clones"):
        prepare(ports, session, _order((WINDOWS, THIN)))
