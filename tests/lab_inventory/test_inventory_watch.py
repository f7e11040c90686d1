"""Websocket watches of the inventory (facts/forklift.md 5.1)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import websocket

from lab.world import physics

Inventory = Any
Event = dict[str, Any]

STARTED, PARITY, CREATED, UPDATED, DELETED = 0, 1, 16, 32, 64


def watch(
    inventory: Inventory, collection: str, enough: Callable[[list[Event]], bool], mode: str = "snapshot", **more: Any
) -> list[Event]:
    """Events of a watch until they are enough; `then` is called at parity."""
    socket = websocket.create_connection(
        f"{inventory.lab.endpoints['inventory'].replace('https', 'wss')}"
        f"/providers/vsphere/{inventory.uid}/{collection}",
        header={"Authorization": f"Bearer {inventory.token}", "X-Watch": mode},
        sslopt={"ca_certs": str(inventory.lab.folder / "ca.crt")},
        timeout=10,
    )
    seen: list[Event] = []
    try:
        while not seen or not enough(seen):
            seen.append(json.loads(socket.recv()))
            if seen[-1]["Action"] == PARITY and "then" in more:
                more["then"]()
    finally:
        socket.close()
    return seen


def at_parity(seen: list[Event]) -> bool:
    return bool(seen[-1]["Action"] == PARITY)


def test_a_watch_begins_with_everything_there_is(inventory: Inventory) -> None:
    seen = watch(inventory, "datastores", at_parity)
    assert [event["Action"] for event in seen] == [STARTED, *[CREATED] * 5, PARITY]
    assert [event["ID"] for event in seen] == list(range(1, len(seen) + 1))
    assert all(set(event) == {"ID", "Labels", "Action", "Resource", "Updated"} for event in seen)
    assert seen[1]["Resource"]["name"] == "lab-vmfs-1"
    assert "capacity" in seen[1]["Resource"]
    assert seen[0]["Resource"] is None


def test_a_watch_without_a_snapshot_begins_at_parity(inventory: Inventory) -> None:
    seen = watch(inventory, "vms", at_parity, mode="true")
    assert [event["Action"] for event in seen] == [STARTED, PARITY]


def test_a_machine_that_comes_changes_and_goes_is_three_kinds_of_events(inventory: Inventory) -> None:
    world = inventory.lab.world

    def come() -> None:
        machine = physics.copy_machine(world, world.machines["vm-101"], "watched")
        world.machines[machine.id] = machine
        world.touch(machine)

    def own(seen: list[Event]) -> list[Event]:
        return [event for event in seen if (event["Resource"] or {}).get("name") == "watched"]

    def enough(seen: list[Event]) -> bool:
        mine = own(seen)
        if mine and mine[-1]["Action"] == UPDATED:

            def go() -> None:
                machine = world.machine_named("watched")
                if machine is not None:
                    world.machines.pop(machine.id)
                    world.touch(machine)

            inventory.on_loop(go)
        return bool(mine and mine[-1]["Action"] == DELETED)

    seen = own(watch(inventory, "vms", enough, mode="changes", then=lambda: inventory.on_loop(come)))
    assert [event["Action"] for event in seen] == [CREATED, UPDATED, DELETED]
    created, updated, _ = seen
    assert (created["Resource"]["revision"], created["Resource"]["revisionValidated"]) == (1, 0)
    assert (updated["Resource"]["revisionValidated"], updated["Updated"]["revisionValidated"]) == (0, 1)


def test_provider_lists_and_openshift_collections_cannot_be_watched(inventory: Inventory) -> None:
    assert inventory.ask("providers/vsphere", **{"X-Watch": "snapshot"}).status_code == 400
    uid = inventory.provider("watched-host", "openshift", "InventoryCreated")
    assert inventory.ask(f"providers/openshift/{uid}/vms", **{"X-Watch": "snapshot"}).status_code == 501


@pytest.mark.parametrize("path", ["vms", "datastores"])
def test_a_watch_that_is_no_websocket_is_refused(inventory: Inventory, path: str) -> None:
    answer = inventory.ask(f"providers/vsphere/{inventory.uid}/{path}", **{"X-Watch": "snapshot"})
    assert answer.status_code == 400
