"""Whether a clone became what was asked for: vCenter may pass over values it cannot use (facts, sources 1.10)."""

from collections.abc import Iterator, Mapping
from typing import Any

from support.adapters.vsphere.disks import in_order, provisioning_of, store_id_of
from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.finding import plain_name
from support.adapters.vsphere.placing import VMFS
from support.adapters.vsphere.reading import Row, read, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import SourceError
from support.domain.shaping import CloneShape

_PATHS = ("name", "runtime.host", "datastore", "config.hardware.device")
_TYPE = "summary.type"


def must_match(session: Session, machine: Any, shape: CloneShape) -> None:
    """Raise SourceError with every difference of place and provisioning; extra disks are looked at when they come."""
    with translated(f"machine {machine._moId}: looking at its shape"):
        row = read_one(session, machine, _PATHS)
        types = read(session, row.get("datastore") or (), {vim.Datastore: (_TYPE,)})
        problems = [*_misplaced(session, row, shape), *_otherwise(row, shape, types)]
    if problems:
        raise SourceError(f"clone {plain_name(row)} ({row.id}): {'; '.join(problems)}")


def _misplaced(session: Session, row: Row, shape: CloneShape) -> Iterator[str]:
    if shape.host is None:
        return
    name = plain_name(read_one(session, row.get("runtime.host"), ("name",)))
    if name.lower() != shape.host.lower():
        yield f"host: expected {shape.host}, got {name}"


def _otherwise(row: Row, shape: CloneShape, types: Mapping[str, Row]) -> Iterator[str]:
    for disk in in_order(tuple(row.get("config.hardware.device") or ())):
        backing = disk.backing
        store = store_id_of(backing)
        label = disk.deviceInfo.label if disk.deviceInfo else f"disk {disk.key}"
        if shape.datastore_id not in (None, store):
            yield f"{label}: expected on {shape.datastore_id}, got {store}"
        if shape.provisioning is None or not isinstance(backing, vim.vm.device.VirtualDisk.FlatVer2BackingInfo):
            continue
        # Elsewhere the server of the files decides, and the flags may tell nothing (facts, sources 1.7).
        on_vmfs = store in types and types[store].get(_TYPE) == VMFS
        if on_vmfs and provisioning_of(backing) is not shape.provisioning:
            yield f"{label}: expected {shape.provisioning.value}, got {provisioning_of(backing).value}"
