"""What does not depend on each other is done at the same time, and one failure does not stop the rest."""

import threading

import pytest

from support.domain.errors import ClusterError, SuiteError
from support.domain.names import ObjectRef
from support.workflow.parallel import side_by_side
from support.workflow.prepare import prepare
from support.workflow.removal.removing import Sweep
from support.workflow.removal.teardown import end_scenario
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, RUN, SCOPE, Landscape
from tests.workflow.world import MemoryJournal, World, ports


def _meeting(people: int) -> threading.Barrier:
    """Opens only when that many are there at the same time; who waits alone gets an error."""
    return threading.Barrier(people, timeout=10)


def test_results_come_in_the_order_of_the_values() -> None:
    met = _meeting(3)

    def deed(number: int) -> int:
        met.wait()
        return number * 10

    assert side_by_side(deed, [3, 1, 2]) == [30, 10, 20]
    assert side_by_side(str, []) == []


def test_an_error_waits_until_the_others_have_come_to_their_end() -> None:
    met, done = _meeting(2), []

    def deed(number: int) -> None:
        met.wait()
        if number == 1:
            raise SuiteError("one failed")
        done.append(number)

    with pytest.raises(SuiteError, match="one failed"):
        side_by_side(deed, [1, 2])
    assert done == [2]


def test_clones_are_deleted_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    landscape, journal = Landscape(), MemoryJournal()
    made = landscape.ports(journal)
    prepare(made, open_session(made, REQUEST), ORDER)
    met, clones = _meeting(2), made.source.clones
    assert clones is not None

    def delete(identity: str, seconds: float) -> None:
        met.wait()
        landscape.world.delete_machine(identity, seconds)

    monkeypatch.setattr(clones, "delete", delete)
    assert end_scenario(made, RUN, SCOPE) == []
    assert landscape.world.machines == {}


def test_objects_of_one_stage_are_deleted_at_the_same_time_and_a_refusal_is_kept_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, met = World(), _meeting(3)
    found = [(world.put(ObjectRef("Secret", name, "n")).ref, f"uid-Secret-{name}") for name in ("a", "b", "c")]
    refused = found[1][0]
    world.refuses = {refused}
    made = ports(world, MemoryJournal())
    plain = world.delete

    def delete(ref: ObjectRef, uid: str) -> bool:
        met.wait()
        return plain(ref, uid)

    monkeypatch.setattr(made.cluster.objects, "delete", delete)
    sweep = Sweep(made)
    assert sweep.remove(found, 1) == [refused]
    (left,) = sweep.leftovers
    assert (left.name, left.why) == ("b", f"{refused}: forbidden")
    assert set(world.objects) == {refused}


def test_a_question_nobody_answers_is_left_over_with_its_reason_and_told_once() -> None:
    sweep = Sweep(ports(World(), MemoryJournal()))

    def refuse() -> list[str]:
        raise ClusterError("list pods: forbidden")

    about = ObjectRef("Namespace", "n")
    assert side_by_side(lambda _number: sweep.ask(refuse, about), [1, 2, 3]) == [[], [], []]
    (left,) = sweep.leftovers
    assert str(left) == "Namespace n: nobody could look: list pods: forbidden"


def test_an_object_that_nobody_could_see_go_stays_in_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    world, journal = World(), MemoryJournal()
    made = ports(world, journal)
    ref = ObjectRef("Secret", "a", "n")

    def unseen(_refs: object, _seconds: float) -> list[ObjectRef]:
        raise ClusterError("the watch broke")

    monkeypatch.setattr(made.cluster.objects, "await_gone", unseen)
    sweep = Sweep(made)
    assert sweep.remove([(ref, "u")], 1) == [ref]
    assert sweep.leftovers[0].why == "nobody could see it go: the watch broke"
