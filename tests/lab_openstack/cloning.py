"""A clone that keeps disks and boot order, as a careful client of the SDK makes it (facts/sources.md 4.4)."""

from dataclasses import dataclass, field
from typing import Any

QUICKLY = 0.05
"""Seconds between two looks of the SDK."""


@dataclass(slots=True)
class Clone:
    """A server and what it was made by way of."""

    server: Any = None
    snapshots: list[Any] = field(default_factory=list)
    volumes: list[Any] = field(default_factory=list)


def volumes_in_order(cloud: Any, server: Any) -> list[Any]:
    attachments = sorted(cloud.compute.volume_attachments(server), key=lambda each: each.device)
    return [cloud.block_storage.get_volume(each.volume_id) for each in attachments]


def until(cloud: Any, server: Any, status: str) -> Any:
    return cloud.compute.wait_for_server(cloud.compute.get_server(server.id), status, interval=QUICKLY, wait=30)


def clone(cloud: Any, source: Any, name: str, *, delete_on_termination: bool = True) -> Clone:
    made, storage = Clone(), cloud.block_storage
    for volume in volumes_in_order(cloud, source):
        snapshot = storage.create_snapshot(volume_id=volume.id, name=name, is_forced=True, metadata={"suite-run": name})
        made.snapshots.append(storage.wait_for_status(snapshot, "available", interval=QUICKLY, wait=30))
        copy = storage.create_volume(
            snapshot_id=snapshot.id, name=name, size=volume.size, volume_type=volume.volume_type, metadata={"x": name}
        )
        made.volumes.append(storage.wait_for_status(copy, "available", interval=QUICKLY, wait=30))
    ports = list(cloud.network.ports(device_id=source.id))
    flavor = cloud.compute.find_flavor(source.flavor.original_name)
    devices = [
        {
            "uuid": volume.id,
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": -1 if number else 0,
            "delete_on_termination": delete_on_termination,
        }
        for number, volume in enumerate(made.volumes)
    ]
    made.server = cloud.compute.create_server(
        name=name,
        flavor_id=flavor.id,
        networks=[{"uuid": port.network_id} for port in ports],
        block_device_mapping=devices,
        metadata={"suite-run": name},
    )
    made.server = until(cloud, made.server, "ACTIVE")
    return made


def remove(cloud: Any, made: Clone) -> None:
    """Server, volumes, snapshots."""
    cloud.compute.delete_server(made.server)
    cloud.compute.wait_for_delete(made.server, interval=QUICKLY, wait=30)
    for volume in made.volumes:
        if cloud.block_storage.find_volume(volume.id) is not None:
            cloud.block_storage.delete_volume(volume)
            cloud.block_storage.wait_for_delete(volume, interval=QUICKLY, wait=30)
    for snapshot in made.snapshots:
        cloud.block_storage.delete_snapshot(snapshot)
        cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
