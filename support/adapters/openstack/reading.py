"""Everything that a cloud tells of one server, gathered from its four services; nothing is changed."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.adapters.openstack.faults import GONE
from support.adapters.openstack.session import Session
from support.domain.errors import MachineNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A server with what it refers to, in the SDK's resources.

    Attributes:
        volumes: in boot order.
        image: what it booted from; None for a server on volumes, and when it is gone meanwhile.
        networks: names by id.
        types: ids of volume types by name.
    """

    server: Any
    flavor: Any
    volumes: tuple[Any, ...] = ()
    image: Any = None
    ports: tuple[Any, ...] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    snapshots: tuple[Any, ...] = ()


def look(session: Session, server_id: str) -> Sight:
    """One server as it is now; raises MachineNotFound for one that is gone."""
    try:
        server = session.compute.get_server(server_id)
    except GONE as gone:
        raise MachineNotFound(f"server {server_id}: no longer in the project of the profile") from gone
    volumes = volumes_of(session, server)
    return Sight(
        server=server,
        flavor=flavor_of(session, server),
        volumes=volumes,
        image=_or_none(session.images.get_image, image_id(server)),
        ports=ports_of(session, server),
        networks={each.id: each.name or each.id for each in session.networks.networks()},
        types={each.name: each.id for each in session.volumes.types()} if volumes else {},
        snapshots=tuple(snapshot for volume in volumes for snapshot in session.volumes.snapshots(volume_id=volume.id)),
    )


def image_id(server: Any) -> str:
    """Empty for a server that boots from a volume: nova then has an empty text where the image would be."""
    return getattr(server.image, "id", None) or ""


def flavor_of(session: Session, server: Any) -> Any:
    """Embedded flavors carry a name where the SDK wants an id, so it is looked up by either (facts, sources 4.2)."""
    embedded = server.flavor
    return session.compute.find_flavor(embedded.original_name or embedded.id, ignore_missing=False)


def volumes_of(session: Session, server: Any) -> tuple[Any, ...]:
    """Attached volumes, the one it boots from first, then in the order of their devices."""
    attached = sorted(session.compute.volume_attachments(server), key=lambda each: _device(each.device))
    volumes = [session.volumes.get_volume(each.volume_id) for each in attached]
    boots = None if image_id(server) else next((each for each in volumes if each.is_bootable), None)
    return tuple(volumes if boots is None else [boots, *(each for each in volumes if each is not boots)])


def ports_of(session: Session, server: Any) -> tuple[Any, ...]:
    """Ports in the order of the server's own addresses; that of the network service means nothing."""
    order = [entry.get("OS-EXT-IPS-MAC:mac_addr") for each in (server.addresses or {}).values() for entry in each]
    place = {mac: index for index, mac in reversed(list(enumerate(order)))}
    found = session.networks.ports(device_id=server.id)
    return tuple(sorted(found, key=lambda port: (place.get(port.mac_address, len(order)), port.mac_address)))


def distinct_networks(ports: Iterable[Any]) -> list[str]:
    """Ids of networks in the order of first use."""
    return list(dict.fromkeys(port.network_id for port in ports))


def _device(name: str | None) -> tuple[int, str]:
    """/dev/vdb comes before /dev/vdaa, and what is plugged in nowhere comes last."""
    if not name:
        return sys.maxsize, ""
    return len(name), name


def _or_none(get: Callable[[str], Any], key: str) -> Any:
    if not key:
        return None
    try:
        return get(key)
    except GONE:
        return None
