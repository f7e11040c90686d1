"""Snapshots (checklist oVirt 7)."""

from typing import Any

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"


def take(client: Conversation, description: str = "before") -> Any:
    wanted = client.types.Snapshot(description=description, persist_memorystate=False)
    return client.vm(NAME).snapshots_service().add(wanted)


def regular(client: Conversation) -> list[Any]:
    kind = client.types.SnapshotType.REGULAR
    return [each for each in client.vm(NAME).snapshots_service().list() if each.snapshot_type == kind]


def test_a_machine_without_snapshots_lists_what_it_is_now(client: Conversation) -> None:
    (active,) = client.vm(NAME).snapshots_service().list()
    assert active.snapshot_type == client.types.SnapshotType.ACTIVE


def test_a_snapshot_is_locked_until_it_is_taken(engine: RunningEngine, client: Conversation) -> None:
    engine.stand_still()
    assert take(client).snapshot_status == client.types.SnapshotStatus.LOCKED
    assert client.vm(NAME).get().status == client.types.VmStatus.DOWN
    with pytest.raises(client.sdk.Error, match="performing an operation on a Snapshot") as refusal:
        take(client, "another")
    assert refusal.value.code == 409


def test_a_taken_snapshot_freezes_the_disks(engine: RunningEngine, client: Conversation) -> None:
    taken = take(client)
    engine.settle()
    (found,) = regular(client)
    assert (found.id, found.description) == (taken.id, "before")
    assert found.snapshot_status == client.types.SnapshotStatus.OK
    assert found.persist_memorystate is False
    assert [len(disk.parents) for disk in engine.machine(NAME).disks] == [1]
    assert client.codes()[-2:] == [45, 68]


def test_snapshots_are_told_apart(engine: RunningEngine, client: Conversation) -> None:
    for description in ("one", "two"):
        take(client, description)
        engine.settle()
    found = regular(client)
    assert [each.description for each in found] == ["one", "two"]
    assert len({each.id for each in found}) == 2


def test_a_removed_snapshot_leaves_nothing(engine: RunningEngine, client: Conversation) -> None:
    taken = take(client)
    engine.settle()
    client.vm(NAME).snapshots_service().snapshot_service(taken.id).remove()
    engine.settle()
    assert regular(client) == []
    assert [disk.parents for disk in engine.machine(NAME).disks] == [()]
    assert client.codes()[-2:] == [342, 356]


def test_what_a_machine_is_now_cannot_be_removed(client: Conversation) -> None:
    (active,) = client.vm(NAME).snapshots_service().list()
    with pytest.raises(client.sdk.Error, match="only allowed for regular snapshots"):
        client.vm(NAME).snapshots_service().snapshot_service(active.id).remove()


def test_a_snapshot_needs_a_description(client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match=r"Snapshot \[description\] required for add"):
        client.vm(NAME).snapshots_service().add(client.types.Snapshot(persist_memorystate=False))
