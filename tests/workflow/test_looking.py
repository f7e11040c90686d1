"""What is left over is looked for by discovery, and named together with what keeps it."""

from unittest.mock import MagicMock

import pytest

from support.adapters.openshift.refusals import Refused
from support.domain.journal import Realm, Thing
from support.domain.names import ObjectRef, RunId
from support.workflow.owning import cluster_thing
from support.workflow.removal.removing import Sweep
from support.workflow.removal.teardown import end_run, end_scenario
from tests.workflow.world import MemoryJournal, World, ports

RUN = RunId("auto-ab12")
OWN = ObjectRef("Namespace", RUN)
SCOPE = "cold.feature:5"


def _owned(world: World, journal: MemoryJournal, ref: ObjectRef, scope: str = "", **details: str) -> str:
    key = journal.intent(cluster_thing(ref, scope, details))
    journal.created(key, world.put_ours(ref, RUN).uid)
    return key


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journal(world: World) -> MemoryJournal:
    journal = MemoryJournal()
    journal.opened({"run": RUN})
    _owned(world, journal, OWN)
    return journal


def test_what_keeps_a_namespace_from_going_is_named(world: World, journal: MemoryJournal) -> None:
    world.stuck = {OWN}
    world.put(ObjectRef("Widget", "clinging", RUN))
    left = {each.kind: each.why for each in end_run(ports(world, journal), RUN)}
    assert left["Widget"] == f"lies in Namespace {RUN} of the run, which is still there"
    assert "still there after" in left["Namespace"]


def test_a_namespace_that_may_not_be_deleted_is_looked_into_too(world: World, journal: MemoryJournal) -> None:
    world.refuses = {OWN}
    world.put(ObjectRef("Widget", "clinging", RUN))
    assert {each.kind for each in end_run(ports(world, journal), RUN)} == {"Namespace", "Widget"}


def test_nothing_is_said_about_what_lay_in_a_namespace_that_went(world: World, journal: MemoryJournal) -> None:
    world.put(ObjectRef("Widget", "passing", RUN))
    assert end_run(ports(world, journal), RUN) == []


@pytest.mark.parametrize(("refusals", "seen"), [(3, True), (4, False)])
def test_a_look_that_is_refused_for_load_is_taken_again(
    world: World, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch, refusals: int, seen: bool
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    answers: list[Refused | list[str]] = [*[Refused("too many requests", 429)] * refusals, ["found"]]

    def look() -> list[str]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    sweep = Sweep(ports(world, journal))
    assert sweep.ask(look, OWN) == (["found"] if seen else [])
    assert [each.why for each in sweep.leftovers] == ([] if seen else ["nobody could look: too many requests"])


def test_a_look_that_is_forbidden_is_not_taken_again(world: World, journal: MemoryJournal) -> None:
    looks: list[int] = []

    def look() -> list[str]:
        looks.append(1)
        raise Refused("may not", 403)

    sweep = Sweep(ports(world, journal))
    assert sweep.ask(look, OWN) == []
    assert len(looks) == 1
    assert [each.why for each in sweep.leftovers] == ["nobody could look: may not"]


def test_a_target_namespace_that_was_there_before_is_searched_at_the_end_of_a_run(
    world: World, journal: MemoryJournal
) -> None:
    _owned(world, journal, ObjectRef("Plan", "p", RUN), SCOPE, target_namespace="shared")
    stray = ObjectRef("NetworkAttachmentDefinition", "stray", "shared")
    world.put_ours(stray, RUN)
    (left,) = end_run(ports(world, journal), RUN)
    assert (left.kind, left.namespace) == ("NetworkAttachmentDefinition", "shared")


def test_a_scenario_finds_what_came_back_under_its_name_and_leaves_others_things_alone(
    monkeypatch: pytest.MonkeyPatch, world: World, journal: MemoryJournal
) -> None:
    mine, other = ObjectRef("NetworkMap", "mine", RUN), ObjectRef("NetworkMap", "other", RUN)
    _owned(world, journal, mine, SCOPE)
    _owned(world, journal, other, "warm.feature:9")
    made = ports(world, journal)
    monkeypatch.setattr(world, "await_gone", _then_again(world, mine))
    (left,) = end_scenario(made, RUN, SCOPE)
    assert (left.name, left.why) == ("mine", "carries the run's label and is still there after its scenario")
    assert world.uid_of(other) is not None


def _then_again(world: World, ref: ObjectRef) -> MagicMock:
    """A request that was under way when the object was deleted makes it anew."""

    def seen_gone(refs: list[tuple[ObjectRef, str]], _seconds: float) -> list[ObjectRef]:
        world.put_ours(ref, RUN)
        return []

    return MagicMock(side_effect=seen_gone)


def test_a_scenario_finds_a_clone_of_its_own_that_came_late(
    monkeypatch: pytest.MonkeyPatch, world: World, journal: MemoryJournal
) -> None:
    name = f"{RUN}-web"
    journal.intent(Thing(realm=Realm.SOURCE, kind="Machine", name=name, scope=SCOPE, details={"task": "t"}))
    settled = MagicMock(side_effect=lambda *_args: world.machines.update({"vm-7": (name, f"{RUN} clone")}))
    monkeypatch.setattr(world, "settle_clone", settled)
    world.machines["vm-8"] = (f"{RUN}-of-another-scenario", f"{RUN} clone")
    (left,) = end_scenario(ports(world, journal), RUN, SCOPE)
    assert (left.realm, left.name, left.uid) == (Realm.SOURCE, name, "vm-7")


def test_a_volume_that_is_to_be_retained_is_told_and_journalled_and_no_leftover(
    world: World, journal: MemoryJournal
) -> None:
    key = _owned(world, journal, ObjectRef("Migration", "m", RUN), SCOPE, target_namespace=RUN, plan="p")
    uid = world.uid_of(ObjectRef("Migration", "m", RUN)) or ""
    world.put(ObjectRef("PersistentVolumeClaim", "disk", RUN), migration=uid)
    kept, gone = ObjectRef("PersistentVolume", "pv-1"), ObjectRef("PersistentVolume", "pv-2")
    world.put(kept)
    world.volumes = {"disk": [(kept, "uid-PersistentVolume-pv-1", True), (gone, "u", False)]}
    made = ports(world, journal)
    assert end_run(made, RUN) == []
    assert {"retained": str(kept)} in [dict(r.details) for r in journal.kept if r.key == key]
    assert isinstance(made.tells, MagicMock)
    told = [str(call.args[0]) for call in made.tells.step.call_args_list]
    assert [line for line in told if "Retain" in line] == [
        "PersistentVolume pv-1 stays: its reclaim policy is Retain, remove it by hand when it is not wanted"
    ]


def test_a_volume_that_is_retained_and_goes_all_the_same_is_not_told_of(world: World, journal: MemoryJournal) -> None:
    """As MTV's own, through which it reads appliances, when the plan is archived."""
    _owned(world, journal, ObjectRef("Migration", "m", RUN), SCOPE, target_namespace=RUN, plan="p")
    uid = world.uid_of(ObjectRef("Migration", "m", RUN)) or ""
    world.put(ObjectRef("PersistentVolumeClaim", "share", RUN), migration=uid)
    world.volumes = {"share": [(ObjectRef("PersistentVolume", "pv-1"), "u", True)]}
    made = ports(world, journal)
    assert end_run(made, RUN) == []
    assert isinstance(made.tells, MagicMock)
    assert [call for call in made.tells.step.call_args_list if "Retain" in str(call.args[0])] == []


def test_a_volume_that_should_have_gone_with_its_claim_is_left_over(world: World, journal: MemoryJournal) -> None:
    _owned(world, journal, ObjectRef("Migration", "m", RUN), SCOPE, target_namespace=RUN, plan="p")
    uid = world.uid_of(ObjectRef("Migration", "m", RUN)) or ""
    world.put(ObjectRef("PersistentVolumeClaim", "disk", RUN), migration=uid)
    volume = ObjectRef("PersistentVolume", "pv-1")
    world.put(volume)
    world.volumes = {"disk": [(volume, world.uid_of(volume) or "", False)]}
    (left,) = end_run(ports(world, journal), RUN)
    assert (left.kind, left.name) == ("PersistentVolume", "pv-1")
