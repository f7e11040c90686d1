"""Which disks a storage domain can hold, and whether there is room for them."""

from collections.abc import Sequence

from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.estate_view import domains
from lab.ovirt.faults import conflict, incomplete, invalid
from lab.ovirt.requests import chosen, is_true, only
from lab.world import capacity
from lab.world.model import Disk, Estate

_KNOWN = ("@id", "@href", "format", "sparse", "storage_domains", "name", "alias", "provisioned_size")
_FORMATS = ("cow", "raw")


def apply_format(engine: Engine, disk: Disk, wanted: Doc, kind: str) -> None:
    """Give a new disk the domain, format and allocation that a body asks for; raises Refused."""
    only(wanted, _KNOWN, "disk")
    target = ((wanted.get("storage_domains") or {}).get("storage_domain") or [None])[0]
    if target is not None:
        disk.datastore = chosen(target, domains(engine), "StorageDomain")["name"]
        disk.file = f"[{disk.datastore}] {disk.file.partition('] ')[2]}"
    if "format" in wanted:
        disk.format = _format(wanted["format"])
    if "sparse" in wanted:
        disk.provisioning = "thin" if is_true(wanted["sparse"]) else "thick-lazy"
    if wanted.get("name") or wanted.get("alias"):
        disk.label = wanted.get("alias") or wanted["name"]
    _require_fitting(engine, disk, kind)


def required_domain(wanted: Doc) -> None:
    """A new disk must say where it is to be."""
    if not (wanted.get("storage_domains") or {}).get("storage_domain"):
        raise incomplete("Disk", "storageDomains.id|name", "add")


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise invalid(text, "DiskFormat")
    return text


def _require_fitting(engine: Engine, disk: Disk, kind: str) -> None:
    """Block storage knows raw and preallocated, and cow and sparse; files may be raw and sparse, too."""
    block = next(store for store in engine.estate.datastores.values() if store.name == disk.datastore).type != "nfs"
    sparse = disk.provisioning == "thin"
    if (block and (disk.format, sparse) == ("raw", True)) or (disk.format, sparse) == ("cow", False):
        name = f"{disk.format.upper()} {'Sparse' if sparse else 'Preallocated'} backup-None"
        raise conflict("add", kind, f". Disk configuration ({name}) is incompatible with the storage domain type.")


def require_space(estate: Estate, disks: Sequence[Disk], kind: str) -> None:
    """Raise Refused (409) unless all of these new disks fit."""
    try:
        capacity.require(estate, list(disks))
    except capacity.DatastoreFull as full:
        raise conflict("add", kind, f". Low disk space on Storage Domain {full.datastore}.") from full
