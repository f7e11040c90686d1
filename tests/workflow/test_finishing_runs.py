"""However a run died, finishing it leaves nothing of its own and touches nothing of anybody else."""

from collections.abc import Callable

import pytest

from support.domain.errors import CannotLook
from support.domain.journal import Realm, Record, Thing
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.workflow.owning import cluster_thing
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run, end_scenario
from tests.workflow.world import MemoryJournal, World, ports

RUN = RunId("auto-ab12")
SCOPE = "cold.feature:5"
PLACED = {"target_namespace": RUN, "machines": "vm-7"}


class _Dies(Exception):
    """The process ends here."""


class _Script:
    """One run, step by step, that dies after a number of records: before or after the deed that follows."""

    def __init__(self, world: World, dies_after: int = 999, *, deed_done: bool = False) -> None:
        self.world, self.journal = world, MemoryJournal()
        self._dies_after, self._deed_done = dies_after, deed_done

    def _check(self, deed: Callable[[], object] | None = None) -> None:
        if len(self.journal.kept) >= self._dies_after:
            if deed is not None and self._deed_done:
                deed()
            raise _Dies

    def own(self, ref: ObjectRef, scope: str = "", **details: str) -> None:
        key = self.journal.intent(cluster_thing(ref, scope, details))
        self._check(lambda: self.world.put_ours(ref, RUN))
        made = self.world.put_ours(ref, RUN)
        self.journal.created(key, made.uid)
        self._check()

    def clone(self, name: str) -> None:
        key = self.journal.intent(Thing(realm=Realm.SOURCE, kind="Machine", name=name, scope=SCOPE))
        self._check(lambda: self.world.machines.update({"vm-7": (name, f"{RUN} clone")}))
        self.world.machines["vm-7"] = (name, f"{RUN} clone")
        self.journal.noted(key, {"task": "task-1"})
        self._check()
        self.journal.created(key, "vm-7")
        self._check()

    def hold_profile(self) -> None:
        key = self.journal.patching(cluster_thing(ObjectRef("StorageProfile", "nfs"), "", {"holder": RUN}))
        self._check(lambda: self.world.holders.add(RUN))
        self.world.holders.add(RUN)
        self.journal.patched(key)
        self._check()

    def migrated(self) -> None:
        uid = self.world.objects[ObjectRef("Migration", "m", RUN)][0]
        for kind in ("VirtualMachine", "PersistentVolumeClaim", "Pod"):
            self.world.put(ObjectRef(kind, "made", RUN), migration=uid)
        self.world.conditions["p"] = ["Executing"]

    def run(self) -> list[Record]:
        self.journal.opened({"run": RUN, "cluster": "cluster-1", "source": "source-1"})
        try:
            self._check()
            self.own(ObjectRef("Namespace", RUN))
            self.hold_profile()
            for kind in ("Secret", "Provider"):
                self.own(ObjectRef(kind, "s", RUN))
            self.clone(f"{RUN}-web")
            self.own(ObjectRef("NetworkMap", "n", RUN), SCOPE)
            self.own(ObjectRef("Plan", "p", RUN), SCOPE, **PLACED)
            self.own(ObjectRef("Migration", "m", RUN), SCOPE, plan="p", **PLACED)
            self.migrated()
        except _Dies:
            pass
        return list(self.journal.kept)


def _foreign() -> World:
    """A world with look-alikes: other runs' objects, names and labels that only resemble ours."""
    world = World()
    for name in ("auto-ab123", "auto-ab1", "xauto-ab12"):
        world.put_ours(ObjectRef("Namespace", name), name)
        world.put_ours(ObjectRef("Plan", "p", name), name)
        world.put(ObjectRef("VirtualMachine", "made", name), plan_name="p", plan_namespace=name)
    world.put(ObjectRef("ConfigMap", "plain", "default"))
    world.machines = {"vm-1": ("auto-ab12-web-old", "made by hand"), "vm-2": ("auto-ab123-web", "auto-ab123 clone")}
    world.holders = {"auto-ab123"}
    return world


def _seen(world: World) -> tuple[object, ...]:
    return dict(world.objects), dict(world.machines), set(world.holders)


LENGTH = len(_Script(World()).run())


@pytest.mark.parametrize("deed_done", [False, True])
@pytest.mark.parametrize("records", range(1, LENGTH + 1))
def test_a_run_that_died_after_any_record_is_finished_without_a_trace(records: int, deed_done: bool) -> None:
    world, pristine = _foreign(), _seen(_foreign())
    written = _Script(world, records, deed_done=deed_done).run()
    assert finish(ports(world, MemoryJournal()), RUN, written) == []
    assert _seen(world) == pristine


def test_a_second_call_does_nothing() -> None:
    world, journal = _foreign(), MemoryJournal()
    written = _Script(world).run()
    finish(ports(world, journal), RUN, written)
    world.done.clear()
    again = MemoryJournal()
    assert finish(ports(world, again), RUN, [*written, *journal.kept]) == []
    assert (world.done, again.kept) == ([], [])


def test_the_order_is_cancel_archive_machine_plan_provider_secret_namespace_clone() -> None:
    world = World()
    script = _Script(world)
    script.run()
    assert end_run(ports(world, script.journal), RUN) == []
    steps = ["cancel vm-7", "archive", *(f"delete {kind}" for kind in ("VirtualMachine", "Plan", "NetworkMap"))]
    steps += [f"delete {kind}" for kind in ("Provider", "Secret", "Namespace", "Machine")]
    assert [step for step in world.done if step in steps] == steps


def test_the_end_of_a_scenario_leaves_the_session_alone() -> None:
    world = World()
    script = _Script(world)
    script.run()
    assert end_scenario(ports(world, script.journal), RUN, SCOPE) == []
    assert {ref.kind for ref in world.objects} == {"Namespace", "Secret", "Provider"}
    assert world.machines == {}
    assert world.holders == {RUN}


def test_an_object_that_will_not_go_is_left_over_and_the_rest_goes() -> None:
    world = World()
    script = _Script(world)
    script.run()
    claim = ObjectRef("PersistentVolumeClaim", "made", RUN)
    world.refuses, world.stuck = {claim}, {ObjectRef("Namespace", RUN)}
    left = end_run(ports(world, script.journal), RUN)
    assert {each.kind for each in left} == {"PersistentVolumeClaim", "Namespace"}
    assert any("forbidden" in each.why for each in left)
    assert world.machines == {}


def test_an_object_that_took_the_name_of_ours_is_not_deleted() -> None:
    world = World()
    written = _Script(world).run()
    plan = ObjectRef("Plan", "p", RUN)
    world.stuck = {ObjectRef("Namespace", RUN)}
    world.objects[plan] = ("somebody-else", {})
    finish(ports(world, MemoryJournal()), RUN, written)
    assert world.uid_of(plan) == "somebody-else"


def test_another_cluster_than_journalled_cannot_be_looked_at() -> None:
    world = World()
    written = _Script(world).run()
    world.uid = "cluster-2"
    with pytest.raises(CannotLook, match=r"worked on cluster cluster-1, but this is cluster cluster-2; .*cluster_host"):
        finish(ports(world, MemoryJournal()), RUN, written)
    assert world.done == []


def test_what_the_journal_does_not_know_is_still_found() -> None:
    world = World()
    script = _Script(world)
    script.run()
    world.objects[ObjectRef("ClusterRole", "stray")] = ("u", {RUN_LABEL: RUN})
    world.machines["vm-9"] = (f"{RUN}-stray", f"{RUN} clone")
    left = {(each.kind, each.name) for each in end_run(ports(world, script.journal), RUN)}
    assert left == {("ClusterRole", "stray"), ("Machine", f"{RUN}-stray")}
