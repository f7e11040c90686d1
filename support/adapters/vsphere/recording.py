"""Reads one machine and the names around it: two requests, whatever it has."""

from collections.abc import Iterable, Mapping
from typing import Any

from support.adapters.vsphere.describing import PATHS, Surroundings, machine_from
from support.adapters.vsphere.faults import GONE, translated
from support.adapters.vsphere.nics import Networks
from support.adapters.vsphere.reading import Row, read, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import MachineNotFound
from support.domain.source import Place, SourceMachine

_AROUND: Mapping[Any, tuple[str, ...]] = {
    vim.Datastore: ("name",),
    vim.HostSystem: ("name",),
    vim.Network: ("name",),
    vim.dvs.DistributedVirtualPortgroup: ("name", "key"),
    vim.OpaqueNetwork: ("name", "summary"),
}


def describe(session: Session, machine_id: str) -> SourceMachine:
    """One machine as it is now; nothing is changed on it. Raises MachineNotFound for one that is gone."""
    with translated(f"machine {machine_id}: reading it"):
        try:
            row = read_one(session, session.ref(vim.VirtualMachine, machine_id), PATHS)
        except GONE as fault:
            raise MachineNotFound(f"machine {machine_id}: no longer on the source") from fault
        around = read(session, _neighbours(row), _AROUND)
    return machine_from(row.id, row.values, _surroundings(around.values()))


def host_certificate(session: Session, machine: Any) -> str | None:
    """PEM of the certificate of the host that a machine runs on; None when vCenter does not tell."""
    with translated(f"machine {machine._moId}: certificate of its host"):
        host = read_one(session, machine, ("runtime.host",)).get("runtime.host")
        octets = read_one(session, host, ("config.certificate",)).get("config.certificate") if host else None
    return bytes(octet & 0xFF for octet in octets).decode() if octets else None


def _neighbours(row: Row) -> list[Any]:
    host = row.get("runtime.host")
    refs = [*(row.get("datastore") or ()), *(row.get("network") or ())]
    return [*refs, host] if host is not None else refs


def _surroundings(rows: Iterable[Row]) -> Surroundings:
    networks, stores, hosts = Networks(), {}, {}
    for row in rows:
        name = row.get("name") or row.id
        if isinstance(row.ref, vim.Datastore):
            stores[row.id] = name
        elif isinstance(row.ref, vim.HostSystem):
            hosts[row.id] = name
        else:
            _add(networks, row, Place(id=row.id, name=name))
    return Surroundings(networks, stores, hosts)


def _add(networks: Networks, row: Row, place: Place) -> None:
    networks.by_id[place.id] = place
    if isinstance(row.ref, vim.dvs.DistributedVirtualPortgroup):
        networks.by_portgroup[row.get("key") or place.id] = place
    elif isinstance(row.ref, vim.OpaqueNetwork) and row.get("summary") is not None:
        networks.by_opaque[row.get("summary").opaqueNetworkId] = place
