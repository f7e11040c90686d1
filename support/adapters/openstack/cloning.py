"""Full clones: a snapshot of each volume, volumes of those, and a server that boots from them (facts, sources 4.4)."""

import time
from dataclasses import dataclass
from typing import Any

from support.adapters.openstack.faults import translated
from support.adapters.openstack.marks import marks
from support.adapters.openstack.parts import mark_with_server, parts_of
from support.adapters.openstack.powering import switch_off
from support.adapters.openstack.reading import Sight, distinct_networks, image_id, look, ports_of, volumes_of
from support.adapters.openstack.session import Session
from support.adapters.openstack.states import await_status
from support.adapters.openstack.waiting import left
from support.domain.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneOrder:
    """What to call the clone, and what to write beside its name."""

    name: str
    notes: str

    @property
    def marks(self) -> dict[str, str]:
        return marks(self.name, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A clone whose snapshots are under way; they are in the order of the source's volumes."""

    order: CloneOrder
    source: Sight
    snapshots: tuple[str, ...]
    image: str


def start(session: Session, source_id: str, order: CloneOrder) -> Begun:
    """Ask for the snapshots; nothing is waited for. Volumes in use are snapshot all the same."""
    with translated(f"clone {order.name}"):
        source = look(session, source_id)
        snapshots = tuple(_snapshot(session, order, index, volume) for index, volume in enumerate(source.volumes))
        return Begun(order=order, source=source, snapshots=snapshots, image=_image(session, order, source.server))


def finish(session: Session, begun: Begun, seconds: float) -> str:
    """Make volumes and server of the snapshots; returns the id of the server, which is switched off again."""
    deadline, order = time.monotonic() + seconds, begun.order
    with translated(f"clone {order.name}"):
        _await_snapshots(session, begun, deadline)
        volumes = _volumes(session, begun, deadline)
        server = session.compute.create_server(**_request(begun, volumes))
        subject = f"clone {order.name} ({server.id})"
        await_status(session.compute.get_server, server.id, "active", subject, left(deadline))
        mark_with_server(session, parts_of(session, order.name), server.id)
        # A new server runs at once; a clone of any other platform is off until somebody asks for it.
        switch_off(session, server.id, left(deadline))
        _verify(session, begun.source, session.compute.get_server(server.id))
    return str(server.id)


def _snapshot(session: Session, order: CloneOrder, index: int, volume: Any) -> str:
    made = session.volumes.create_snapshot(
        volume_id=volume.id, name=f"{order.name}-{index}", is_forced=True, metadata=order.marks
    )
    return str(made.id)


def _image(session: Session, order: CloneOrder, server: Any) -> str:
    """Of a server that booted from one: its root disk is in no volume."""
    if not image_id(server):
        return ""
    return str(session.compute.create_server_image(server, name=order.name, metadata=order.marks).id)


def _await_snapshots(session: Session, begun: Begun, deadline: float) -> None:
    for each in begun.snapshots:
        await_status(session.volumes.get_snapshot, each, "available", f"snapshot {each}", left(deadline))
    if begun.image:
        await_status(session.images.get_image, begun.image, "active", f"image {begun.image}", left(deadline))


def _volumes(session: Session, begun: Begun, deadline: float) -> list[str]:
    """Of the same types and sizes, in the same order; a bootable snapshot makes a bootable volume."""
    order = begun.order
    made = [
        session.volumes.create_volume(
            name=f"{order.name}-{index}",
            size=volume.size,
            snapshot_id=snapshot,
            volume_type=volume.volume_type,
            metadata=order.marks,
        ).id
        for index, (volume, snapshot) in enumerate(zip(begun.source.volumes, begun.snapshots, strict=True))
    ]
    for each in made:
        await_status(session.volumes.get_volume, each, "available", f"volume {each}", left(deadline))
    return made


def _request(begun: Begun, volumes: list[str]) -> dict[str, Any]:
    """What nova is asked for; ports are made by it, with MACs and addresses of their own."""
    networks = distinct_networks(begun.source.ports)
    request = {
        "name": begun.order.name,
        "flavor_id": begun.source.flavor.id,
        "networks": [{"uuid": each} for each in networks] if networks else "none",
        "block_device_mapping": _disks(begun.image, volumes),
        "metadata": begun.order.marks,
    }
    return request | ({"image_id": begun.image} if begun.image else {})


def _disks(image: str, volumes: list[str]) -> list[dict[str, Any]]:
    root = [_device(image, "image", "local")] if image else []
    devices = [*root, *(_device(each, "volume", "volume") for each in volumes)]
    return [{**each, "boot_index": -1 if index else 0} for index, each in enumerate(devices)]


def _device(uuid: str, source: str, destination: str) -> dict[str, Any]:
    return {"uuid": uuid, "source_type": source, "destination_type": destination, "delete_on_termination": True}


def _verify(session: Session, source: Sight, clone: Any) -> None:
    """Count what arrived: a server is active whether or not it got all it was to have."""
    volumes, ports = volumes_of(session, clone), ports_of(session, clone)
    wanted = [(each.size, each.volume_type) for each in source.volumes]
    got = [(each.size, each.volume_type) for each in volumes]
    problems = [
        f"{what}: expected {before}, got {after}"
        for what, before, after in (
            ("volumes in boot order (GiB, type)", wanted, got),
            ("networks", distinct_networks(source.ports), [each.network_id for each in ports]),
        )
        if before != after
    ]
    shared = {each.mac_address for each in source.ports} & {each.mac_address for each in ports}
    if shared:
        problems.append(f"MAC addresses of its own expected, still those of its source: {', '.join(sorted(shared))}")
    if problems:
        raise SourceError(f"clone {clone.name} ({clone.id}): {'; '.join(problems)}")
