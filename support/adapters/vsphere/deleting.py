"""Removing machines with their disks, and finishing clones that a dead run left under way."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from support.adapters.vsphere.faults import GONE, translated
from support.adapters.vsphere.finding import named
from support.adapters.vsphere.powering import pull_plug
from support.adapters.vsphere.reading import Scanner, moid, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_end, await_task, cancel, ended
from support.domain.errors import SourceError

_LOG = logging.getLogger(__name__)

_CLONE = "VirtualMachine.clone"


def delete(session: Session, machine: Any, seconds: float) -> None:
    """Power off and destroy; a machine already gone is success."""
    subject = f"machine {machine._moId}: delete"
    deadline = time.monotonic() + seconds
    with translated(subject):
        try:
            while not _destroyed(session, subject, machine, deadline):
                _LOG.info("machine %s: switched on meanwhile, by a task that a dead process had begun", machine._moId)
        except GONE:
            _LOG.info("machine %s: already gone", machine._moId)


def _destroyed(session: Session, subject: str, machine: Any, deadline: float) -> bool:
    """False when it runs again although its plug was pulled, and there is time for another try."""
    pull_plug(session, machine, _left(deadline))
    try:
        task = _destroy(session, subject, machine, deadline)
        await_task(session, subject, task, _left(deadline), accepted=GONE)
    except (vim.fault.InvalidPowerState, SourceError) as error:
        runs = isinstance(error.__cause__ or error, vim.fault.InvalidPowerState)
        if not runs or time.monotonic() > deadline:
            raise
        return False
    return True


def _destroy(session: Session, subject: str, machine: Any, deadline: float) -> Any:
    """Start the deletion; a task that holds the machine is awaited once."""
    try:
        return machine.Destroy_Task()
    except vim.fault.TaskInProgress as busy:
        await_end(session, subject, (busy.task,), _left(deadline))
        return machine.Destroy_Task()


def settle(session: Session, machines: Scanner, task_id: str, clone: str, seconds: float) -> str | None:
    """End a clone that may still run, then look by exact name; None when there is no such machine.

    A task we know is cancelled. Without a task id the answer to the clone request was lost: whichever clone of ours
    still runs is awaited, never cancelled, since vCenter does not say what a running clone will be called.
    """
    subject = f"clone {clone}"
    with translated(subject):
        if task_id:
            running = _unfinished(session, (session.ref(vim.Task, task_id),))
            for task in running:
                cancel(task)
        else:
            running = _unfinished(session, _recent(session))
        await_end(session, subject, running, seconds)
        found = named(session, machines, clone)
    return moid(found) if found is not None else None


def _recent(session: Session) -> Sequence[Any]:
    return read_one(session, session.content.taskManager, ("recentTask",)).get("recentTask") or ()


def _unfinished(session: Session, tasks: Sequence[Any]) -> list[Any]:
    """Clone tasks that still run; vCenter forgets ended ones after some minutes."""
    running = []
    for task in tasks:
        try:
            row = read_one(session, task, ("info.state", "info.descriptionId"))
        except GONE:
            continue
        if row.get("info.descriptionId") == _CLONE and not ended(row.get("info.state")):
            running.append(task)
    return running


def _left(deadline: float) -> float:
    return max(1.0, deadline - time.monotonic())
