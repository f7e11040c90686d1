"""What a plan's options need around it: networks that fit, a marked worker, addresses told before the switch-off."""

import re
from dataclasses import replace
from typing import Any

import pytest

from support.domain.errors import SuiteError
from support.domain.journal import Act
from support.domain.machine import Power
from support.domain.names import ObjectRef, RunId
from support.domain.request import Arrangements
from support.domain.source import Place
from support.workflow.mapping import nad_name
from support.workflow.move import Move, MoveOrder
from support.workflow.plan import plan
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.session import Session, open_session
from tests.workflow.landscape import ORDER, REQUEST, RHEL, RUN, SCOPE, WINDOWS, Landscape, asking
from tests.workflow.world import MemoryJournal

PLACED = replace(ORDER, arrangements=Arrangements(chosen_worker=True))
KEY = re.compile(rf"mtv-acceptance/{RUN}-[a-z0-9]{{4}}")


def _planned(
    landscape: Landscape, order: MoveOrder, journal: MemoryJournal | None = None
) -> tuple[Ports, Session, Move]:
    ports = landscape.ports(journal or MemoryJournal())
    session = open_session(ports, REQUEST)
    return ports, session, plan(ports, session, prepare(ports, session, order))


def _targets(move: Move) -> list[str]:
    assert move.maps is not None
    return [f"{entry.source.id} {entry.target.kind}" for entry in move.maps.networks]


# networks


def test_two_nics_on_one_network_never_both_go_to_the_pod_network() -> None:
    landscape = Landscape(networks=(Place(id="network-1", name="only"),), nics=2)
    _ports, _session, move = _planned(landscape, ORDER)
    assert _targets(move) == ["network-1 multus", "network-1 multus"]
    assert move.maps is not None
    assert len({entry.target for entry in move.maps.networks}) == 2


def test_the_pod_network_goes_to_the_first_network_that_fits() -> None:
    places = (Place(id="network-1", name="front"), Place(id="network-2", name="back"))
    landscape = Landscape(networks=places, nics=3)  # the second and third NIC are on the second network
    assert _targets(_planned(landscape, ORDER)[2]) == ["network-1 pod", "network-2 multus", "network-2 multus"]


@pytest.mark.parametrize(
    ("version", "number"), [("2.11.6", 1), ("2.11.7", 2), ("2.11.7-5", 2), ("2.12.5", 2), (None, 2)]
)
def test_releases_that_take_a_network_once_are_given_it_once(version: str | None, number: int) -> None:
    landscape = Landscape(networks=(Place(id="network-1", name="only"),), nics=2)
    ports = landscape.ports(MemoryJournal())
    session = replace(open_session(ports, REQUEST), mtv_version=version)
    assert len(_targets(plan(ports, session, prepare(ports, session, ORDER)))) == number


def test_a_static_address_that_the_plan_keeps_is_not_put_behind_the_masquerade() -> None:
    landscape = Landscape(static=True)
    assert _targets(_planned(landscape, ORDER)[2])[0] == "network-1 pod"
    kept = Landscape(static=True)
    assert _targets(_planned(kept, asking(ORDER, preserve_static_ips=True))[2]) == [
        "network-1 multus",
        "network-2 multus",
    ]


def test_networks_are_defined_where_the_scenario_wants_them_and_go_with_it() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    order = replace(asking(ORDER, target_namespace="own"), arrangements=Arrangements(networks_in="default"))
    ports, _session, _move = _planned(landscape, order, journal)
    nads = [ref for ref in landscape.world.objects if ref.kind == "NetworkAttachmentDefinition"]
    assert [ref.namespace for ref in nads] == ["default"]
    assert end_scenario(ports, RUN, SCOPE) == []
    assert not [ref for ref in landscape.world.objects if ref.kind == nads[0].kind or ref.name == "own"]


@pytest.mark.parametrize("run", ["auto-ab12", "a-very-long-prefix-of-somebody-ab12", "x"])
def test_a_network_s_name_fits_a_bridge_and_is_fresh(run: str) -> None:
    names = {nad_name(RunId(run)) for _ in range(50)}
    assert all(len(name) <= 15 for name in names)
    assert len(names) > 40
    assert all(name.startswith((run, "ab12-")) for name in names)


# the chosen worker


def test_the_plan_asks_for_the_mark_of_the_worker_and_for_nothing_else() -> None:
    landscape = Landscape()
    _ports, _session, move = _planned(landscape, PLACED)
    assert move.mark is not None
    assert KEY.fullmatch(move.mark.key)
    assert move.order.options.target_node_selector == {move.mark.key: move.mark.value}
    assert landscape.parts is not None
    assert landscape.parts.options.target_node_selector == move.order.options.target_node_selector
    assert landscape.world.nodes.labels == {"worker-0": {move.mark.key: RUN}}


@pytest.mark.parametrize(
    ("room", "node"),
    [
        ({}, "worker-0"),
        ({"worker-0": 0.2, "worker-1": 0.7}, "worker-1"),
        ({"worker-1": 0.5, "worker-0": 0.5}, "worker-0"),
        ({"master-0": 0.9, "worker-1": 0.1}, "worker-1"),
    ],
)
def test_the_worker_with_most_room_is_chosen_else_the_first(room: dict[str, float], node: str) -> None:
    landscape = Landscape()
    landscape.world.nodes.room = room
    move = _planned(landscape, PLACED)[2]
    assert move.mark is not None
    assert move.mark.node == node


def test_without_a_worker_that_takes_machines_there_is_no_plan() -> None:
    landscape = Landscape()
    landscape.world.nodes.names = []
    with pytest.raises(SuiteError, match="no worker node takes machines now, expected one that is Ready"):
        _planned(landscape, PLACED)


def test_the_mark_is_written_down_before_it_is_made_and_taken_off_with_the_scenario() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports, _session, _move = _planned(landscape, PLACED, journal)
    (begun,) = [r for r in journal.kept if r.thing is not None and r.thing.kind == "Node"]
    assert [r.act for r in journal.kept if r.key == begun.key] == [Act.PATCHING, Act.PATCHED]
    assert end_scenario(ports, RUN, SCOPE) == []
    assert landscape.world.nodes.labels == {"worker-0": {}}
    assert journal.kept[-1].act is not Act.PATCHED


def test_a_mark_that_stays_is_left_over_whatever_its_removal_said() -> None:
    landscape = Landscape()
    landscape.world.nodes.sticky = True
    ports, _session, _move = _planned(landscape, PLACED)
    (left,) = end_scenario(ports, RUN, SCOPE)
    assert (left.kind, left.name, left.why) == ("Node", "worker-0", "still carries a label of the run")
    assert [each.name for each in end_run(ports, RUN)] == ["worker-0"]


def test_cleanup_takes_off_a_mark_of_a_run_that_died_before_it_knew_of_its_success() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    _planned(landscape, PLACED, journal)
    begun = next(n for n, r in enumerate(journal.kept) if r.thing is not None and r.thing.kind == "Node")
    left = finish(landscape.ports(MemoryJournal()), RUN, journal.kept[: begun + 1])
    assert not [each for each in left if each.kind == "Node"]
    assert landscape.world.nodes.labels == {"worker-0": {}}


def test_marks_of_other_runs_stay() -> None:
    landscape = Landscape()
    landscape.world.nodes.labels = {"worker-1": {"mtv-acceptance/auto-zz99-abcd": "auto-zz99"}}
    ports, _session, _move = _planned(landscape, PLACED)
    assert end_scenario(ports, RUN, SCOPE) == []
    assert end_run(ports, RUN) == []
    assert landscape.world.nodes.labels["worker-1"]


# addresses


def test_a_machine_that_is_to_be_off_tells_its_addresses_first() -> None:
    landscape = Landscape(static=True)
    ports = landscape.ports(MemoryJournal())
    order = asking(replace(ORDER, machines=(WINDOWS,)), preserve_static_ips=True)
    (machine,) = prepare(ports, open_session(ports, REQUEST), order).machines
    assert machine.source.power is Power.OFF
    assert [nic.addresses[0].address for nic in machine.source.nics] == ["192.0.2.0", "192.0.2.1"]
    began = landscape.trouble.requests.index("switch on")
    told = [each for each in landscape.trouble.requests[began:] if "create" not in each]
    assert told[:4] == ["switch on", "await guest", "inventory knows 2 addresses of on", "switch off"]
    assert "inventory knows 2 addresses of off" not in told


@pytest.mark.parametrize(("order", "started"), [(RHEL, 1), (WINDOWS, 0)])
def test_nothing_is_started_for_addresses_that_nobody_keeps(order: Any, started: int) -> None:
    landscape = Landscape(static=True)
    ports = landscape.ports(MemoryJournal())
    prepare(ports, open_session(ports, REQUEST), replace(ORDER, machines=(order,)))
    assert landscape.trouble.requests.count("switch on") == started


def test_a_running_machine_waits_until_mtv_knows_its_addresses() -> None:
    landscape = Landscape(static=True)
    ports = landscape.ports(MemoryJournal())
    prepare(ports, open_session(ports, REQUEST), asking(replace(ORDER, machines=(RHEL,)), preserve_static_ips=True))
    assert "inventory knows 2 addresses of on" in landscape.trouble.requests


def test_a_machine_left_as_its_clone_came_up_is_off_again_afterwards() -> None:
    landscape = Landscape(static=True)
    ports = landscape.ports(MemoryJournal())
    as_it_is = replace(RHEL, request=replace(RHEL.request, power=None))
    order = asking(replace(ORDER, machines=(as_it_is,)), preserve_static_ips=True)
    (machine,) = prepare(ports, open_session(ports, REQUEST), order).machines
    assert (machine.source.power, bool(machine.source.nics[0].static_addresses)) == (Power.OFF, True)
    assert ObjectRef("Namespace", RUN) in landscape.world.objects
