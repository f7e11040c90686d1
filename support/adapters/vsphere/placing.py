"""Datastores and hosts that a clone may be sent to: found by id or name, and refused here when they cannot take it.

In a spec an unknown id brings some servers down (facts, sources 1.14).
"""

import logging
from dataclasses import dataclass
from typing import Any

from support.adapters.vsphere.faults import GONE
from support.adapters.vsphere.finding import plain_name
from support.adapters.vsphere.reading import Row, moid, read_one, scan
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import SourceError
from support.domain.machine import Bytes

_LOG = logging.getLogger(__name__)

VMFS = "VMFS"
_STORE_PATHS = (
    "name",
    "parent",
    "summary.accessible",
    "summary.maintenanceMode",
    "summary.type",
    "summary.capacity",
    "summary.freeSpace",
    "summary.uncommitted",
)
_DRS = "configuration.drsConfig.enabled"
_HOST_PATHS = ("name", "parent", "datastore", "runtime.connectionState", "runtime.inMaintenanceMode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A datastore that takes files; sizes as vCenter last saw them, `promised` is what thin disks may still grow by."""

    ref: Any
    name: str
    type: str
    capacity: Bytes
    free: Bytes
    promised: Bytes

    @property
    def id(self) -> str:
        return moid(self.ref)

    def __str__(self) -> str:
        return f"datastore {self.name} ({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """An ESXi host that takes machines; `stores` are ids of the datastores it has mounted."""

    ref: Any
    name: str
    stores: frozenset[str]

    def must_see(self, store: Store) -> None:
        if store.id not in self.stores:
            raise SourceError(f"{store} is not mounted on host {self.name}, expected a datastore that it sees")


def datastore(session: Session, datastore_id: str) -> Store:
    """A datastore by id; raises SourceError for one that is not there or takes nothing."""
    try:
        row = read_one(session, session.ref(vim.Datastore, datastore_id), _STORE_PATHS)
    except GONE as gone:
        known = ", ".join(sorted(_known(session))) or "none"
        raise SourceError(f"datastore {datastore_id}: vCenter has none of that id; there are: {known}") from gone
    name = plain_name(row)
    if not row.get("summary.accessible"):
        raise SourceError(f"datastore {name} ({datastore_id}): expected accessible, it is not")
    if row.get("summary.maintenanceMode") not in (None, "normal"):
        raise SourceError(f"datastore {name} ({datastore_id}): it is in maintenance, expected one in normal use")
    return Store(
        ref=row.ref,
        name=name,
        type=row.get("summary.type") or "",
        capacity=Bytes(row.get("summary.capacity") or 0),
        free=Bytes(row.get("summary.freeSpace") or 0),
        promised=Bytes(row.get("summary.uncommitted") or 0),
    )


def _known(session: Session) -> list[str]:
    """Ids with their names: who gave a name finds its id here."""
    return [f"{row.id} ({plain_name(row)})" for row in scan(session, vim.Datastore, ("name",))]


def host_named(session: Session, name: str) -> Host:
    """A host by the name vCenter has for it; raises SourceError for one that is not there or takes no machines."""
    rows = scan(session, vim.HostSystem, _HOST_PATHS)
    found = next((row for row in rows if plain_name(row).lower() == name.lower()), None)
    if found is None:
        known = ", ".join(sorted(plain_name(row) for row in rows)) or "none"
        raise SourceError(f"host {name}: vCenter has none of that name; there are: {known}")
    state = found.get("runtime.connectionState")
    if state != "connected" or found.get("runtime.inMaintenanceMode"):
        why = "in maintenance" if state == "connected" else state
        raise SourceError(f"host {name}: it is {why}, expected one that takes machines")
    stores = frozenset(moid(each) for each in found.get("datastore") or ())
    return Host(ref=found.ref, name=plain_name(found), stores=stores)


def pool_of(session: Session, host: Any) -> Any:
    """The root resource pool of the host's cluster."""
    cluster = read_one(session, host, ("parent",)).get("parent")
    return read_one(session, cluster, ("resourcePool",)).get("resourcePool")


def seat_in(session: Session, pool: Any, host: Any) -> Any:
    """The host that a clone into a pool must name; None where vCenter seats it by itself, as DRS does.

    A cluster without DRS refuses a clone that names a pool and no host (vmware/pyvmomi, docs/vim/vm/RelocateSpec.rst).
    """
    try:
        owner = read_one(session, pool, ("owner",)).get("owner")
        drs = read_one(session, owner, (_DRS,)).get(_DRS) if isinstance(owner, vim.ClusterComputeResource) else None
    except SourceError as unread:  # an account that may clone, and not look at the cluster
        _LOG.info("vCenter chooses the host, as nobody can tell whether it has to be named: %s", unread)
        return None
    return host if drs is False else None


def datacenter_of(session: Session, store: Any) -> Any:
    """The datacenter that owns a datastore: paths of files count in it alone."""
    ref = store
    while ref is not None and not isinstance(ref, vim.Datacenter):
        row: Row = read_one(session, ref, ("parent",))
        ref = row.get("parent")
    return ref
