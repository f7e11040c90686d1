"""Adding empty disks to a machine and removing disks; there are none without a machine."""

from uuid import uuid4

from lab.ovirt import events
from lab.ovirt.device_view import attachment
from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.faults import conflict, incomplete, invalid, missing, not_implemented
from lab.ovirt.ids import disk_id
from lab.ovirt.operations.formats import apply_format, require_space, required_domain
from lab.ovirt.requests import COMPLETE, Answer, Request, is_true, number, only, refuse_busy, required
from lab.ovirt.words import INTERFACES
from lab.world.model import Disk, Machine

_SECONDS = 2.0
_KNOWN = ("active", "bootable", "interface", "disk")
_FIRST_KEY = 2000


async def add(asked: Request) -> Answer:
    """The attachment of a disk that is locked until it is made."""
    machine, body, engine = asked.machine(), asked.body, asked.engine
    only(body, _KNOWN, "disk_attachment")
    if not isinstance(body.get("disk"), dict):
        raise incomplete("DiskAttachment", "disk", "add")
    if not is_true(body.get("active", "true")):
        raise not_implemented("disks that are not active")
    refuse_busy(asked.engine, machine, "add", "Virtual Disk")
    disk = _new_disk(engine, machine, body)
    if machine.disks and is_true(body.get("bootable", "false")):
        first = machine.disks[0].label
        raise conflict("add", "Virtual Disk", f". Disk {first} in VM {machine.name} is already marked as boot.")
    require_space(engine.estate, [disk], "Virtual Disk")
    machine.disks.append(disk)
    await engine.begin(f"Adding Disk {disk.label}", asked.user, _make(engine, machine, disk, asked.user))
    return "disk_attachment", attachment(machine, len(machine.disks) - 1, disk)


def _new_disk(engine: Engine, machine: Machine, body: Doc) -> Disk:
    wanted = body["disk"]
    if "@id" in wanted:
        raise not_implemented("attaching a disk that is there already")
    required_domain(wanted)
    uuid = uuid4().hex
    number_ = len(machine.disks) + 1
    disk = Disk(
        key=max((disk.key for disk in machine.disks), default=_FIRST_KEY - 1) + 1,
        label=f"{machine.name}_Disk{number_}",
        size=number(required(wanted, "provisioned_size", "Disk")),
        datastore="",
        file=f"[] {machine.id}/{uuid}",
        digest=f"empty {uuid}",
        format=required(wanted, "format", "Disk"),
        uuid=uuid,
        controller_key=_controller(body.get("interface")),
        unit=number_ - 1,
    )
    disk.provisioning = "thin" if disk.format == "cow" else "thick-lazy"
    apply_format(engine, disk, wanted, "Virtual Disk")
    return disk


def _controller(interface: str | None) -> int:
    if interface is None:
        raise incomplete("DiskAttachment", "interface", "add")
    key = next((key for key, name in INTERFACES.items() if name == interface), None)
    if key is None:
        raise invalid(interface, "DiskInterface")
    return key


async def _make(engine: Engine, machine: Machine, disk: Disk, user: str) -> None:
    engine.events.note(events.DISK_ADDING, machine, user=user, item=disk.label)
    with engine.locking(disk_id(disk)):
        await engine.lab.clock.work(_SECONDS, owner=machine.id, what="add disk")
        engine.lab.world.touch(machine)
    engine.events.note(events.DISK_ADDED, machine, item=disk.label)


async def detach(asked: Request) -> Answer:
    """Only with `detach_only=false`, since a disk of its own is nothing the lab has."""
    machine = asked.machine()
    if asked.flag("detach_only", default=True):
        raise not_implemented("disks without a machine: detach_only")
    return await _removed(asked, machine, asked.ids[1])


async def remove(asked: Request) -> Answer:
    owners = [machine for machine in asked.engine.estate.machines.values() if not machine.template]
    machine = next((each for each in owners if asked.ids[0] in map(disk_id, each.disks)), None)
    if machine is None:
        raise missing()
    return await _removed(asked, machine, asked.ids[0])


async def _removed(asked: Request, machine: Machine, id_: str) -> Answer:
    disk = next((disk for disk in machine.disks if disk_id(disk) == id_), None)
    if disk is None:
        raise missing()
    refuse_busy(asked.engine, machine, "remove", "Virtual Disk")
    if id_ in asked.engine.locked:
        why = f": The following disks are locked: {disk.label}. Please try again in a few minutes."
        raise conflict("remove", "Virtual Disk", why)
    if machine.power == "on":
        raise conflict("remove", "Virtual Disk", ". At least one of the VMs is not down.")
    work = _erase(asked.engine, machine, disk, asked.user)
    await asked.engine.begin(f"Removing Disk {disk.label}", asked.user, work)
    return COMPLETE


async def _erase(engine: Engine, machine: Machine, disk: Disk, user: str) -> None:
    with engine.locking(disk_id(disk)):
        await engine.lab.clock.work(_SECONDS, owner=machine.id, what="remove disk")
        machine.disks.remove(disk)
        engine.lab.world.touch(machine)
    engine.events.note(events.DISK_REMOVED, machine, user=user, item=disk.label)
