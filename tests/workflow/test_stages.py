"""From an order to a running migration: clones of the run's own, maps without gaps, a plan that is Ready."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest

from support.domain.errors import (
    MachineNotFound,
    PlanRejected,
    SourceError,
    SourceLoginError,
    StartError,
    SuiteError,
    WaitTimeout,
)
from support.domain.journal import Act
from support.domain.machine import Power
from support.domain.names import MachineName, ObjectRef
from support.domain.source import POD_NETWORK, Place, ProviderKind
from support.workflow.move import Move
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports, SourcePorts
from support.workflow.prepare import prepare
from support.workflow.session import Session, open_session
from tests.workflow.landscape import ORDER, REQUEST, RHEL, RUN, SCOPE, Landscape, asking, condition
from tests.workflow.world import MemoryJournal


def _opened(landscape: Landscape, journal: MemoryJournal | None = None) -> tuple[Ports, Session]:
    ports = landscape.ports(journal or MemoryJournal())
    return ports, open_session(ports, REQUEST)


def _prepared(landscape: Landscape, journal: MemoryJournal | None = None) -> tuple[Ports, Session, Move]:
    ports, session = _opened(landscape, journal)
    return ports, session, prepare(ports, session, ORDER)


# clone and prepare


def test_all_clones_are_begun_before_the_first_is_waited_for() -> None:
    landscape = Landscape()
    _prepared(landscape)
    cloning = [each for each in landscape.trouble.requests if "clone" in each]
    assert cloning == ["start clone", "start clone", "finish clone", "finish clone"]


def test_a_clone_s_task_is_written_down_before_it_is_waited_for() -> None:
    journal = MemoryJournal()
    _prepared(Landscape(), journal)
    keys = [r.key for r in journal.kept if r.thing is not None and r.thing.kind == "Machine"]
    assert len(keys) == 2
    for key in keys:
        acts = [record.act for record in journal.kept if record.key == key]
        assert acts == [Act.INTENT, Act.NOTED, Act.CREATED]


def test_a_clone_is_named_after_the_run_and_its_origin_and_says_so_in_its_notes() -> None:
    landscape = Landscape()
    _ports, _session, move = _prepared(landscape)
    assert [machine.name.rsplit("-", 1)[0] for machine in move.machines] == [f"{RUN}-rhel8", f"{RUN}-win"]
    assert all(notes.startswith(f"{RUN} ") for _name, notes in landscape.world.machines.values())


def test_an_unknown_origin_ends_the_scenario_with_the_source_s_own_words() -> None:
    ports, session = _opened(Landscape())
    order = replace(ORDER, machines=(replace(RHEL, origin=MachineName("rhle8")),))
    with pytest.raises(
        MachineNotFound, match=r"RHEL 8 machine: no machine or template 'rhle8'; the profile's machines block"
    ):
        prepare(ports, session, order)


def test_an_error_of_the_source_names_the_machine_where_the_platform_only_knows_a_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports, session = _opened(Landscape())
    late = WaitTimeout(subject="task-1", wanted="finished", budget="source_task", seconds=9, last_seen="40 %", age=1)
    for error, says in (
        (late, r"RHEL 8 machine auto-ab12-rhel8-\w+ \(task-1\): not finished within 9 s"),
        (SourceError("task-1: no space"), r"RHEL 8 machine auto-ab12-rhel8-\w+: task-1: no space"),
    ):
        clones = ports.source.clones
        assert clones is not None
        monkeypatch.setattr(clones, "finish_clone", MagicMock(side_effect=error))
        with pytest.raises(type(error), match=says):
            prepare(ports, session, ORDER)


def test_a_login_refused_in_mid_run_does_not_pass_for_a_run_that_created_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports, session = _opened(Landscape())
    clones = ports.source.clones
    assert clones is not None
    monkeypatch.setattr(clones, "start_clone", MagicMock(side_effect=SourceLoginError("refused")))
    with pytest.raises(SourceError, match="refused") as refused:
        prepare(ports, session, ORDER)
    assert not isinstance(refused.value, StartError)


def test_a_machine_without_nic_is_refused_before_it_is_switched_on() -> None:
    landscape = Landscape(nics=0)
    ports, session = _opened(landscape)
    with pytest.raises(SuiteError, match=r"has no NIC, expected at least one.*give the machine or template a NIC"):
        prepare(ports, session, ORDER)
    assert not any("switch" in request for request in landscape.trouble.requests)


def test_machines_are_recorded_after_they_are_switched_and_their_guests_reported() -> None:
    landscape = Landscape()
    ports, _session, move = _prepared(landscape)
    assert [machine.source.power for machine in move.machines] == [Power.ON, Power.OFF]
    powers = ports.source.powers
    assert isinstance(powers, MagicMock)
    (waited,) = [call.args[0] for call in powers.await_guest.call_args_list]
    assert waited == move.machines[0].platform_id


def test_a_power_state_that_the_source_cannot_give_is_an_error() -> None:
    ports, session = _opened(Landscape())
    without = replace(ports, source=SourcePorts(platform=ports.source.platform, clones=ports.source.clones))
    with pytest.raises(
        SuiteError, match=r"RHEL 8 machine auto-ab12-rhel8-\w+: asked to be on, but this source cannot switch machines"
    ):
        prepare(without, session, ORDER)


def test_a_source_that_cannot_clone_moves_its_originals_and_owns_none() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    landscape.world.machines = {"vm-1": ("rhel8", "")}
    landscape.powers = {"vm-1": Power.OFF}
    ports, session = _opened(landscape, journal)
    platform = ports.source.platform
    assert isinstance(platform, MagicMock)
    platform.find.return_value = "vm-1"
    order = replace(ORDER, machines=(replace(RHEL, request=replace(RHEL.request, power=None)),))
    move = prepare(replace(ports, source=SourcePorts(platform=platform)), session, order)
    assert [machine.name for machine in move.machines] == ["rhel8"]
    assert not [r for r in journal.kept if r.thing is not None and r.thing.kind == "Machine"]


def _at_rest(landscape: Landscape, *names: str) -> tuple[Ports, Session]:
    """A source of files: nothing is cloned or switched."""
    landscape.world.machines = {name: (name, "") for name in names}
    landscape.powers = dict.fromkeys(names, Power.OFF)
    ports, session = _opened(landscape)
    platform = ports.source.platform
    assert isinstance(platform, MagicMock)
    platform.find.side_effect = str
    return replace(ports, source=SourcePorts(platform=platform, at_rest=True)), session


def test_what_lies_in_a_file_is_moved_as_it_is_and_the_report_says_so() -> None:
    landscape = Landscape()
    ports, session = _at_rest(landscape, "rhel8")
    move = prepare(ports, session, replace(ORDER, machines=(RHEL,)))
    assert RHEL.request.power is Power.ON
    assert [machine.source.power for machine in move.machines] == [Power.OFF]
    told = ports.tells
    assert isinstance(told, MagicMock)
    assert any("rhel8 lies in a file, where nothing can be on" in str(call) for call in told.step.call_args_list)


def test_two_roles_that_stand_for_one_original_are_refused_before_anything_is_asked_of_mtv() -> None:
    landscape = Landscape()
    ports, session = _at_rest(landscape, "rhel8")
    with pytest.raises(SuiteError, match=r"both stand for rhel8, expected a machine for each.*machines block"):
        prepare(ports, session, replace(ORDER, machines=(RHEL, RHEL)))


def test_a_target_namespace_of_its_own_belongs_to_the_scenario() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports, session = _opened(landscape, journal)
    move = prepare(ports, session, asking(ORDER, target_namespace="elsewhere"))
    assert move.target_namespace == "elsewhere"
    (thing,) = [r.thing for r in journal.kept if r.thing is not None and r.thing.name == "elsewhere"]
    assert (thing.kind, thing.scope) == ("Namespace", SCOPE)


# maps


def test_the_first_network_goes_to_the_pod_network_and_each_further_one_to_a_nad_of_its_own() -> None:
    places = tuple(Place(id=f"network-{number}", name=f"net {number}") for number in range(4))
    landscape = Landscape(networks=places)
    ports, session, move = _prepared(landscape)
    planned = plan(ports, session, move)
    assert planned.maps is not None
    targets = [entry.target for entry in planned.maps.networks]
    assert [target.kind for target in targets] == ["pod", "multus", "multus", "multus"]
    assert [entry.source for entry in planned.maps.networks] == list(places)
    assert len({target.name for target in targets[1:]}) == 3
    nads = [ref for ref in landscape.world.objects if ref.kind == "NetworkAttachmentDefinition"]
    assert {(ref.name, ref.namespace) for ref in nads} == {(t.name, t.namespace) for t in targets[1:]}
    assert {ref.namespace for ref in nads} == {move.target_namespace}


def test_on_openshift_the_pod_network_stays_one_wherever_it_comes_and_a_definition_stays_one() -> None:
    extra = Place(id="", name="source-vms/net")
    for places in ((POD_NETWORK, extra), (extra, POD_NETWORK), (extra,)):
        ports, session, move = _prepared(Landscape(kind=ProviderKind.OPENSHIFT, networks=places))
        maps = plan(ports, session, move).maps
        assert maps is not None
        mapped = {entry.source: entry.target.kind for entry in maps.networks}
        assert mapped == {each: "pod" if each == POD_NETWORK else "multus" for each in places}


def test_every_store_goes_to_the_storage_class_of_the_run() -> None:
    stores = (Place(id="ds-1", name="a"), Place(id="ds-2", name="b"))
    landscape = Landscape(stores=stores)
    ports, session, move = _prepared(landscape)
    planned = plan(ports, session, move)
    assert planned.maps is not None
    assert [(entry.source, entry.storage_class) for entry in planned.maps.storage] == [
        (store, "block") for store in stores
    ]


@pytest.mark.parametrize("what", ["network", "store"])
def test_a_machine_of_which_mtv_knows_no_network_or_store_is_not_mapped_to_nothing(what: str) -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    setattr(landscape, f"{what}s", ())
    with pytest.raises(
        SuiteError, match=rf"knows no {what} of auto-ab12-rhel8-\w+ \(vm-\S+\), auto-ab12-win-\w+ .*Provider auto-ab12/"
    ):
        plan(ports, session, move)
    assert not any(ref.kind.endswith("Map") for ref in landscape.world.objects)


@pytest.mark.parametrize("kind", ["NetworkMap", "StorageMap", "Plan"])
def test_what_mtv_refuses_is_refused_in_its_own_words_after_it_has_stood(kind: str) -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    landscape.states[kind] = (condition("SourceNotValid", "Critical", "no such place"),)
    with pytest.raises(PlanRejected, match=rf"(?s){kind} auto-ab12/.*SourceNotValid: no such place"):
        plan(ports, session, move)
    assert landscape.clock.now >= ports.budgets.plan_blocked


def test_a_plan_that_never_becomes_ready_says_what_was_last_seen_of_it() -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    landscape.states["Plan"] = (condition("VMNotFound", "Critical", "not seen yet"),)
    with pytest.raises(WaitTimeout, match=r"setting wait_plan\); last seen VMNotFound: not seen yet"):
        plan(ports, session, move)


# plan and migration


def test_plan_and_migration_say_in_the_journal_what_cleanup_must_know() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports, session, move = _prepared(landscape, journal)
    move = start(ports, session, plan(ports, session, move))
    things = {r.thing.kind: r.thing for r in journal.kept if r.thing is not None}
    assert move.plan is not None
    shared = {"target_namespace": RUN, "machines": ",".join(move.inventory_ids)}
    assert dict(things["Plan"].details) == shared
    assert dict(things["Migration"].details) == {**shared, "plan": move.plan.ref.name}


@pytest.mark.parametrize(("warm", "end"), [(False, "-cold"), (True, "-warm")])
def test_plan_and_migration_are_named_after_how_they_move(warm: bool, end: str) -> None:
    landscape = Landscape()
    ports, session = _opened(landscape)
    move = start(ports, session, plan(ports, session, prepare(ports, session, asking(ORDER, warm=warm))))
    assert move.plan is not None
    assert move.migration is not None
    assert move.plan.ref.name.endswith(end)
    assert move.migration.ref.name.endswith(end)


def test_the_plan_is_made_of_inventory_ids_and_the_maps_that_became_ready() -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    plan(ports, session, move)
    parts = landscape.parts
    assert parts is not None
    assert parts.machines == tuple((machine.inventory_id, machine.name) for machine in move.machines)
    assert {parts.network_map, parts.storage_map} <= set(landscape.world.objects)
    assert (parts.source, parts.destination) == (session.source, session.destination)


def test_a_migration_without_a_plan_is_the_suite_s_own_mistake() -> None:
    ports, session, move = _prepared(Landscape())
    with pytest.raises(SuiteError, match="no plan yet: the stages of a move run in order"):
        start(ports, session, move)


def test_objects_of_two_plans_never_meet() -> None:
    landscape = Landscape()
    ports, session, move = _prepared(landscape)
    plan(ports, session, move)
    plan(ports, session, move)
    plans: list[ObjectRef] = [ref for ref in landscape.world.objects if ref.kind == "Plan"]
    assert len(plans) == 2
