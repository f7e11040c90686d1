"""LUNs for raw disks: found on the host, nobody else's, and free before they are mapped.

One LUN serves one machine at a time, and none that carries a datastore.
"""

from collections.abc import Iterator
from typing import Any

from support.adapters.vsphere.disks import in_order
from support.adapters.vsphere.faults import GONE
from support.adapters.vsphere.finding import plain_name
from support.adapters.vsphere.placing import VMFS, Store
from support.adapters.vsphere.reading import Row, read_one, scan, those_left
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import BUDGET
from support.adapters.vsphere.updates import Seen, until
from support.domain.errors import SourceError, WaitTimeout

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
    if mapping := next(_strangers(session, lun), None):
        raise SourceError(
            f"LUN {lun.canonicalName}: machine {mapping} maps it, which no run made; take that disk off the machine, "
            f"or name another LUN in the profile"
        )


def _extents(store: Row) -> set[str]:
    """Names of the LUNs that a datastore lies on; none where it is no VMFS."""
    volume = getattr(store.get("info"), "vmfs", None)
    return {str(extent.diskName) for extent in getattr(volume, "extent", None) or ()}


def _strangers(session: Session, lun: Any) -> Iterator[str]:
    rows = scan(session, vim.VirtualMachine, ("name", "config.annotation"))
    others = {row.id: row for row in rows if _OURS not in (row.get("config.annotation") or "")}
    for row in those_left(session, [other.ref for other in others.values()], (_DISKS,)):
        if _maps(row.get(_DISKS) or (), lun):
            yield f"{plain_name(others[row.id])} ({row.id})"


def await_free(session: Session, lun: Any, seconds: float) -> None:
    """Wait until no other machine that a run made maps the LUN; raises WaitTimeout naming who still does."""
    for machine, name in _holders(session, lun):
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
    return next(_holders(session, lun), None) is not None


def _holders(session: Session, lun: Any) -> Iterator[tuple[Any, str]]:
    for row in scan(session, vim.VirtualMachine, ("name", "config.annotation")):
        if _OURS not in (row.get("config.annotation") or ""):
            continue
        try:
            devices = read_one(session, row.ref, (_DISKS,)).get(_DISKS) or ()
        except GONE:
            continue
        if _maps(devices, lun):
            yield row.ref, plain_name(row)


def _any_maps(seen: Seen, lun: Any) -> bool:
    return any(_maps(values.get(_DISKS) or (), lun) for values in seen.values())


def _maps(devices: Any, lun: Any) -> bool:
    raw = [disk.backing for disk in in_order(tuple(devices)) if isinstance(disk.backing, RAW)]
    return any(getattr(backing, "lunUuid", None) == lun.uuid for backing in raw)
