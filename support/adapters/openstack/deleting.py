"""Removing servers with all that a clone is made of, and finishing clones that a dead run left under way."""

import logging
import time
from typing import Any

from support.adapters.openstack.faults import GONE, translated
from support.adapters.openstack.finding import named
from support.adapters.openstack.marks import CLONE
from support.adapters.openstack.parts import clone_of, remove_parts
from support.adapters.openstack.session import Session
from support.adapters.openstack.states import status_of, told
from support.adapters.openstack.waiting import NotYet, left, until

_LOG = logging.getLogger(__name__)


def delete(session: Session, server_id: str, seconds: float) -> None:
    """Delete a server, then its volumes, snapshots and image as far as they are a clone's; all gone is success."""
    deadline, subject = time.monotonic() + seconds, f"server {server_id}: delete"
    with translated(subject):
        server = _server(session, server_id)
        clone = clone_of(session, server_id) if server is None else (server.metadata or {}).get(CLONE, "")
        if server is None:
            _LOG.info("server %s: already gone", server_id)
        else:
            session.compute.delete_server(server_id)
            until(lambda: _gone(session, server_id), subject, "gone", left(deadline))
        if clone:  # of any other server nothing is ours but itself
            remove_parts(session, clone, server_id, left(deadline))


def settle(session: Session, clone: str, seconds: float) -> str | None:
    """The server of a clone that may still be built, by exact name; None when there is none, and no part of it."""
    deadline, subject = time.monotonic() + seconds, f"clone {clone}"
    with translated(subject):
        server = named(session, clone)
        if server is not None:
            until(lambda: _built(session, server.id), subject, "built or failed", left(deadline))
            return str(server.id)
        remove_parts(session, clone, "", left(deadline))
    return None


def _server(session: Session, server_id: str) -> Any:
    try:
        return session.compute.get_server(server_id)
    except GONE:
        return None


def _gone(session: Session, server_id: str) -> None:
    server = _server(session, server_id)
    if server is not None and status_of(server) != "deleted":
        raise NotYet(told(server))


def _built(session: Session, server_id: str) -> None:
    server = _server(session, server_id)
    if server is not None and status_of(server) == "build":
        raise NotYet(told(server))
