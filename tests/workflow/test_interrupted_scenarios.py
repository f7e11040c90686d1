"""A scenario with two machines, failing or dying at any point, through the real stages: nothing of it stays."""

from dataclasses import replace

import pytest

from support.domain.errors import ClusterError
from support.domain.journal import Act, Record, Thing
from support.domain.names import ObjectRef
from support.workflow.follow import follow, must_succeed
from support.workflow.plan import plan, start
from support.workflow.prepare import prepare
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.session import open_session
from support.workflow.settle import Promises, settle
from tests.workflow.landscape import ORDER, REQUEST, RUN, SCOPE, Landscape, Trouble, asking
from tests.workflow.world import MemoryJournal, World

_NFS = replace(REQUEST, storage_class="nfs")
_ELSEWHERE = asking(ORDER, target_namespace="target-of-its-own")


class _Dies(BaseException):
    """The process ends here; nothing may catch it."""


class _Dying(MemoryJournal):
    """Ends the process right after a number of records."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def _add(self, act: Act, key: str, **more: object) -> str:
        super()._add(act, key, **more)
        if len(self.kept) == self._after:
            raise _Dies
        return key


def _foreign() -> World:
    """Look-alikes: names and labels that only resemble the run's."""
    world = World()
    for name in ("auto-ab123", "target-of-another"):
        world.put_ours(ObjectRef("Namespace", name), "auto-ab123")
        world.put_ours(ObjectRef("Plan", "p", name), "auto-ab123")
        world.put(ObjectRef("VirtualMachine", "made", name), plan_name="p", plan_namespace=name)
    world.machines = {"vm-1": ("auto-ab12-rhel8-old", "made by hand"), "vm-2": ("auto-ab123-web", "auto-ab123 clone")}
    world.holders = {"auto-ab123"}
    return world


def _seen(world: World) -> tuple[object, ...]:
    return dict(world.objects), dict(world.machines), set(world.holders)


def _run(landscape: Landscape, journal: MemoryJournal) -> None:
    ports = landscape.ports(journal)
    session = open_session(ports, _NFS)
    move = start(ports, session, plan(ports, session, prepare(ports, session, _ELSEWHERE)))
    move = follow(ports, move)
    must_succeed(move)
    settle(ports, session, move, Promises())


def _live(landscape: Landscape, journal: MemoryJournal) -> None:
    """A run with its own teardown."""
    _run(landscape, journal)
    ports = landscape.ports(journal)
    assert end_scenario(ports, RUN, SCOPE) == []
    assert end_run(ports, RUN) == []


def _whole() -> tuple[int, int, int]:
    """How many requests, how many records and how many deletions a run makes that nothing interrupts."""
    landscape, journal = Landscape(world=_foreign()), MemoryJournal()
    _live(landscape, journal)
    deletions = [each for each in landscape.world.done if each.startswith("delete")]
    return len(landscape.trouble.requests), len(journal.kept), len(deletions)


REQUESTS, RECORDS, DELETIONS = _whole()


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "answer-lost"])
@pytest.mark.parametrize("at", range(1, REQUESTS + 1))
def test_whichever_request_fails_the_end_of_the_run_leaves_nothing(at: int, lost: bool) -> None:
    landscape = Landscape(world=_foreign(), trouble=Trouble(at=at, lost=lost))
    journal = MemoryJournal()
    with pytest.raises(ClusterError, match="no answer"):
        _run(landscape, journal)
    ports = landscape.ports(journal)
    assert end_scenario(ports, RUN, SCOPE) == []
    assert _of_the_scenario(journal) == set()
    assert end_run(ports, RUN) == []
    assert _seen(landscape.world) == _seen(_foreign())
    assert landscape.tasks == {}


def _of_the_scenario(journal: MemoryJournal) -> set[str]:
    ended = {record.key for record in journal.kept if record.act is Act.GONE}
    return {str(r.thing) for r in journal.kept if _is_scenarios(r.thing) and r.key not in ended}


def _is_scenarios(thing: Thing | None) -> bool:
    return thing is not None and thing.scope == SCOPE


@pytest.mark.parametrize("after", range(1, RECORDS + 1))
def test_after_whichever_record_the_process_dies_cleanup_leaves_nothing(after: int) -> None:
    landscape, journal = Landscape(world=_foreign()), _Dying(after)
    with pytest.raises(_Dies):
        _live(landscape, journal)
    records: list[Record] = list(journal.kept)
    assert finish(landscape.ports(MemoryJournal()), RUN, records) == []
    assert _seen(landscape.world) == _seen(_foreign())
    assert landscape.tasks == {}


def _killed_in_mid_migration() -> tuple[Landscape, list[Record]]:
    landscape, journal = Landscape(world=_foreign(), outcome=""), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, _NFS)
    start(ports, session, plan(ports, session, prepare(ports, session, _ELSEWHERE)))
    return landscape, list(journal.kept)


def test_a_cleanup_that_dies_itself_is_finished_by_the_next_one() -> None:
    landscape, records = _killed_in_mid_migration()
    cleanup = MemoryJournal()
    assert finish(landscape.ports(cleanup), RUN, records) == []
    for after in range(1, len(cleanup.kept) + 1):
        landscape, records = _killed_in_mid_migration()
        first = _Dying(after)
        with pytest.raises(_Dies):
            finish(landscape.ports(first), RUN, records)
        assert finish(landscape.ports(MemoryJournal()), RUN, [*records, *first.kept]) == []
        assert _seen(landscape.world) == _seen(_foreign())


@pytest.mark.parametrize("at", range(1, DELETIONS + 1))
def test_a_deletion_that_is_refused_once_is_named_and_the_next_cleanup_makes_up_for_it(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    landscape, journal = Landscape(world=_foreign()), MemoryJournal()
    _run(landscape, journal)
    ports, asked, plain = landscape.ports(journal), [], landscape.world.delete
    clones = ports.source.clones
    assert clones is not None
    plain_clone = clones.delete

    def refuse() -> None:
        asked.append(True)
        if len(asked) == at:
            raise ClusterError("the server is busy")

    def delete(ref: ObjectRef, uid: str) -> bool:
        refuse()
        return plain(ref, uid)

    def delete_clone(identity: str, seconds: float) -> None:
        refuse()
        plain_clone(identity, seconds)

    monkeypatch.setattr(landscape.world, "delete", delete)
    monkeypatch.setattr(clones, "delete", delete_clone)
    left = [*end_scenario(ports, RUN, SCOPE), *end_run(ports, RUN)]
    assert "the server is busy" in " ".join(each.why for each in left)
    assert finish(landscape.ports(MemoryJournal()), RUN, journal.kept) == []
    assert _seen(landscape.world) == _seen(_foreign())


def test_a_migration_under_way_is_canceled_for_both_machines_before_anything_goes() -> None:
    landscape, journal = Landscape(outcome=""), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, REQUEST)
    move = prepare(ports, session, ORDER)
    start(ports, session, plan(ports, session, move))
    assert end_scenario(ports, RUN, SCOPE) == []
    assert landscape.world.done[0] == f"cancel {','.join(move.inventory_ids)}"
    assert len(move.inventory_ids) == 2


def test_a_name_that_somebody_else_took_meanwhile_is_neither_adopted_nor_deleted() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports = landscape.ports(journal)
    foreign = ObjectRef("Namespace", RUN)
    landscape.world.put(foreign, owner="somebody")
    with pytest.raises(ClusterError, match="already exists"):
        open_session(ports, REQUEST)
    assert end_run(ports, RUN) == []
    assert landscape.world.objects == {foreign: ("uid-Namespace-auto-ab12", {"owner": "somebody"})}


def test_an_object_that_was_made_although_the_answer_said_it_exists_already_goes() -> None:
    """A repeated request meets what the first one made: it is told by the run's label."""
    landscape, journal = Landscape(), MemoryJournal()
    landscape.world.put_ours(ObjectRef("Namespace", RUN), RUN)
    ports = landscape.ports(journal)
    with pytest.raises(ClusterError, match="already exists"):
        open_session(ports, REQUEST)
    assert end_run(ports, RUN) == []
    assert landscape.world.objects == {}


def test_a_clone_whose_task_is_not_known_is_awaited_and_removed() -> None:
    landscape, journal = Landscape(trouble=Trouble(at=5, lost=True)), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, REQUEST)
    with pytest.raises(ClusterError, match="start clone: no answer"):
        prepare(ports, session, ORDER)
    assert len(landscape.tasks) == 1
    assert end_scenario(ports, RUN, SCOPE) == []
    assert (landscape.tasks, landscape.world.machines) == ({}, {})


def test_one_clone_that_cannot_be_deleted_does_not_keep_the_other() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, REQUEST)
    move = prepare(ports, session, ORDER)
    stubborn = move.machines[0]
    landscape.world.stubborn = {stubborn.platform_id}
    (left,) = end_scenario(ports, RUN, SCOPE)
    assert (left.kind, left.name, left.why) == ("Machine", stubborn.name, f"{stubborn.platform_id}: the host is down")
    assert set(landscape.world.machines) == {stubborn.platform_id}
