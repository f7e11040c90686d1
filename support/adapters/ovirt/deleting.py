"""Removing machines with their disks, and finishing clones that a dead run left under way."""

import logging
from typing import Any

from support.adapters.ovirt.cloning import is_locked
from support.adapters.ovirt.faults import CONFLICT, GONE, said, translated
from support.adapters.ovirt.finding import named
from support.adapters.ovirt.pacing import NotYet, Wait
from support.adapters.ovirt.sdk import sdk, types
from support.adapters.ovirt.session import Session

_LOG = logging.getLogger(__name__)


def delete(session: Session, machine_id: str, seconds: float) -> None:
    """Pull the plug and remove it with its disks; a machine already gone is success."""
    subject = f"machine {machine_id}: delete"
    with translated(subject):
        Wait(subject=subject, wanted="gone", seconds=seconds).until(lambda: _remove(session, machine_id))
    _LOG.info("machine %s: gone", machine_id)


def settle(session: Session, task_id: str, clone: str, seconds: float) -> str | None:
    """Wait until a clone that may still be copied is at rest; None when there is no such machine.

    Without a task id the answer to the clone request was lost: then the machine is looked for by exact name, and by the
    job that is about to make it.
    """
    subject = f"clone {clone}"
    with translated(subject):
        wait = Wait(subject=subject, wanted="at rest", seconds=seconds)
        return wait.until(lambda: _at_rest(session, task_id, clone))


def _remove(session: Session, machine_id: str) -> None:
    """One look and what it calls for, so that a machine that a late job switches on again is stopped again."""
    try:
        machine = session.read(lambda: session.machine(machine_id).get())
        if not is_locked(machine):
            _act(session, machine)
    except GONE:
        return
    except sdk.Error as error:
        if error.code != CONFLICT:
            raise
        raise NotYet(f"refused ({said(error)})") from error
    raise NotYet(str(machine.status or "in an unknown state"))


def _act(session: Session, machine: Any) -> None:
    service = session.machine(machine.id)
    if machine.status is types.VmStatus.DOWN:
        service.remove()
    else:
        service.stop()


def _at_rest(session: Session, task_id: str, clone: str) -> str | None:
    machine = _known(session, task_id) if task_id else named(session, clone)
    if machine is None:
        if not task_id and _is_being_made(session, clone):
            raise NotYet("its creation is under way")
        return None
    if is_locked(machine):
        raise NotYet(str(machine.status))
    return str(machine.id)


def _known(session: Session, machine_id: str) -> Any | None:
    try:
        return session.read(lambda: session.machine(machine_id).get())
    except GONE:
        return None


def _is_being_made(session: Session, clone: str) -> bool:
    """Jobs tell by their description what they make."""
    jobs = session.read(session.system.jobs_service().list)
    return any(job.status is types.JobStatus.STARTED and clone in (job.description or "") for job in jobs)
