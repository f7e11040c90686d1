"""Reads one machine or template and the names around it: three requests, and one more each for host and cluster."""

from typing import Any

from support.adapters.ovirt.describing import Surroundings, bios_type, machine_from
from support.adapters.ovirt.faults import GONE, translated
from support.adapters.ovirt.sdk import types
from support.adapters.ovirt.session import Session
from support.domain.errors import MachineNotFound
from support.domain.source import Place, SourceMachine

_HARDWARE = "nics,disk_attachments.disk"
_OF_MACHINES = f"{_HARDWARE},snapshots,reported_devices"
"""Not further: the engine refuses to follow a reference that is not set, such as the profile of an unconnected NIC."""


def describe(session: Session, machine_id: str) -> SourceMachine:
    """One machine or template as it is now; nothing is changed on it. Raises MachineNotFound for one that is gone."""
    with translated(f"machine {machine_id}: reading it"):
        try:
            machine = _read(session, machine_id)
        except GONE as fault:
            raise MachineNotFound(f"machine {machine_id}: no longer on the source") from fault
        around = _surroundings(session, machine)
    return machine_from(machine, around)


def _read(session: Session, machine_id: str) -> Any:
    try:
        return session.read(lambda: session.machine(machine_id).get(follow=_OF_MACHINES))
    except GONE:
        templates = session.system.templates_service()
        return session.read(lambda: templates.template_service(machine_id).get(follow=_HARDWARE))


def _surroundings(session: Session, machine: Any) -> Surroundings:
    system = session.system
    profiles = session.read(lambda: system.vnic_profiles_service().list(follow="network"))
    domains = session.read(lambda: system.storage_domains_service().list())
    return Surroundings(
        profiles={each.id: Place(id=each.network.id, name=each.network.name) for each in profiles if each.network},
        stores={each.id: each.name for each in domains},
        host=_host(session, machine),
        bios=_cluster_bios(session, machine),
    )


def _host(session: Session, machine: Any) -> str | None:
    host = None if isinstance(machine, types.Template) else machine.host
    if host is None:
        return None
    found = session.read(lambda: session.system.hosts_service().host_service(host.id).get())
    return str(found.name)


def _cluster_bios(session: Session, machine: Any) -> Any:
    """Asked only where the machine leaves it to its cluster."""
    if bios_type(machine) is not None or machine.cluster is None:
        return None
    clusters = session.system.clusters_service()
    return session.read(lambda: clusters.cluster_service(machine.cluster.id).get()).bios_type
