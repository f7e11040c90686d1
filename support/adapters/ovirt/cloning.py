"""Machines of their own from templates: all disks copied, MAC addresses from the engine's pool (facts, sources 3.4)."""

from typing import Any

from support.adapters.ovirt.faults import GONE, translated
from support.adapters.ovirt.finding import template
from support.adapters.ovirt.pacing import NotYet, Wait
from support.adapters.ovirt.sdk import types
from support.adapters.ovirt.session import Session
from support.domain.errors import SourceError

_HARDWARE = "nics,disk_attachments.disk"
_BLANK = "00000000-0000-0000-0000-000000000000"
"""The template of machines that were made from none."""


def start(session: Session, source: str, name: str, notes: str) -> str:
    """Ask for the clone; returns the new machine's id, which is there at once and stands for the task."""
    origin = template(session, source)
    with translated(f"clone {name}"):
        wanted = types.Vm(
            name=name,
            description=notes,
            cluster=types.Cluster(id=_cluster_id(session, origin)),
            template=types.Template(id=origin.id),
        )
        return str(session.system.vms_service().add(wanted, clone=True).id)


def finish(session: Session, machine_id: str, seconds: float) -> str:
    """Wait for all disks and look whether the clone got everything; nothing on an engine cancels a copy."""
    subject = f"clone {machine_id}"
    with translated(subject):
        wait = Wait(subject=subject, wanted="down with all its disks", seconds=seconds)
        clone = wait.until(lambda: _complete(session, subject, machine_id))
        _verify(session, clone)
    return machine_id


def is_locked(machine: Any) -> bool:
    """Whether the engine still works on its disks."""
    return machine.status is types.VmStatus.IMAGE_LOCKED


def _cluster_id(session: Session, origin: Any) -> str:
    """The template's own, else one of the data centre."""
    if origin.cluster is not None:
        return str(origin.cluster.id)
    clusters = session.read(session.system.clusters_service().list)
    center = session.data_center
    for cluster in sorted(clusters, key=lambda each: str(each.name)):
        if cluster.data_center is not None and cluster.data_center.id == center.id:
            return str(cluster.id)
    raise SourceError(f"data_center '{center.name}': expected a cluster for a clone of {origin.name}, found none")


def _complete(session: Session, subject: str, machine_id: str) -> Any:
    try:
        clone = session.read(lambda: session.machine(machine_id).get(follow=_HARDWARE))
    except GONE as gone:
        raise SourceError(f"{subject}: the engine gave it up and removed it; its events say why") from gone
    disks = [attachment.disk for attachment in clone.disk_attachments or ()]
    broken = [disk.alias or disk.id for disk in disks if disk.status is types.DiskStatus.ILLEGAL]
    if broken:
        raise SourceError(f"{subject}: disks that cannot be used: {', '.join(broken)}")
    locked = [disk.alias or disk.id for disk in disks if disk.status is types.DiskStatus.LOCKED]
    if locked or clone.status is not types.VmStatus.DOWN:
        raise NotYet(f"{clone.status or 'in an unknown state'}, disks still copied: {', '.join(locked) or 'none'}")
    return clone


def _verify(session: Session, clone: Any) -> None:
    """A copy that lacks a part is no stand-in for its template; one whose template is gone cannot be compared."""
    origin = clone.original_template
    if origin is None or origin.id == _BLANK:
        return
    templates = session.system.templates_service()
    try:
        source = session.read(lambda: templates.template_service(origin.id).get(follow=_HARDWARE))
    except GONE:
        return
    problems = [
        f"{what}: expected {len(wanted or ())}, got {len(got or ())}"
        for what, wanted, got in (
            ("disks", source.disk_attachments, clone.disk_attachments),
            ("network cards", source.nics, clone.nics),
        )
        if len(wanted or ()) != len(got or ())
    ]
    if problems:
        raise SourceError(f"clone {clone.name} ({clone.id}): {'; '.join(problems)}")
