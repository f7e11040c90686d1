"""Waiting until servers, volumes, snapshots and images have a certain status, or can no longer get it."""

from collections.abc import Callable
from typing import Any

from support.adapters.openstack.waiting import NotYet, until
from support.domain.errors import SourceError

_LOST = ("error", "killed", "deleted")


def await_status(get: Callable[[str], Any], thing_id: str, wanted: str, subject: str, seconds: float) -> Any:
    """The thing, once its status is as wanted. Raises WaitTimeout, and SourceError for one that failed."""

    def look() -> Any:
        thing = get(thing_id)
        if status_of(thing) != wanted:
            must_live(thing, subject)
            raise NotYet(told(thing))
        return thing

    return until(look, subject, wanted, seconds)


def status_of(thing: Any) -> str:
    """Nova shouts, the others do not."""
    return str(thing.status).lower()


def must_live(thing: Any, subject: str) -> None:
    """Raise SourceError for a status that nothing leads out of; nova puts its reason beside it."""
    if status_of(thing).startswith(_LOST):
        reason = (getattr(thing, "fault", None) or {}).get("message") or "OpenStack gives no reason"
        raise SourceError(f"{subject}: its status is {thing.status}: {reason}")


def told(thing: Any) -> str:
    """Status and what is being done, for messages."""
    task = getattr(thing, "task_state", None)
    return f"{status_of(thing)}, {task}" if task else status_of(thing)
