"""Adding, editing and removing disks (facts/sources.md 1.10)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.vcenter import controllers, disk_files, raw_mappings
from lab.vcenter.calls import Call
from lab.vcenter.faults import file_not_found, invalid_device, no_disk_space, not_supported
from lab.vcenter.sdk import vim
from lab.world import files
from lab.world.capacity import DatastoreFull, require
from lab.world.model import Disk, Machine
from lab.world.world import World

_DISK = vim.vm.device.VirtualDisk
_MODES = {"persistent", "nonpersistent", "undoable", "independent_persistent", "independent_nonpersistent", "append"}


def apply(call: Call, draft: Machine, index: int, change: Any) -> None:
    """One VirtualDeviceSpec of a disk."""
    if change.operation == "add":
        _require_creation(call, index, change)
        _add(call, draft, index, change.device)
        return
    disk = next((disk for disk in draft.disks if disk.key == change.device.key), None)
    if disk is None:
        raise invalid_device(index, "key")
    if change.operation == "remove":
        _remove(call.world, draft, disk, destroy=change.fileOperation == "destroy")
    else:
        _edit(call, draft, disk, index, change.device)


def _require_creation(call: Call, index: int, change: Any) -> None:
    """Without `create` a disk is one that is there already, and the lab attaches none."""
    if change.fileOperation == "create":
        return
    path = getattr(change.device.backing, "fileName", None) or ""
    if "] " not in path:
        raise invalid_device(index, "backing.fileName")
    if not files.exists(call.world, path):
        raise file_not_found(path)
    call.vcenter.lab.requests.refused["vcenter attaching a disk that exists"] += 1
    raise not_supported("The embedded lab does not attach a disk that exists.")


def _add(call: Call, draft: Machine, index: int, device: Any) -> None:
    controller, unit = controllers.slot(draft, index, device)
    disk = Disk(
        key=next(key for key in range(2000, 2256) if key not in {item.key for item in draft.disks}),
        label=_label(draft),
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
    if chosen(call.vcenter.lab, Fault.ADDED_MODE_LOST):
        disk.mode = "persistent"
    _back(call, draft, disk, index, device.backing)
    if disk.size <= 0:
        raise invalid_device(index, "capacityInKB")
    require_space(call, [disk, *_new_disks(call.world, draft)])
    draft.disks.append(disk)


def _label(draft: Machine) -> str:
    taken = {disk.label for disk in draft.disks}
    return next(label for number in range(1, 257) if (label := f"Hard disk {number}") not in taken)


def _new_disks(world: World, draft: Machine) -> list[Disk]:
    """Disks of the draft that are not on the machine yet and so not counted as used."""
    machine = world.machines.get(draft.id)
    known = {disk.file for disk in machine.disks} if machine else set()
    return [disk for disk in draft.disks if disk.file not in known]


def require_space(call: Call, disks: list[Disk]) -> None:
    """Raise NoDiskSpace unless all fit beside what clones under way have taken."""
    waiting = [disk for machine in call.vcenter.half_made.values() for disk in machine.disks]
    try:
        require(call.world, [*disks, *waiting])
    except DatastoreFull as full:
        file = next((disk.file for disk in disks if disk.datastore == full.datastore), disks[0].file)
        raise no_disk_space(file, full.datastore) from full


def _back(call: Call, draft: Machine, disk: Disk, index: int, backing: Any) -> None:
    if getattr(backing, "sharing", None) not in (None, "", "sharingNone"):
        call.vcenter.lab.requests.refused["vcenter sharing of disks"] += 1
        raise not_supported("The embedded lab does not implement sharing of disks.")
    if isinstance(backing, _DISK.RawDiskMappingVer1BackingInfo):
        disk_files.place(call, draft, disk, backing)
        raw_mappings.map_lun(call, draft, disk, index, backing)
    elif isinstance(backing, _DISK.FlatVer2BackingInfo):
        disk_files.place(call, draft, disk, backing)
        disk.provisioning = provisioning_of(backing)
    else:
        raise invalid_device(index, "backing")


def provisioning_of(backing: Any) -> str:
    """thin, thick-eager or thick-lazy, as the flags of a FlatVer2 backing say."""
    if backing.thinProvisioned:
        return "thin"
    return "thick-eager" if backing.eagerlyScrub else "thick-lazy"


def _remove(world: World, draft: Machine, disk: Disk, *, destroy: bool) -> None:
    """Without `destroy` the files stay behind; a LUN that was mapped stays in any case."""
    draft.disks.remove(disk)
    if not destroy:
        files.leave(world, disk)


def _edit(call: Call, draft: Machine, disk: Disk, index: int, device: Any) -> None:
    size = device.capacityInBytes or (device.capacityInKB or 0) * 1024
    if size and size != disk.size:
        _grow(call, draft, disk, index, size)
    mode = getattr(device.backing, "diskMode", None)
    if mode and mode != disk.mode:
        if mode not in _MODES or disk.parents:
            raise invalid_device(index, "backing.diskMode")
        disk.mode = mode


def _grow(call: Call, draft: Machine, disk: Disk, index: int, size: int) -> None:
    if size < disk.size or disk.lun:
        raise invalid_device(index, "capacityInKB")
    if draft.snapshots:
        raise not_supported("A disk with snapshots cannot grow.")
    require_space(call, [replace(disk, size=size - disk.size)])
    disk.size = size
