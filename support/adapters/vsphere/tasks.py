"""Waiting for tasks: many at once, cancelled when their time is over, their faults told in our words."""

import logging
from collections.abc import Sequence
from typing import Any

from support.adapters.vsphere.faults import error_of
from support.adapters.vsphere.reading import moid
from support.adapters.vsphere.sdk import vim, vmodl
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.updates import Seen, Sight, until
from support.domain.errors import WaitTimeout

_LOG = logging.getLogger(__name__)

BUDGET = "source_task"
_PATHS = ("info.state", "info.progress", "info.error", "info.result", "info.descriptionId")
_ENDED = frozenset({"success", "error"})


def await_tasks(
    session: Session, subject: str, tasks: Sequence[Any], seconds: float, *, accepted: Any = ()
) -> list[Any]:
    """Results in the order of the tasks, by one filter for all; None for a task that failed with an accepted fault.

    Raises the first task's fault as SourceError, or WaitTimeout after asking vCenter to cancel what still runs.
    """
    sight = until(session, tasks, _PATHS, _all_ended, seconds)
    states = [sight.seen.get(moid(task), {}) for task in tasks]
    if not sight.reached:
        for task, state in zip(tasks, states, strict=True):
            if state.get("info.state") not in _ENDED:
                cancel(task)
        raise _out_of_time(subject, sight, states, seconds)
    for state in states:
        fault = state.get("info.error")
        if state["info.state"] == "error" and not isinstance(fault, accepted):
            raise error_of(subject, fault) from (fault if isinstance(fault, BaseException) else None)
    return [state.get("info.result") for state in states]


def await_task(session: Session, subject: str, task: Any, seconds: float, *, accepted: Any = ()) -> Any:
    """The result of one task, None when it failed with an accepted fault; errors as in `await_tasks`."""
    return await_tasks(session, subject, (task,), seconds, accepted=accepted)[0]


def await_end(session: Session, subject: str, tasks: Sequence[Any], seconds: float) -> None:
    """Wait until the tasks ended, no matter how; cancels nothing. Raises WaitTimeout."""
    if not tasks:
        return
    sight = until(session, tasks, _PATHS, _all_ended, seconds)
    if not sight.reached:
        raise _out_of_time(subject, sight, [sight.seen.get(moid(task), {}) for task in tasks], seconds)


def cancel(task: Any) -> None:
    """Ask for the end of a task; one that cannot be cancelled or has ended is left alone."""
    try:
        task.CancelTask()
    except (vmodl.fault.NotSupported, vim.fault.InvalidState, vmodl.fault.ManagedObjectNotFound) as fault:
        _LOG.info("vCenter task %s: not cancelled (%s)", moid(task), type(fault).__name__)


def ended(state: object) -> bool:
    """Whether a task's `info.state` is final."""
    return state in _ENDED


def _all_ended(seen: Seen) -> bool:
    return bool(seen) and all(values.get("info.state") in _ENDED for values in seen.values())


def _out_of_time(subject: str, sight: Sight, states: Sequence[dict[str, Any]], seconds: float) -> WaitTimeout:
    last = "; ".join(_words(state) for state in states if state.get("info.state") not in _ENDED)
    return WaitTimeout(
        subject=subject, wanted="finished", budget=BUDGET, seconds=seconds, last_seen=last or "nothing", age=sight.age
    )


def _words(state: dict[str, Any]) -> str:
    what = state.get("info.descriptionId", "task")
    return f"{what} {state.get('info.state', 'unknown')} at {state.get('info.progress') or 0} %"
