"""Cleaning up by a list of names: what carries the run's id goes in the right order, anything else is only told of."""

import pytest

from support.domain.names import ObjectRef, RunId
from support.workflow.removal.inventoried import finish_inventoried
from tests.workflow.world import MemoryJournal, World, ports

RUN = RunId("auto-ab12")
MTV = "openshift-mtv"
NAMESPACE = ObjectRef("Namespace", "auto-ab12")
PLAN = ObjectRef("Plan", "auto-ab12-plan", MTV)
MIGRATION = ObjectRef("Migration", "auto-ab12-plan-migration", MTV)
SECRET = ObjectRef("Secret", "auto-ab12-secret", MTV)
PROVIDER = ObjectRef("Provider", "auto-ab12-provider", MTV)
LISTED = [NAMESPACE, SECRET, PROVIDER, PLAN, MIGRATION]


@pytest.fixture
def world() -> World:
    """What the older suite made: no label of ours on anything."""
    world = World(targets={PLAN.name: RUN})
    for ref in LISTED:
        world.put(ref)
    world.put(ObjectRef("VirtualMachine", "moved", RUN), plan="uid-Plan-auto-ab12-plan")
    return world


def finish(world: World, *listed: ObjectRef, on_source: tuple[ObjectRef, ...] = ()) -> list[str]:
    return [str(left) for left in finish_inventoried(ports(world, MemoryJournal()), RUN, listed, on_source)]


def test_everything_of_the_run_goes_in_the_order_of_a_teardown(world: World) -> None:
    assert finish(world, *LISTED) == []
    assert world.objects == {}
    assert world.done[:2] == ["cancel ", "archive"]
    deleted = [deed.removeprefix("delete ") for deed in world.done[2:]]
    assert deleted[0] == "VirtualMachine"
    assert set(deleted[1:3]) == {"Plan", "Migration"}
    assert deleted[3:] == ["Provider", "Secret", "Namespace"]


def test_a_second_time_there_is_nothing_to_do(world: World) -> None:
    finish(world, *LISTED)
    world.done.clear()
    assert finish(world, *LISTED) == []
    assert world.done == []


@pytest.mark.parametrize("name", ["auto-zz99-plan", "auto-ab12x", "default"])
def test_what_does_not_carry_the_runs_id_stays_and_is_told_of(world: World, name: str) -> None:
    foreign = ObjectRef("Namespace", name)
    world.put(foreign)
    (told,) = finish(world, *LISTED, foreign)
    assert told.startswith(f"Namespace {name}: it carries neither the run's label nor a name that begins")
    assert foreign in world.objects


def test_a_label_of_ours_is_proof_enough(world: World) -> None:
    labelled = ObjectRef("ConfigMap", "values", MTV)
    world.put_ours(labelled, RUN)
    assert finish(world, labelled) == [
        f"{ref}: its name begins with the run's id and it is still there" for ref in (SECRET, PROVIDER, PLAN, MIGRATION)
    ]
    assert labelled not in world.objects


def test_the_source_is_neither_asked_nor_touched(world: World) -> None:
    world.machines["vm-7"] = ("auto-ab12-rhel8", f"{RUN} clone")
    (told,) = finish(world, *LISTED, on_source=(ObjectRef("vsphere", "auto-ab12-rhel8"),))
    assert told.startswith("source vsphere auto-ab12-rhel8: not looked at")
    assert "vm-7" in world.machines


def test_what_will_not_go_is_left_over(world: World) -> None:
    world.stuck.add(SECRET)
    (told,) = finish(world, *LISTED)
    assert told.startswith(f"{SECRET}: still there")
