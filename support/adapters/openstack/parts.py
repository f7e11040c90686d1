"""The parts of a clone beside its server: volumes, the snapshots and the image they came from; found and removed."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from support.adapters.openstack.faults import CONFLICT, GONE
from support.adapters.openstack.marks import CLONE, SERVER, made_by_mtv
from support.adapters.openstack.session import Session
from support.adapters.openstack.waiting import NotYet, left, until

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    volumes: Sequence[Any]
    snapshots: Sequence[Any]
    images: Sequence[Any]


def parts_of(session: Session, clone: str) -> Parts:
    """All parts that carry the marks of a clone of this name; their own names prove nothing."""
    return Parts(
        volumes=[each for each in session.volumes.volumes() if (each.metadata or {}).get(CLONE) == clone],
        snapshots=[each for each in session.volumes.snapshots() if (each.metadata or {}).get(CLONE) == clone],
        images=[each for each in _images(session) if (each.properties or {}).get(CLONE) == clone],
    )


def copies_of(session: Session, server_id: str) -> Parts:
    """What MTV made to copy a server, and has not removed yet."""
    return Parts(
        volumes=[each for each in session.volumes.volumes() if made_by_mtv(each.name, server_id)],
        snapshots=[each for each in session.volumes.snapshots() if made_by_mtv(each.name, server_id)],
        images=[each for each in _images(session) if made_by_mtv(each.name, server_id)],
    )


def mark_with_server(session: Session, parts: Parts, server_id: str) -> None:
    """From now on the parts that outlive the server tell which clone it was."""
    mark = {SERVER: server_id}
    for snapshot in parts.snapshots:
        session.volumes.set_snapshot_metadata(snapshot, **mark)
    for image in parts.images:
        # The SDK asks glance to remove every custom property that an update does not name.
        session.images.update_image(image, **{**image.properties, **mark})


def clone_of(session: Session, server_id: str) -> str:
    """Name of the clone that a server, gone by now, was; empty when nothing is left of it, or it was none."""
    left = [each.metadata or {} for each in session.volumes.snapshots()]
    left += [each.properties or {} for each in _images(session)]
    return next((str(each[CLONE]) for each in left if each.get(SERVER) == server_id and CLONE in each), "")


def remove_parts(session: Session, clone: str, server_id: str, seconds: float) -> None:
    """Volumes, then the snapshots they depend on, then the image; none left is success. Raises WaitTimeout.

    First come copies that MTV left: a volume with a snapshot cannot go. `server_id` is empty where there was no server.
    """
    subject, deadline = f"parts of clone {clone}", time.monotonic() + seconds
    if server_id:
        until(lambda: _removed(session, copies_of(session, server_id)), f"copies of {clone}", "gone", left(deadline))
    until(lambda: _removed(session, parts_of(session, clone)), subject, "gone", left(deadline))


def _images(session: Session) -> Iterable[Any]:
    found: Iterable[Any] = session.images.images(visibility="private")
    return found


def _removed(session: Session, parts: Parts) -> None:
    """One round: a volume that is busy, or a snapshot that still has dependents, is asked to go again in the next."""
    layers: tuple[tuple[str, Sequence[Any], Callable[[Any], None]], ...] = (
        ("volume", parts.volumes, session.volumes.delete_volume),
        ("snapshot", parts.snapshots, session.volumes.delete_snapshot),
        ("image", parts.images, session.images.delete_image),
    )
    for kind, found, delete in layers:
        for each in found:
            _ask(kind, each, delete)
        if found:
            raise NotYet(", ".join(f"{kind} {each.name} {each.status}" for each in found))


def _ask(kind: str, thing: Any, delete: Callable[[Any], None]) -> None:
    if thing.status in ("deleting", "in-use"):
        return
    try:
        delete(thing.id)
    except GONE:
        return
    except CONFLICT as error:
        _LOG.info("%s %s: not deleted yet, it is %s (%s)", kind, thing.id, thing.status, type(error).__name__)
