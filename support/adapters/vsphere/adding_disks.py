"""Extra disks of a clone: added in one change after the clone, since errors inside a clone may be swallowed.

Facts: sources 1.10 (add disk, RDM) and 1.7 (controllers and their slots).
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.adapters.vsphere import luns
from support.adapters.vsphere.disks import file_of, in_order, provisioning_of, size_of, store_id_of
from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.finding import plain_name
from support.adapters.vsphere.placing import Store, datastore
from support.adapters.vsphere.reading import Row, read, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task
from support.domain.errors import SourceError
from support.domain.machine import KIB
from support.domain.shaping import ExtraDisk
from support.domain.source import Provisioning

_LOG = logging.getLogger(__name__)

_PATHS = ("name", "datastore", "runtime.host", "config.files.vmPathName", "config.hardware.device")
_device = vim.vm.device
_Disk = _device.VirtualDisk
_SLOTS = tuple(unit for unit in range(16) if unit != 7)
"""Slot 7 is the controller's own; more than 15 disks fit newer hardware only."""
_BUSES = range(4)
_LETTING_GO = 60.0
"""Seconds in which another machine that mapped our LUN at the same moment has given its mapping back."""


def add(session: Session, machine: Any, disks: Sequence[ExtraDisk], seconds: float) -> None:
    """One reconfiguration for all; raises SourceError when vCenter accepts it and a disk came otherwise."""
    subject, deadline = f"machine {machine._moId}: add {len(disks)} disks", time.monotonic() + seconds
    with translated(subject):
        before = _Before(session, read_one(session, machine, _PATHS))
        while not _reconfigured(before, disks, deadline):
            _LOG.info("%s: another machine was given the LUN first", subject)
            # A controller that came with disks which were given back is there now.
            before = _Before(session, read_one(session, machine, _PATHS))
        _verify(before, disks)


@dataclass(frozen=True, slots=True)
class _Before:
    """The machine as it was; what its disks are to lie on or map is read once."""

    session: Session
    row: Row
    _stores: dict[str | None, Store] = field(default_factory=dict)
    _luns: dict[str, Any] = field(default_factory=dict)

    def store(self, disk: ExtraDisk) -> Store:
        """Where the disk is to go: the machine's home unless another one is asked for."""
        if disk.datastore_id not in self._stores:
            store = datastore(self.session, disk.datastore_id) if disk.datastore_id is not None else self._home()
            self._stores[disk.datastore_id] = store
        return self._stores[disk.datastore_id]

    def lun(self, name: str) -> Any:
        if name not in self._luns:
            self._luns[name] = luns.find(self.session, self.row.get("runtime.host"), name)
        return self._luns[name]

    def _home(self) -> Store:
        home = (self.row.get("config.files.vmPathName") or "").partition("]")[0].removeprefix("[")
        stores = read(self.session, self.row.get("datastore") or (), {vim.Datastore: ("name",)})
        found = next((each.id for each in stores.values() if plain_name(each) == home), None)
        if found is None:
            name = plain_name(self.row)
            raise SourceError(f"machine {name}: vCenter does not tell which datastore [{home}] of its home is")
        return datastore(self.session, found)


def _reconfigured(before: _Before, disks: Sequence[ExtraDisk], deadline: float) -> bool:
    """False when another machine of a run got a LUN between our look and our change; then it is waited for again.

    Raises SourceError when a machine did that no run made.
    """
    session, row = before.session, before.row
    mapped = [before.lun(disk.lun) for disk in disks if disk.lun is not None]
    for lun in mapped:
        luns.await_free(session, lun, max(1.0, deadline - time.monotonic()))
    spec = vim.vm.ConfigSpec(deviceChange=list(_changes(before, disks)))
    seconds = max(1.0, deadline - time.monotonic())
    try:
        await_task(session, f"machine {row.id}: add disks", row.ref.ReconfigVM_Task(spec=spec), seconds)
    except SourceError as error:
        if not mapped:
            raise
        if any(luns.is_taken(session, lun) for lun in mapped) and time.monotonic() < deadline:
            return False
        named = ", ".join(lun.canonicalName for lun in mapped)
        raise SourceError(f"{error}; asked for LUN {named}, expected one that no datastore or machine uses") from error
    if all(luns.may_keep(session, lun, row.ref, _LETTING_GO) for lun in mapped):
        return True
    _give_back(before)
    for lun in mapped:
        luns.must_be_nobodys(session, lun)
    return False


def _give_back(before: _Before) -> None:
    """Take off what was just added, mapping files included; the LUN itself and what lies on it stay as they are."""
    session, row = before.session, before.row
    changes = [_device.VirtualDeviceSpec(operation="remove", fileOperation="destroy", device=d) for d in _new(before)]
    spec = vim.vm.ConfigSpec(deviceChange=changes)
    await_task(session, f"machine {row.id}: give disks back", row.ref.ReconfigVM_Task(spec=spec), _LETTING_GO)


def _new(before: _Before) -> list[Any]:
    """Disks that the machine has and had not before."""
    known = {disk.key for disk in in_order(before.row.get("config.hardware.device") or ())}
    row = read_one(before.session, before.row.ref, _PATHS)
    return [disk for disk in in_order(tuple(row.get("config.hardware.device") or ())) if disk.key not in known]


def _changes(before: _Before, disks: Sequence[ExtraDisk]) -> Iterator[Any]:
    places = _places(tuple(before.row.get("config.hardware.device") or ()))
    for number, disk in enumerate(disks, start=1):
        place = next(places, None)
        if place is None:
            raise SourceError(
                f"machine {plain_name(before.row)}: no room on its controllers for disk {number} of {len(disks)}"
            )
        if place.controller is not None:
            yield place.controller
        backing = _raw(before, disk, disk.lun) if disk.lun is not None else _flat(before, disk, number)
        yield _device.VirtualDeviceSpec(
            operation="add",
            fileOperation="create",
            device=_Disk(
                key=-1000 - number,
                controllerKey=place.key,
                unitNumber=place.unit,
                # A raw disk is as large as its LUN, which the server knows.
                capacityInKB=(disk.size or 0) // KIB,
                backing=backing,
            ),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """A free slot; `controller` is the change that makes its controller first."""

    key: int
    unit: int
    controller: Any = None


def _places(devices: Sequence[Any]) -> Iterator[_Place]:
    """Free slots of the SCSI controllers there are, then those of new ones."""
    kind = _device.VirtualSCSIController
    controllers = sorted((each for each in devices if isinstance(each, kind)), key=lambda each: each.key)
    for controller in controllers:
        taken = {each.unitNumber for each in devices if each.controllerKey == controller.key}
        for unit in _SLOTS:
            if unit not in taken:
                yield _Place(controller.key, unit)
    used = {each.busNumber for each in controllers}
    for bus in _BUSES:
        if bus not in used:
            key = -1 - bus
            new = _device.ParaVirtualSCSIController(key=key, busNumber=bus, sharedBus="noSharing")
            change = _device.VirtualDeviceSpec(operation="add", device=new)
            for unit in _SLOTS:
                yield _Place(key, unit, change if unit == _SLOTS[0] else None)


def _flat(before: _Before, disk: ExtraDisk, number: int) -> Any:
    store = before.store(disk)
    below = f" {disk.folder}/{plain_name(before.row)}_{number}.vmdk" if disk.folder else ""
    return _Disk.FlatVer2BackingInfo(
        # The prefix decides where the file goes; the reference alone is not heeded everywhere.
        fileName=f"[{store.name}]{below}",
        datastore=store.ref,
        diskMode=disk.mode.value,
        thinProvisioned=disk.provisioning is Provisioning.THIN,
        eagerlyScrub=disk.provisioning is Provisioning.THICK_EAGER,
    )


def _raw(before: _Before, disk: ExtraDisk, name: str) -> Any:
    store, lun = before.store(disk), before.lun(name)
    luns.must_take_mappings(store)
    return _Disk.RawDiskMappingVer1BackingInfo(
        fileName=f"[{store.name}]",
        datastore=store.ref,
        deviceName=lun.deviceName,
        lunUuid=lun.uuid,
        compatibilityMode="virtualMode",
        diskMode=disk.mode.value,
    )


def _verify(before: _Before, wanted: Sequence[ExtraDisk]) -> None:
    added = _new(before)
    problems = [f"expected {len(wanted)} more, got {len(added)}"] if len(added) != len(wanted) else []
    for number, (disk, device) in enumerate(zip(wanted, added, strict=False), start=1):
        found = [*_differences(disk, device), *_elsewhere(disk, device.backing, before.store(disk).id)]
        problems += [f"disk {number}: {problem}" for problem in found]
    if problems:
        raise SourceError(f"machine {plain_name(before.row)}: disks came otherwise than asked: {'; '.join(problems)}")


def _differences(disk: ExtraDisk, device: Any) -> Iterator[str]:
    backing = device.backing
    size = size_of(device)
    if disk.size is not None and size != disk.size:
        yield f"expected {disk.size} bytes, got {size}"
    if backing.diskMode != disk.mode.value:
        yield f"expected mode {disk.mode.value}, got {backing.diskMode}"
    if (disk.lun is not None) != isinstance(backing, luns.RAW):
        yield f"expected {'a raw disk' if disk.lun else 'a file'}, got {type(backing).__name__.rsplit('.', 1)[-1]}"
    if disk.lun is None and provisioning_of(backing) not in (disk.provisioning, Provisioning.UNKNOWN):
        yield f"expected provisioning {disk.provisioning.value}, got {provisioning_of(backing).value}"


def _elsewhere(disk: ExtraDisk, backing: Any, expected: str) -> Iterator[str]:
    """`expected` is a datastore's id."""
    actual = store_id_of(backing) or "none"
    if actual != expected:
        yield f"expected on {expected}, got {actual}"
    if disk.folder and f"] {disk.folder}/" not in file_of(backing):
        yield f"expected in folder {disk.folder}, got {file_of(backing)}"
