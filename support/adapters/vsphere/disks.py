"""Disks of a machine in the order Forklift numbers them; pure translation of device lists."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from support.adapters.vsphere.sdk import vim
from support.domain.machine import KIB, Bytes
from support.domain.source import Place, Provisioning, SourceDisk

_DELTA = re.compile(r"-\d{6}(?=\.vmdk$)")

_BUSES: tuple[Any, ...] = (
    vim.vm.device.VirtualSATAController,
    vim.vm.device.VirtualIDEController,
    vim.vm.device.VirtualSCSIController,
    vim.vm.device.VirtualNVMEController,
)
"""Forklift's order of buses, that of VMware's boot order (facts, forklift: DiskIndex; sources 1.7)."""


def disks_of(devices: Iterable[Any], stores: Mapping[str, str]) -> tuple[SourceDisk, ...]:
    """Disks with index 0..n-1; `stores` are datastore names by id."""
    return tuple(_disk(device, index, stores) for index, device in enumerate(in_order(tuple(devices))))


def in_order(devices: Sequence[Any]) -> list[Any]:
    """The disk devices, sorted by bus, controller, unit and key."""
    controllers = {each.key: each for each in devices if isinstance(each, vim.vm.device.VirtualController)}

    def place(disk: Any) -> tuple[int, int, int, int]:
        controller = controllers.get(disk.controllerKey)
        bus = next((i for i, kind in enumerate(_BUSES) if isinstance(controller, kind)), len(_BUSES))
        return bus, disk.controllerKey or 0, disk.unitNumber or 0, disk.key

    return sorted((each for each in devices if isinstance(each, vim.vm.device.VirtualDisk)), key=place)


def base_file(backing: Any) -> str:
    """`[datastore] folder/disk.vmdk` below all snapshots: the end of the chain, without a delta's suffix."""
    return _DELTA.sub("", file_of(base_of(backing)))


def file_of(backing: Any) -> str:
    """The file a backing names; raw device mappings of the second kind call it a descriptor."""
    return getattr(backing, "fileName", None) or getattr(backing, "descriptorFileName", None) or ""


def _disk(device: Any, index: int, stores: Mapping[str, str]) -> SourceDisk:
    backing = device.backing
    return SourceDisk(
        label=device.deviceInfo.label if device.deviceInfo else f"disk {device.key}",
        identity=base_file(backing),
        size=size_of(device),
        store=_store(backing, stores),
        index=index,
        provisioning=provisioning_of(base_of(backing)),
        mode=getattr(backing, "diskMode", None),
        serial=getattr(backing, "uuid", None),
        lun=getattr(base_of(backing), "lunUuid", None),
    )


def size_of(device: Any) -> Bytes:
    """Older servers tell it in KiB alone."""
    return Bytes(device.capacityInBytes or (device.capacityInKB or 0) * KIB)


def store_id_of(backing: Any) -> str:
    """Id of the datastore that the backing's file lies on; empty where none is told."""
    datastore = getattr(backing, "datastore", None)
    return str(datastore._moId) if datastore is not None else ""


def base_of(backing: Any) -> Any:
    """Below all snapshots; a delta is sparse whatever its base is, so provisioning is asked of the base."""
    while getattr(backing, "parent", None) is not None:
        backing = backing.parent
    return backing


def provisioning_of(backing: Any) -> Provisioning:
    """What the flags of a flat file say; other kinds of backing have none."""
    if not isinstance(backing, vim.vm.device.VirtualDisk.FlatVer2BackingInfo):
        return Provisioning.UNKNOWN
    if backing.thinProvisioned:
        return Provisioning.THIN
    return Provisioning.THICK_EAGER if backing.eagerlyScrub else Provisioning.THICK_LAZY


def _store(backing: Any, stores: Mapping[str, str]) -> Place:
    store = store_id_of(backing)
    bracketed = re.match(r"\[([^\]]*)\]", file_of(backing))
    name = bracketed.group(1) if bracketed else ""
    return Place(id=store, name=stores.get(store, name))
