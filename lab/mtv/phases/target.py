"""Phases on the destination: the VirtualMachine takes over its disks, and Windows gets time to reboot."""

from collections.abc import Mapping
from datetime import datetime

from lab.cluster.store import Object
from lab.defects.catalogue import chosen, defect_of
from lab.defects.model import Fault
from lab.mtv.conditions import WARN, Condition, put
from lab.mtv.openshift import target
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.platforms import OPENSHIFT
from lab.mtv.target_machine import virtual_machine
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import is_true, name_of, namespace_of, owner_reference, uid_of

_REBOOT_SECONDS = 1800
BUILDERS = {OPENSHIFT: target.virtual_machine}
"""By type of the source, where the machine is not made from what MTV knows of its hardware."""


@handles("CreateVM")
def create_vm(run: VmRun) -> str | None:
    """Claims change their owner before their DataVolumes go, or they would go with them (facts/forklift.md 3.2)."""
    client, step = run.client, "VirtualMachineCreation"
    claims = run.claims()
    if any(run.disk_name(disk) not in claims for disk in run.disks):
        run.fail(step, "PVC is missing; disk transfer cannot continue")
        return None
    if client.get("VirtualMachine", run.namespace, run.target_name) is not None:
        run.fail(step, f'virtualmachines.kubevirt.io "{run.target_name}" already exists')
        return None
    _spoil(run, claims)
    machine = client.create(_made(run, claims))
    owner = owner_reference(machine) | {"controller": False}
    edit = defect_of(run.lab).claims
    noted = edit(list(claims.values())) if edit is not None else {}
    for claim in claims.values():
        change = {"metadata": {"ownerReferences": [owner], "annotations": noted.get(name_of(claim), {})}}
        client.patch("PersistentVolumeClaim", namespace_of(claim), name_of(claim), change)
    if not chosen(run.lab, Fault.DATA_VOLUMES_STAY):
        for volume in run.objects("DataVolume"):
            client.delete("DataVolume", namespace_of(volume), name_of(volume), uid=uid_of(volume))
    return onward(run)


def _spoil(run: VmRun, claims: Mapping[str, Object]) -> None:
    """What the lab's defect does to the content of the disks."""
    edit, volumes = defect_of(run.lab).contents, run.view.destination.cluster.world.volumes
    if edit is not None:
        edit([volumes[uid_of(claims[run.disk_name(disk)])] for disk in run.disks])


def _made(run: VmRun, claims: Mapping[str, Object]) -> Object:
    build = BUILDERS.get(run.view.source_type, virtual_machine)
    machine, edit = build(run, claims), defect_of(run.lab).machine
    if edit is not None:
        edit(machine, [name_of(claim) for claim in claims.values()])
    return machine


@handles("WaitForGuestReboots")
def wait_for_guest_reboots(run: VmRun) -> str | None:
    """A guest that does not come up in time is a warning, not a failure (facts/forklift.md 2.2)."""
    instance = run.client.get("VirtualMachineInstance", run.namespace, run.target_name)
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
