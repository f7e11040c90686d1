"""What MTV makes in a cloud on its way to a copy: snapshots, volumes of those, images of these."""

from collections.abc import Iterator

from support.adapters.openstack.faults import translated
from support.adapters.openstack.parts import copies_of
from support.adapters.openstack.session import Session
from support.adapters.openstack.waiting import NotYet, until
from support.domain.errors import WaitTimeout


def await_none(session: Session, server_id: str, seconds: float) -> tuple[str, ...]:
    """Wait until MTV has removed its copies of a server, at most so long; returns what is left of them."""
    with translated(f"copies of server {server_id}"):
        try:
            until(lambda: _none(session, server_id), f"copies of server {server_id}", "removed by MTV", seconds)
        except WaitTimeout:
            return tuple(_told(session, server_id))
    return ()


def _none(session: Session, server_id: str) -> None:
    left = tuple(_told(session, server_id))
    if left:
        raise NotYet(", ".join(left))


def _told(session: Session, server_id: str) -> Iterator[str]:
    parts = copies_of(session, server_id)
    for kind, found in (("volume", parts.volumes), ("snapshot", parts.snapshots), ("image", parts.images)):
        for each in found:
            yield f"{kind} '{each.name}' ({each.id}) of the cloud"
