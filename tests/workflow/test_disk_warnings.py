"""What MTV says of a machine's disks is read of the very machine, when its plan is ready."""

from dataclasses import replace
from typing import Any, cast

from support.domain.disk_concerns import DiskConcern
from support.domain.errors import WaitTimeout
from support.domain.migration import Condition
from support.domain.source import ProviderKind
from support.workflow.disk_warnings import with_warnings
from support.workflow.move import Move
from support.workflow.plan import plan
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, READY, REQUEST, Landscape
from tests.workflow.world import MemoryJournal

CONCERNS: dict[str, str] = {DiskConcern.RAW: "Warning"}


def _planned(landscape: Landscape) -> tuple[Ports, Move]:
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    return ports, plan(ports, session, prepare(ports, session, ORDER))


def _warning(*items: str, kind: str = "RDMDiskWarning") -> Condition:
    return Condition(type=kind, status=True, category="Warn", items=items)


def test_a_ready_plans_machines_have_the_concerns_of_the_inventory() -> None:
    _ports, move = _planned(Landscape(concerns=dict(CONCERNS)))
    assert [machine.warnings.concerns for machine in move.machines] == [CONCERNS, CONCERNS]
    assert [machine.warnings.unread for machine in move.machines] == [None, None]


def test_what_the_plan_says_is_of_the_machine_that_it_names() -> None:
    named = Landscape()
    ports, move = _planned(named)
    first, second = move.machines
    said = [_warning(f" id:{second.inventory_id} name:'{second.name}'"), _warning("id:vm-1", kind="MacConflicts")]
    told = with_warnings(ports, move, (*READY, *said)).machines
    assert [machine.warnings.conditions for machine in told] == [{}, {"RDMDiskWarning": "Warn"}]
    like = with_warnings(ports, move, [_warning(f"id:{first.inventory_id}0 name:'{first.name}0'")]).machines
    assert [machine.warnings.conditions for machine in like] == [{}, {}]


def test_a_judgement_that_never_comes_is_told_and_no_error() -> None:
    ports, move = _planned(Landscape())
    late = WaitTimeout(
        subject="machine vm-1", wanted="judged", budget="inventory", seconds=300, last_seen="revision 2", age=0
    )
    cast("Any", ports.inventory).await_concerns.side_effect = late
    assert "revision 2" in str(with_warnings(ports, move, ()).machines[0].warnings.unread)


def test_other_platforms_are_not_asked() -> None:
    ports, move = _planned(Landscape())
    machine = replace(move.machines[0], source=replace(move.machines[0].source, kind=ProviderKind.OPENSTACK))
    cast("Any", ports.inventory).await_concerns.reset_mock()
    with_warnings(ports, move.with_machines((machine,)), ())
    cast("Any", ports.inventory).await_concerns.assert_not_called()
