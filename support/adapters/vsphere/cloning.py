"""Full clones with MAC addresses of their own, from machines and from templates (facts, sources 1.10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from support.adapters.vsphere.disks import in_order
from support.adapters.vsphere.faults import GONE, translated
from support.adapters.vsphere.nics import cards
from support.adapters.vsphere.placing import datastore, host_named, pool_of, seat_in
from support.adapters.vsphere.reading import Row, moid, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task
from support.domain.errors import SourceError
from support.domain.machine import mac
from support.domain.shaping import CloneShape
from support.domain.source import Provisioning

_FULL_COPY = "moveAllDiskBackingsAndDisallowSharing"
_PATHS = ("name", "parent", "resourcePool", "runtime.host", "config.template", "config.hardware.device")
_Device = vim.vm.device.VirtualDeviceSpec
_Flat = vim.vm.device.VirtualDisk.FlatVer2BackingInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneOrder:
    """What to call the clone, what to write into its notes, and how it may differ from its source."""

    name: str
    notes: str
    shape: CloneShape


def start(session: Session, source: Any, order: CloneOrder) -> str:
    """Ask for the clone; returns the task id at once."""
    with translated(f"clone {order.name}"):
        row = read_one(session, source, _PATHS)
        folder = _folder(row)
        spec = vim.vm.CloneSpec(
            location=_location(session, row, order.shape),
            config=vim.vm.ConfigSpec(annotation=order.notes, deviceChange=_fresh_cards(_devices(row))),
            powerOn=False,
            template=False,
        )
        return moid(source.CloneVM_Task(folder=folder, name=order.name, spec=spec))


def finish(session: Session, task_id: str, seconds: float) -> str:
    """Wait for the clone and look whether it got everything; returns the machine id."""
    task = session.ref(vim.Task, task_id)
    subject = f"clone task {task_id}"
    with translated(subject):
        machine = await_task(session, subject, task, seconds)
        _verify(session, read_one(session, task, ("info.entity",)).get("info.entity"), machine)
    return moid(machine)


def _folder(row: Row) -> Any:
    if row.get("parent") is None:
        raise SourceError(
            f"machine {row.get('name')}: it lives in a vApp; expected a machine in a folder to clone from"
        )
    return row.get("parent")


def _devices(row: Row) -> Sequence[Any]:
    devices = row.get("config.hardware.device")
    if devices is None:
        raise SourceError(f"machine {row.get('name')}: vCenter reports no hardware of it; it cannot be cloned")
    return tuple(devices)


def _location(session: Session, row: Row, shape: CloneShape) -> Any:
    pool, host = _seat(session, row, shape)
    location = vim.vm.RelocateSpec(pool=pool, diskMoveType=_FULL_COPY, host=host)
    if shape.datastore_id is not None:
        location.datastore = datastore(session, shape.datastore_id).ref
    if shape.provisioning is not None:
        location.disk = _locators(_devices(row), location.datastore, shape.provisioning)
    return location


def _seat(session: Session, row: Row, shape: CloneShape) -> tuple[Any, Any]:
    """Pool and host; no host where vCenter is to choose one."""
    if shape.host is not None:
        host = host_named(session, shape.host).ref
        return pool_of(session, host), host
    pool = _pool(session, row)
    return pool, seat_in(session, pool, row.get("runtime.host"))


def _pool(session: Session, row: Row) -> Any:
    """A template has none of its own: take the root pool of its host's cluster."""
    if row.get("resourcePool") is not None:
        return row.get("resourcePool")
    return pool_of(session, row.get("runtime.host"))


def _locators(devices: Sequence[Any], store: Any, provisioning: Provisioning) -> list[Any]:
    """One per flat disk; only the two flags of the backing are read, but its required fields must be there."""
    return [
        vim.vm.RelocateSpec.DiskLocator(
            diskId=disk.key,
            datastore=store or disk.backing.datastore,
            diskMoveType=_FULL_COPY,
            diskBackingInfo=_Flat(
                fileName="",
                diskMode=disk.backing.diskMode,
                thinProvisioned=provisioning is Provisioning.THIN,
                eagerlyScrub=provisioning is Provisioning.THICK_EAGER,
            ),
        )
        for disk in in_order(devices)
        if isinstance(disk.backing, _Flat)
    ]


def _fresh_cards(devices: Iterable[Any]) -> list[Any]:
    """Edits that make the platform assign new MACs: a fresh device without one, never the object that was read."""
    return [_Device(operation="edit", device=_without_mac(card)) for card in cards(devices)]


def _without_mac(card: Any) -> Any:
    fresh = type(card)()
    fresh.key = card.key
    fresh.controllerKey = card.controllerKey
    fresh.unitNumber = card.unitNumber
    fresh.backing = card.backing
    fresh.connectable = card.connectable
    fresh.wakeOnLanEnabled = card.wakeOnLanEnabled
    # A manual address is the only kind that vCenter copies; it becomes a generated one.
    fresh.addressType = "assigned" if card.addressType == "assigned" else "generated"
    return fresh


def _verify(session: Session, source: Any, clone: Any) -> None:
    """Device errors inside a clone may be swallowed, so count what arrived (facts, sources 1.10)."""
    try:
        before = _devices(read_one(session, source, ("name", "config.hardware.device")))
    except GONE:
        return
    row = read_one(session, clone, ("name", "config.hardware.device"))
    after = _devices(row)
    problems = [
        f"{what}: expected {len(wanted)}, got {len(got)}"
        for what, wanted, got in (
            ("disks", in_order(before), in_order(after)),
            ("network cards", cards(before), cards(after)),
        )
        if len(wanted) != len(got)
    ]
    shared = _macs(before) & _macs(after)
    if shared:
        problems.append(f"MAC addresses of its own expected, still those of its source: {', '.join(sorted(shared))}")
    if problems:
        raise SourceError(f"clone {row.get('name')} ({row.id}): {'; '.join(problems)}")


def _macs(devices: Iterable[Any]) -> set[str]:
    return {mac(card.macAddress) for card in cards(devices) if card.macAddress}
