"""Snapshots that the suite takes itself."""

from typing import Any

from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task


def take(session: Session, machine: Any, name: str, seconds: float) -> None:
    """Without memory and without quiescing: independent disks forbid the one, a guest without tools the other."""
    subject = f"machine {machine._moId}: snapshot {name}"
    with translated(subject):
        task = machine.CreateSnapshot_Task(name=name, description="made by mtv-acceptance", memory=False, quiesce=False)
        await_task(session, subject, task, seconds)
