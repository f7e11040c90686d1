"""LUNs for raw disks: found on the host, nobody else's, and free before they are mapped.

One LUN serves one machine at a time, and none that carries a datastore. Nobody promises that a host refuses a second
mapping, so a machine that has mapped one looks once more.
"""

import logging
from collections.abc import Iterator
from typing import Any

from support.adapters.vsphere.disks import in_order
from support.adapters.vsphere.faults import GONE
from support.adapters.vsphere.finding import plain_name
from support.adapters.vsphere.placing import VMFS, Store
from support.adapters.vsphere.reading import Row, moid, read_one, scan, those_left
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import BUDGET
from support.adapters.vsphere.updates import Seen, until
from support.domain.errors import SourceError, WaitTimeout

_LOG = logging.getLogger(__name__)

_DISKS = "config.hardware.device"
_LUNS = "config.storageDevice.scsiLun"
_OURS = "made by mtv-acceptance"
"""In the notes of every clone that a run makes; nobody else is known to take a LUN without being asked."""

RAW = (
    vim.vm.device.VirtualDisk.RawDiskMappingVer1BackingInfo,
    vim.vm.device.VirtualDisk.RawDiskVer2BackingInfo,
)


def find(session: Session, host: Any, wanted: str) -> Any:
    """The LUN of that uuid, canonical or device name on a host; raises SourceError with what the host sees."""
    row = read_one(session, host, ("name", _LUNS))
    luns = [each for each in row.get(_LUNS) or () if isinstance(each, vim.host.ScsiDisk)]
    found = next((each for each in luns if wanted in (each.uuid, each.canonicalName, each.deviceName)), None)
    if found is None:
        seen = ", ".join(sorted(str(each.canonicalName) for each in luns)) or "none"
        raise SourceError(f"LUN {wanted}: host {plain_name(row)} does not see it; it sees: {seen}")
    return found


def must_take_mappings(store: Store) -> None:
    """A mapping file can be on VMFS alone."""
    if store.type != VMFS:
        raise SourceError(f"{store} is {store.type or 'of unknown type'}: a raw disk's mapping needs {VMFS}")


def must_be_nobodys(session: Session, lun: Any) -> None:
    """Raise SourceError naming what has the LUN already; a machine that a run made is waited for when it comes to it.

    A machine that the account may not look into is passed over: vCenter itself refuses what it has.
    """
    stores = scan(session, vim.Datastore, ("name", "info"))
    if carried := next((f"{plain_name(row)} ({row.id})" for row in stores if lun.canonicalName in _extents(row)), None):
        raise SourceError(
            f"LUN {lun.canonicalName}: it carries datastore {carried}, so that no machine can map it; name another LUN "
            f"in the profile"
        )
    for _, name in _mapping(session, lun, by_runs=False):
        raise SourceError(
            f"LUN {lun.canonicalName}: machine {name} maps it, which no run made; take that disk off the machine, "
            f"or name another LUN in the profile"
        )


def _extents(store: Row) -> set[str]:
    """Names of the LUNs that a datastore lies on; none where it is no VMFS."""
    volume = getattr(store.get("info"), "vmfs", None)
    return {str(extent.diskName) for extent in getattr(volume, "extent", None) or ()}


def await_free(session: Session, lun: Any, seconds: float) -> None:
    """Wait until no other machine that a run made maps the LUN; raises WaitTimeout naming who still does."""
    for machine, name in _mapping(session, lun, by_runs=True):
        try:
            sight = until(session, (machine,), (_DISKS,), lambda seen: not _any_maps(seen, lun), seconds)
        except GONE:
            continue
        if not sight.reached:
            raise WaitTimeout(
                subject=f"LUN {lun.canonicalName}",
                wanted="free",
                budget=BUDGET,
                seconds=seconds,
                last_seen=f"mapped by machine {name}",
                age=sight.age,
            )


def is_taken(session: Session, lun: Any) -> bool:
    """Whether a machine that a run made maps the LUN."""
    return next(_mapping(session, lun, by_runs=True), None) is not None


def may_keep(session: Session, lun: Any, machine: Any, seconds: float) -> bool:
    """Whether a machine that has just mapped the LUN is the only one; if not, it has to give the mapping back.

    Each maps first and looks then, so of two at once at least one sees the other. When both do, the one with the lower
    id waits that long for the other to let go; that one does at once, and neither is in the other's way again.
    """
    for other, name in _mapping(session, lun, by_runs=True):
        if moid(other) == moid(machine):
            continue
        _LOG.info("LUN %s: machine %s maps it as well as %s", lun.canonicalName, name, moid(machine))
        if moid(other) < moid(machine) or not _lets_go(session, lun, other, seconds):
            return False
    return all(moid(other) == moid(machine) for other, _ in _mapping(session, lun, by_runs=False))


def _lets_go(session: Session, lun: Any, machine: Any, seconds: float) -> bool:
    try:
        return until(session, (machine,), (_DISKS,), lambda seen: not _any_maps(seen, lun), seconds).reached
    except GONE:
        return True


def _mapping(session: Session, lun: Any, *, by_runs: bool) -> Iterator[tuple[Any, str]]:
    """Machines that map the LUN, each with its name and id: those that a run made, or all others."""
    rows = scan(session, vim.VirtualMachine, ("name", "config.annotation"))
    some = {row.id: row for row in rows if (_OURS in (row.get("config.annotation") or "")) is by_runs}
    for row in those_left(session, [each.ref for each in some.values()], (_DISKS,)):
        if _maps(row.get(_DISKS) or (), lun):
            yield row.ref, f"{plain_name(some[row.id])} ({row.id})"


def _any_maps(seen: Seen, lun: Any) -> bool:
    return any(_maps(values.get(_DISKS) or (), lun) for values in seen.values())


def _maps(devices: Any, lun: Any) -> bool:
    raw = [disk.backing for disk in in_order(tuple(devices)) if isinstance(disk.backing, RAW)]
    return any(getattr(backing, "lunUuid", None) == lun.uuid for backing in raw)
