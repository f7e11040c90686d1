"""Waiting for the end of what MTV still does at an engine when its migration has long ended."""

from collections.abc import Collection

from support.adapters.ovirt.faults import translated
from support.adapters.ovirt.pacing import NotYet, Wait
from support.adapters.ovirt.recording import describe
from support.adapters.ovirt.session import Session


def await_no_other(session: Session, machine_id: str, kept: Collection[str], seconds: float) -> None:
    """Until a machine has only these snapshots; raises WaitTimeout, MachineNotFound."""
    subject = f"machine {machine_id}: snapshots of its migration"
    wait = Wait(subject=subject, wanted="removed", seconds=seconds, budget="settled")
    with translated(subject):
        wait.until(lambda: _must_have_no_other(session, machine_id, kept))


def _must_have_no_other(session: Session, machine_id: str, kept: Collection[str]) -> None:
    others = [each.name for each in describe(session, machine_id).snapshots if each.id not in kept]
    if others:
        raise NotYet(f"{len(others)} left: {', '.join(others)}")
