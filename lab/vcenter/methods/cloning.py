"""CloneVM_Task (facts/sources.md 1.10)."""

from typing import Any

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.vcenter import nic_changes, reconfiguring
from lab.vcenter.calls import Call, answers
from lab.vcenter.disk_changes import provisioning_of, require_space
from lab.vcenter.faults import Refused, invalid_argument, invalid_device, not_supported
from lab.vcenter.furniture import VMS
from lab.vcenter.methods.lifecycle import refuse_taken
from lab.vcenter.sdk import moid, ref, vim
from lab.vcenter.seating import seat
from lab.vcenter.tasks import Job
from lab.world import files, physics
from lab.world.model import Disk, Machine

SECONDS = 12.0
_BUSY = 10
"""How many times as long a clone takes while the storage is busy."""
_NAME_LIMIT = 80
_LINKED = {"createNewChildDiskBacking", "moveChildMostDiskBacking", "moveAllDiskBackingsAndAllowSharing"}


@answers(vim.VirtualMachine, "CloneVM_Task")
def _clone(call: Call) -> Any:
    source, location = call.machine(), call.argument("spec").location
    call.exists(call.argument("folder"))
    for reference in (location.pool, location.host, location.datastore):
        call.exists(reference)
    for locator in location.disk or []:
        call.exists(locator.datastore)

    async def body(job: Job) -> Any:
        machine = _half_made(call, source, location)
        call.vcenter.half_made[job.id] = machine
        job.cancelable = True
        try:
            slower = _BUSY if chosen(call.vcenter.lab, Fault.CLONES_SLOW) else 1
            await job.work(SECONDS * slower, "clone", steps=8)
        finally:
            del call.vcenter.half_made[job.id]
        _finish(call, machine)
        return ref(vim.VirtualMachine, machine.id)

    return call.task("VirtualMachine.clone", body, cancelable=True, alone=False)


def _finish(call: Call, machine: Machine) -> None:
    spec = call.argument("spec")
    call.world.machines[machine.id] = machine
    machine.template = spec.template
    call.world.touch(machine)
    if spec.powerOn and not spec.template:
        physics.power_on(call.vcenter.lab, machine)


def _half_made(call: Call, source: Machine, location: Any) -> Machine:
    """The clone as it will be; all that can be refused is refused here."""
    spec, name = call.argument("spec"), call.argument("name", "")
    _check(call, source, location)
    machine = physics.copy_machine(call.world, source, name)
    _place(call, machine, location)
    seat(call.world, machine, given=location.host is not None)
    if not chosen(call.vcenter.lab, Fault.LOCATORS_IGNORED):
        _provision(machine, location)
    for index, change in enumerate(location.deviceChange or []):
        _rehome(call, machine, index, change)
    require_space(call, machine.disks)
    if spec.config is not None:
        reconfiguring.apply(call, machine, spec.config)
        machine.name = name
        require_space(call, machine.disks)
    return machine


def _check(call: Call, source: Machine, location: Any) -> None:
    spec, name = call.argument("spec"), call.argument("name", "")
    if moid(call.argument("folder")) != VMS:
        raise invalid_argument("folder")
    if not name or len(name) > _NAME_LIMIT:
        fault = vim.fault.InvalidName(name=name, entity=ref(vim.VirtualMachine, source.id))
        raise Refused(fault, f"The name '{name}' is invalid.")
    refuse_taken(call, name)
    if source.template and location.pool is None:
        raise invalid_argument("spec.location.pool")
    if location.diskMoveType in _LINKED or spec.snapshot is not None:
        raise _missing(call, "linked clones and clones of a snapshot")
    if spec.customization is not None:
        raise _missing(call, "CloneSpec.customization")


def _missing(call: Call, what: str) -> Refused:
    call.vcenter.lab.requests.refused[f"vcenter {what}"] += 1
    return not_supported(f"The embedded lab does not implement {what}.")


def _place(call: Call, machine: Machine, location: Any) -> None:
    """One datastore for home and all disks unless a locator says otherwise; without any, each stays where it is."""
    world = call.world
    if location.host is not None:
        machine.host = moid(location.host)
    home = machine.home[1:].partition("]")[0]
    if location.datastore is not None:
        home = world.datastores[moid(location.datastore)].name
        for disk in machine.disks:
            disk.datastore = home
    for locator in location.disk or []:
        _disk(machine, locator).datastore = world.datastores[moid(locator.datastore)].name
    taken = {f"{other.home}" for other in call.vcenter.half_made.values()}
    folder = files.free_folder(world, home, machine.name)
    machine.home = f"[{home}] {folder}"
    if machine.home in taken:
        machine.home = f"[{home}] {folder}_{len(taken)}"
    _name_files(machine)


def _name_files(machine: Machine) -> None:
    folder = machine.home.partition("] ")[2]
    for number, disk in enumerate(machine.disks):
        suffix = f"_{number}" if number else ""
        disk.file = f"[{disk.datastore}] {folder}/{folder}{suffix}.vmdk"


def _disk(machine: Machine, locator: Any) -> Disk:
    found = next((disk for disk in machine.disks if disk.key == locator.diskId), None)
    if found is None:
        raise invalid_argument("spec.location.disk.diskId")
    return found


def _provision(machine: Machine, location: Any) -> None:
    """`transform` first, for all disks; the backing of a locator wins, and alone can say eager."""
    if location.transform is not None:
        for disk in machine.disks:
            disk.provisioning = "thin" if location.transform == "sparse" else "thick-lazy"
    for locator in location.disk or []:
        if isinstance(locator.diskBackingInfo, vim.vm.device.VirtualDisk.FlatVer2BackingInfo):
            _disk(machine, locator).provisioning = provisioning_of(locator.diskBackingInfo)


def _rehome(call: Call, machine: Machine, index: int, change: Any) -> None:
    """`location.deviceChange` may only move adapters to other networks; the rest of it is ignored."""
    if not isinstance(change.device, vim.vm.device.VirtualEthernetCard) or change.operation != "edit":
        return
    nic = next((nic for nic in machine.nics if nic.key == change.device.key), None)
    if nic is None:
        raise invalid_device(index, "key")
    nic_changes.edit(call.world, machine, nic, index, change.device)
