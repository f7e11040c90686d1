"""A target is read once it has come to rest or its budget is over; what was not reached is kept, never hidden."""

from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.domain.errors import MachineDiffers
from support.domain.machine import Mac, Power
from support.domain.names import ObjectRef
from support.workflow.follow import follow
from support.workflow.move import Move
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import Session, open_session
from support.workflow.settle import Promises, settle
from tests.workflow.landscape import ORDER, REQUEST, RUN, Landscape, asking
from tests.workflow.world import MemoryJournal

ALL = Promises(agent=True, addresses=True)
MACS = frozenset({Mac("00:50:56:00:00:00"), Mac("00:50:56:00:00:01")})


def _migrated(landscape: Landscape, power: Power | None = None) -> tuple[Ports, Session, Move]:
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    move = prepare(ports, session, asking(ORDER, target_power=power))
    return ports, session, follow(ports, start(ports, session, plan(ports, session, move)))


def _arrival(landscape: Landscape, name: str, **changes: Any) -> None:
    landscape.arrivals[name] = replace(landscape.arrivals[name], **changes)


def _left(landscape: Landscape, ports: Ports, *refs: ObjectRef) -> None:
    assert isinstance(ports.cluster.targets, MagicMock)
    ports.cluster.targets.follow_made.side_effect = lambda _place, _uid: landscape.feed(lambda: frozenset(refs))


def test_machines_at_rest_are_read_once_each() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    settled = settle(ports, session, move, Promises())
    assert [machine.unsettled for machine in settled.machines] == [None, None]
    assert all(machine.target is not None for machine in settled.machines)
    assert isinstance(ports.cluster.targets, MagicMock)
    assert ports.cluster.targets.describe.call_count == 2


def test_a_machine_that_never_gets_its_power_is_read_all_the_same_and_says_why() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    running = move.machines[0].name
    _arrival(landscape, running, printable_status="Starting")
    on, off = settle(ports, session, move, Promises()).machines
    assert on.unsettled is not None
    assert (
        f"VirtualMachine {RUN}/{running}: not at rest with power on within 300 s (setting wait_settled)" in on.unsettled
    )
    assert "last seen Starting" in on.unsettled
    assert (on.target is not None, off.unsettled) == (True, None)


def test_a_machine_that_should_be_off_but_only_pauses_on_its_way_up_is_not_at_rest() -> None:
    """Stopped with a wish to run is a machine about to start, no settled one."""
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    _arrival(landscape, move.machines[1].name, wants_to_run=True)
    assert settle(ports, session, move, Promises()).machines[1].unsettled is not None


@pytest.mark.parametrize(
    ("agent", "macs", "promises", "settled"),
    [
        (True, MACS, ALL, True),
        (False, MACS, ALL, False),
        (True, frozenset({Mac("00:50:56:00:00:00")}), ALL, False),
        (False, frozenset(), Promises(), True),
        (True, frozenset(), Promises(agent=True), True),
    ],
)
def test_agent_and_addresses_are_waited_for_when_they_are_promised(
    agent: bool, macs: frozenset[str], promises: Promises, settled: bool
) -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    _arrival(landscape, move.machines[0].name, agent_connected=agent, addressed_macs=macs)
    (on, _off) = settle(ports, session, move, promises).machines
    assert (on.unsettled is None) is settled
    assert settled or "wait_guest_agent" in str(on.unsettled)


def test_nothing_is_waited_for_in_the_guest_of_a_machine_that_stays_off() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    _arrival(landscape, move.machines[0].name, agent_connected=True, addressed_macs=MACS)
    settle(ports, session, move, ALL)
    assert landscape.clock.now == 0


def test_the_plan_s_word_on_power_counts_more_than_the_source() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape, Power.ON)
    on, off_at_the_source = settle(ports, session, move, Promises()).machines
    assert on.unsettled is None
    assert "at rest with power on" in str(off_at_the_source.unsettled)


def test_a_machine_that_is_not_there_is_a_difference_that_names_it() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    missing = ObjectRef("VirtualMachine", move.machines[1].name, RUN)
    del landscape.world.objects[missing]
    with pytest.raises(MachineDiffers, match=f"expected {missing} after the migration, got .* of Migration") as differs:
        settle(ports, session, move, Promises())
    assert f"got VirtualMachine {RUN}/{move.machines[0].name} of" in str(differs.value)


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        ("2.12.5", {"DataVolume", "Secret"}),
        ("2.13.0", {"DataVolume", "Secret"}),
        ("3.0", {"DataVolume", "Secret"}),
        ("2.11.4", {"DataVolume"}),
        ("2.9", {"DataVolume"}),
        (None, {"DataVolume"}),
        ("unknown", {"DataVolume"}),
    ],
)
def test_what_counts_as_left_behind_depends_on_the_version_of_mtv(version: str | None, kinds: set[str]) -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    _left(landscape, ports, ObjectRef("DataVolume", "d", RUN), ObjectRef("Secret", "s", RUN))
    settled = settle(ports, replace(session, mtv_version=version), move, Promises())
    assert {ref.kind for ref in settled.left_behind} == kinds


def test_leavings_that_go_in_time_are_not_left_behind() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    there = {ObjectRef("DataVolume", "d", RUN)}
    assert isinstance(ports.cluster.targets, MagicMock)
    ports.cluster.targets.follow_made.side_effect = lambda _place, _uid: landscape.feed(lambda: frozenset(there))
    landscape.clock.due = [lambda: None, there.clear]
    assert settle(ports, session, move, Promises()).left_behind == ()


def test_secrets_that_older_releases_keep_are_not_waited_for() -> None:
    landscape = Landscape()
    ports, session, move = _migrated(landscape)
    _left(landscape, ports, ObjectRef("Secret", "s", RUN))
    settle(ports, replace(session, mtv_version="2.11.4"), move, Promises())
    assert landscape.clock.now == 0
