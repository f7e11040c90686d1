"""A new machine from a template (facts/sources.md 3.4): visible and locked at once, down when its disks are copied."""

from uuid import uuid4

from lab.defects.catalogue import chosen as chosen_defect
from lab.defects.model import Fault
from lab.ovirt import events
from lab.ovirt.documents import Doc, href
from lab.ovirt.engine import Engine
from lab.ovirt.estate_view import clusters
from lab.ovirt.faults import conflict, incomplete, not_implemented
from lab.ovirt.ids import disk_id
from lab.ovirt.machine_view import BLANK, GUARANTEED, TEMPLATE, templates
from lab.ovirt.operations.formats import apply_format, require_space
from lab.ovirt.operations.macs import pool_mac
from lab.ovirt.requests import Answer, Request, chosen, number, only, required
from lab.ovirt.resources import find, machine_of, place
from lab.world import physics
from lab.world.model import Disk, Machine

_SECONDS = 12.0
_BUSY = 10
"""How many times as long it takes while the storage is busy."""
_KNOWN = (
    "name",
    "description",
    "cluster",
    "template",
    "memory",
    "memory_policy",
    "disk_attachments",
)
_NAME_LIMIT = 255


async def add(asked: Request) -> Answer:
    """The new machine as it is now; all that can be refused is refused before anything is there."""
    engine, body = asked.engine, asked.body
    only(body, _KNOWN, "vm")
    name = required(body, "name", "Vm")
    for wanted in ("cluster", "template"):
        if not isinstance(body.get(wanted), dict):
            raise incomplete("Vm", f"{wanted}.id|name", "add")
    chosen(body["cluster"], clusters(engine), "Cluster")
    template = chosen(body["template"], templates(engine), "Template")["@id"]
    if template == BLANK:
        raise not_implemented("a machine from the template Blank")
    if not asked.flag("clone", default=False):
        raise not_implemented("a machine that depends on its template; ask for clone=true")
    machine = _copied(engine, machine_of(engine, "templates", template), name, body)
    _check(engine, machine)
    engine.estate.machines[machine.id] = machine
    await engine.begin(f"Creating VM {name} from Template in Cluster", asked.user, _copy(asked, machine))
    return "vm", _shown(engine, machine)


def _check(engine: Engine, machine: Machine) -> None:
    taken = {each.name for each in engine.estate.machines.values() if not each.template}
    if machine.name in taken:
        why = ". The VM name is already in use, please choose a unique name and try again."
        raise conflict("add", "VM", why)
    if len(machine.name) > _NAME_LIMIT:
        raise conflict("add", "VM", ". The given name is too long.")
    require_space(engine.estate, machine.disks, "VM")


def _copied(engine: Engine, template: Machine, name: str, body: Doc) -> Machine:
    machine = physics.copy_machine(engine.lab.world, template, name, pool_mac)
    machine.id = machine.uuid = machine.instance_uuid = str(uuid4())
    machine.annotation = body.get("description") or ""
    machine.extra_config = {TEMPLATE: template.id}
    machine.memory = number(body.get("memory", machine.memory))
    policy = body.get("memory_policy") or {}
    only(policy, ("guaranteed",), "vm.memory_policy")
    machine.extra_config[GUARANTEED] = str(number(policy.get("guaranteed", machine.memory)))
    _name_disks(engine, machine)
    for wanted in (body.get("disk_attachments") or {}).get("disk_attachment", []):
        only(wanted, ("disk",), "vm.disk_attachments.disk_attachment")
        wanted_disk = wanted.get("disk") or {}
        apply_format(engine, _of_template(template, machine, wanted_disk), wanted_disk, "VM")
    return machine


def _name_disks(engine: Engine, machine: Machine) -> None:
    for index, disk in enumerate(machine.disks):
        disk.label = f"{machine.name}_Disk{index + 1}"
        disk.file = f"[{disk.datastore}] {machine.id}/{disk.uuid}"
    machine.home = f"[{machine.disks[0].datastore}] {machine.id}" if machine.disks else ""
    machine.host = sorted(engine.estate.hosts)[len(engine.estate.machines) % len(engine.estate.hosts)]


def _of_template(template: Machine, machine: Machine, wanted: Doc) -> Disk:
    """The copy of the template's disk that a body names."""
    for source, copy in zip(template.disks, machine.disks, strict=True):
        if disk_id(source) == wanted.get("@id"):
            return copy
    raise conflict("add", "VM", f". The Template has no disk {wanted.get('@id')}.")


async def _copy(asked: Request, machine: Machine) -> None:
    engine = asked.engine
    ids = [disk_id(disk) for disk in machine.disks]
    engine.events.note(events.VM_ADDING, machine, user=asked.user)
    with engine.passing_through(machine, "image_locked"), engine.locking(*ids):
        slower = _BUSY if chosen_defect(engine.lab, Fault.CLONES_SLOW) else 1
        await engine.lab.clock.work(_SECONDS * slower, owner=machine.id, what="clone")
    engine.events.note(events.VM_ADDED, machine)


def _shown(engine: Engine, machine: Machine) -> Doc:
    where = place(f"vms/{machine.id}")
    if where is None:
        raise RuntimeError(f"there is no collection of {href('vms')}")
    return find(engine, where)
