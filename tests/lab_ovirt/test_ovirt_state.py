"""What a difference of the lab sees of the engine."""

from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"


def changes(engine: RunningEngine, before: dict[str, str]) -> set[str]:
    """Paths that differ from a fingerprint."""
    now = dict(engine.on_loop(engine.service.fingerprint))
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


def pristine(engine: RunningEngine) -> dict[str, str]:
    return dict(engine.on_loop(engine.service.fingerprint))


def test_reading_changes_nothing(engine: RunningEngine, client: Conversation) -> None:
    before = pristine(engine)
    client.vm(NAME).get(follow="nics,snapshots")
    client.system.events_service().list()
    assert changes(engine, before) == set()


def test_a_machine_that_is_left_is_a_difference(engine: RunningEngine, client: Conversation) -> None:
    before = pristine(engine)
    service = client.cloned(NAME, "auto-1")
    assert changes(engine, before) == {"machines/auto-1"}
    service.remove()
    engine.settle()
    assert changes(engine, before) == set()


def test_a_snapshot_that_is_left_is_a_difference(engine: RunningEngine, client: Conversation) -> None:
    before = pristine(engine)
    client.vm(NAME).snapshots_service().add(client.types.Snapshot(description="x", persist_memorystate=False))
    engine.settle()
    assert changes(engine, before) == {f"machines/{NAME}"}


def test_a_job_that_goes_on_is_a_difference(engine: RunningEngine, client: Conversation) -> None:
    before = pristine(engine)
    engine.stand_still()
    client.clone(NAME, "auto-1")
    assert any(path.startswith("jobs/Creating VM auto-1") for path in changes(engine, before))
