"""Switching servers on and off, and waiting until the cloud has them on its networks."""

from collections.abc import Callable, Mapping
from typing import Any

from support.adapters.openstack.faults import CONFLICT, translated
from support.adapters.openstack.reading import ports_of
from support.adapters.openstack.session import Session
from support.adapters.openstack.states import must_live, status_of, told
from support.adapters.openstack.waiting import NotYet, until
from support.domain.errors import WaitTimeout

_ON, _OFF = "active", "shutoff"


def switch_on(session: Session, server_id: str, seconds: float) -> None:
    """Already on is success."""
    compute = session.compute
    ways = {_OFF: compute.start_server, "suspended": compute.resume_server, "paused": compute.unpause_server}
    _switch(session, server_id, _ON, ways, seconds)


def switch_off(session: Session, server_id: str, seconds: float) -> None:
    """Already off is success; nova asks the guest first, and pulls the plug when it does not listen."""
    compute = session.compute
    ways = {_ON: compute.stop_server, "suspended": compute.resume_server, "paused": compute.unpause_server}
    _switch(session, server_id, _OFF, ways, seconds)


def await_network(session: Session, server_id: str, seconds: float) -> None:
    """Until the server runs and each of its ports is up with an address: a cloud hears no more of a guest."""

    def look() -> None:
        server = session.compute.get_server(server_id)
        must_live(server, f"server {server_id}")
        down = [each.mac_address for each in ports_of(session, server) if each.status != "ACTIVE" or not each.fixed_ips]
        if status_of(server) != _ON or down:
            raise NotYet(f"{told(server)}, ports that are down or without address: {', '.join(down) or 'none'}")

    try:
        with translated(f"server {server_id}: waiting for its network"):
            until(look, f"server {server_id}", "on all its networks", seconds)
    except WaitTimeout as late:
        late.budget = "guest_info"
        raise


def _switch(
    session: Session, server_id: str, wanted: str, ways: Mapping[str, Callable[[str], Any]], seconds: float
) -> None:
    subject = f"server {server_id}: power"

    def look() -> None:
        server = session.compute.get_server(server_id)
        if status_of(server) == wanted and server.task_state is None:
            return
        must_live(server, subject)
        way = ways.get(status_of(server))
        if way is not None and server.task_state is None:
            _ask(way, server_id)
        raise NotYet(told(server))

    with translated(subject):
        until(look, subject, wanted, seconds)


def _ask(way: Callable[[str], Any], server_id: str) -> None:
    """Whatever holds the server now, the next look sees what became of it."""
    try:
        way(server_id)
    except CONFLICT as error:
        raise NotYet(f"refused for now ({error})") from error
