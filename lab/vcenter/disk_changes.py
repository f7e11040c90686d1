"""Adding, editing and removing disks (facts/sources.md 1.10)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from lab.vcenter.calls import Call
from lab.vcenter.faults import (
    file_exists,
    file_not_found,
    invalid_argument,
    invalid_datastore_path,
    invalid_device,
    no_disk_space,
    not_supported,
)
from lab.vcenter.sdk import moid, vim
from lab.world import files
from lab.world.capacity import DatastoreFull, require
from lab.world.model import Disk, Lun, Machine, World

_DISK = vim.vm.device.VirtualDisk
_UNITS = [unit for unit in range(16) if unit != 7]
"""Slot 7 is the controller's own."""
_MODES = {"persistent", "nonpersistent", "undoable", "independent_persistent", "independent_nonpersistent", "append"}


def apply(call: Call, draft: Machine, index: int, change: Any) -> None:
    """One VirtualDeviceSpec of a disk."""
    if change.operation == "add":
        _add(call, draft, index, change)
        return
    disk = next((disk for disk in draft.disks if disk.key == change.device.key), None)
    if disk is None:
        raise invalid_device(index, "key")
    if change.operation == "remove":
        _remove(call.world, draft, disk, destroy=change.fileOperation == "destroy")
    else:
        _edit(call.world, draft, disk, index, change.device)


def _add(call: Call, draft: Machine, index: int, change: Any) -> None:
    device, world = change.device, call.world
    controller, unit = _slot(draft, index, device)
    number = len(draft.disks)
    disk = Disk(
        key=next(key for key in range(2000, 2256) if key not in {item.key for item in draft.disks}),
        label=f"Hard disk {number + 1}",
        size=device.capacityInBytes or (device.capacityInKB or 0) * 1024,
        datastore="",
        file="",
        digest="empty",
        mode=device.backing.diskMode or "persistent",
        uuid=uuid4().hex,
        controller_key=controller,
        unit=unit,
    )
    if disk.mode not in _MODES:
        raise invalid_device(index, "backing.diskMode")
    _back(call, draft, disk, index, device.backing)
    if disk.size <= 0:
        raise invalid_device(index, "capacityInKB")
    require_space(world, [disk, *_new_disks(world, draft)])
    draft.disks.append(disk)


def _new_disks(world: World, draft: Machine) -> list[Disk]:
    """Disks of the draft that are not on the machine yet and so not counted as used."""
    machine = world.machines.get(draft.id)
    known = {disk.file for disk in machine.disks} if machine else set()
    return [disk for disk in draft.disks if disk.file not in known]


def require_space(world: World, disks: list[Disk]) -> None:
    """Raise NoDiskSpace unless all fit; a raw mapping takes nothing."""
    try:
        require(world, [disk for disk in disks if not disk.lun])
    except DatastoreFull as full:
        raise no_disk_space(disks[0].file, full.datastore) from full


def _slot(draft: Machine, index: int, device: Any) -> tuple[int, int]:
    controller = device.controllerKey if device.controllerKey is not None else draft.controllers[0]
    if controller not in draft.controllers:
        raise invalid_device(index, "controllerKey")
    taken = {disk.unit for disk in draft.disks if disk.controller_key == controller}
    unit = device.unitNumber
    if unit is None or unit < 0:
        unit = next((unit for unit in _UNITS if unit not in taken), None)
    if unit is None or unit in taken or unit not in _UNITS:
        raise invalid_device(index, "unitNumber")
    return controller, unit


def _back(call: Call, draft: Machine, disk: Disk, index: int, backing: Any) -> None:
    if isinstance(backing, _DISK.RawDiskMappingVer1BackingInfo):
        _place(call, draft, disk, backing)
        _map_raw(call.world, disk, index, backing)
    elif isinstance(backing, _DISK.FlatVer2BackingInfo):
        _place(call, draft, disk, backing)
        disk.provisioning = provisioning_of(backing)
    else:
        raise invalid_device(index, "backing")


def provisioning_of(backing: Any) -> str:
    """thin, thick-eager or thick-lazy, as the flags of a FlatVer2 backing say."""
    if backing.thinProvisioned:
        return "thin"
    return "thick-eager" if backing.eagerlyScrub else "thick-lazy"


def _place(call: Call, draft: Machine, disk: Disk, backing: Any) -> None:
    """A file name may be missing, a datastore alone, a folder's file; the datastore's prefix decides."""
    world, path = call.world, backing.fileName or ""
    if backing.datastore is not None:
        store = world.datastores[moid(call.exists(backing.datastore))]
        path = path or f"[{store.name}]"
    path = path or draft.home.partition(" ")[0]
    try:
        store, below = files.store_of(world, path)
    except files.NoSuchDatastore as unknown:
        raise invalid_datastore_path(path) from unknown
    if backing.datastore is not None and store.id != moid(backing.datastore):
        raise invalid_argument("deviceChange.device.backing.datastore")
    disk.datastore = store.name
    disk.file = _given_file(world, draft, store.name, below) if below else _own_file(draft, store.name)


def _given_file(world: World, draft: Machine, datastore: str, below: str) -> str:
    path = f"[{datastore}] {below}"
    folder = f"[{datastore}] {below.rpartition('/')[0]}"
    if folder != draft.home and not files.exists(world, folder):
        raise file_not_found(folder)
    if files.exists(world, path) or path in {disk.file for disk in draft.disks}:
        raise file_exists(path)
    return path


def _own_file(draft: Machine, datastore: str) -> str:
    folder, taken = draft.home.partition("] ")[2], {file for disk in draft.disks for file in (*disk.parents, disk.file)}
    names = (f"{folder}{suffix}" for suffix in ("", *(f"_{number}" for number in range(1, 1000))))
    return next(file for name in names if (file := f"[{datastore}] {folder}/{name}.vmdk") not in taken)


def _map_raw(world: World, disk: Disk, index: int, backing: Any) -> None:
    lun = _lun(world, str(backing.deviceName or ""), str(backing.lunUuid or ""))
    if lun is None:
        raise invalid_device(index, "backing.deviceName")
    if any(other.lun == lun.name for machine in world.machines.values() for other in machine.disks):
        raise invalid_device(index, "backing.lunUuid")
    store = next(store for store in world.datastores.values() if store.name == disk.datastore)
    if store.type != "VMFS":
        raise invalid_device(index, "backing.datastore")
    disk.lun, disk.lun_mode, disk.size = lun.name, backing.compatibilityMode or "virtualMode", lun.size


def _lun(world: World, device: str, uuid: str) -> Lun | None:
    name = device.rpartition("/")[2]
    return next((lun for lun in world.luns if lun.name == name or lun.uuid in {uuid, name.removeprefix("vml.")}), None)


def _remove(world: World, draft: Machine, disk: Disk, *, destroy: bool) -> None:
    """Without `destroy` the files stay behind."""
    draft.disks.remove(disk)
    if not destroy and not disk.lun:
        store, below = files.store_of(world, disk.file)
        store.files |= {below, f"{below.removesuffix('.vmdk')}-flat.vmdk"}


def _edit(world: World, draft: Machine, disk: Disk, index: int, device: Any) -> None:
    size = device.capacityInBytes or (device.capacityInKB or 0) * 1024
    if size and size < disk.size:
        raise invalid_device(index, "capacityInKB")
    if size > disk.size:
        if draft.snapshots:
            raise not_supported("A disk with snapshots cannot grow.")
        require_space(world, [replace(disk, size=size - disk.size)])
        disk.size = size
    mode = getattr(device.backing, "diskMode", None)
    if mode:
        disk.mode = mode
