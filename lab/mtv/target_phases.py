"""Phases on the destination: the VirtualMachine takes over its disks, and Windows gets time to reboot."""

from datetime import datetime

from lab.mtv.conditions import WARN, Condition, put
from lab.mtv.phases import handles, onward
from lab.mtv.pipeline import file_of
from lab.mtv.target_machine import virtual_machine
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import is_true, name_of, namespace_of, owner_reference, uid_of

_REBOOT_SECONDS = 1800


@handles("CreateVM")
def create_vm(run: VmRun) -> str | None:
    """Claims change their owner before their DataVolumes go, or they would go with them (facts/forklift.md 3.2)."""
    store, step = run.lab.store, "VirtualMachineCreation"
    claims = run.claims()
    if any(file_of(disk) not in claims for disk in run.vm.machine.disks):
        run.fail(step, "PVC is missing; disk transfer cannot continue")
        return None
    if store.get("VirtualMachine", run.namespace, run.target_name) is not None:
        run.fail(step, f'virtualmachines.kubevirt.io "{run.target_name}" already exists')
        return None
    machine = store.create(virtual_machine(run, claims))
    owner = owner_reference(machine) | {"controller": False}
    for claim in claims.values():
        change = {"metadata": {"ownerReferences": [owner]}}
        store.patch("PersistentVolumeClaim", namespace_of(claim), name_of(claim), change)
    for volume in run.objects("DataVolume"):
        store.delete("DataVolume", namespace_of(volume), name_of(volume), uid=uid_of(volume))
    return onward(run)


@handles("WaitForGuestReboots")
def wait_for_guest_reboots(run: VmRun) -> str | None:
    """A guest that does not come up in time is a warning, not a failure (facts/forklift.md 2.2)."""
    instance = run.lab.store.get("VirtualMachineInstance", run.namespace, run.target_name)
    if instance is not None and is_true(instance, "AgentConnected"):
        return onward(run)
    since = datetime.fromisoformat(run.step("WaitForGuestReboots")["started"])
    budget = run.toolkit.setting("controller_windows_reboot_timeout", _REBOOT_SECONDS)
    if (run.lab.clock.now() - since).total_seconds() < run.lab.clock.scaled(budget):
        return None
    message = "The guest did not finish its reboots in time."
    late = Condition(type="WaitForGuestReboots", category=WARN, message=message, durable=True)
    put(run.status.setdefault("conditions", []), late, run.lab.clock.stamp())
    return onward(run)
