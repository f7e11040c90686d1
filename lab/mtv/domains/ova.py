"""A machine of an appliance as a domain: what its descriptor tells, and nothing more.

kubev2v/forklift v2.12.5, pkg/controller/plan/adapter/ovfbase/builder.go: no disk has a serial or a place in the boot
order, and the serial of the machine is its id as it is.
"""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.domains.shape import Volume
from lab.mtv.vm_run import VmRun
from lab.virtualization.quantities import show

_MIB, _MB = 1024**2, 1000**2


def domain(run: VmRun, interfaces: Sequence[Object], volumes: Sequence[Volume]) -> Object:
    """Everything but the networks and volumes that it is connected to."""
    bootloader = _bootloader(run)
    made: Object = {
        "cpu": _processors(run),
        "memory": {"guest": show(_memory(run))},
        "firmware": {"serial": run.vm.machine.uuid, "bootloader": bootloader},
        "devices": {
            "disks": [{"name": name, "disk": {"bus": "virtio"}} for name, _, _ in volumes],
            "interfaces": [item | {"model": "virtio"} for item in interfaces],
            "inputs": [{"name": "tablet", "type": "tablet", "bus": "virtio"}],
        },
    }
    if bootloader.get("efi", {}).get("secureBoot"):
        made["features"] = {"smm": {"enabled": True}}
    return made


def _bootloader(run: VmRun) -> Object:
    """The firmware of the descriptor, else what virt-v2v found; up to 2.10 never with secure boot."""
    machine = run.vm.machine
    if machine.firmware != "efi" or chosen(run.lab, Fault.OVF_FIRMWARE):
        return {"bios": {}}
    return {"efi": {"secureBoot": machine.secure_boot and run.toolkit.release.reads_secure_boot}}


def _processors(run: VmRun) -> Object:
    """A descriptor that names no cores per socket means one."""
    machine = run.vm.machine
    cores = 1 if chosen(run.lab, Fault.OVF_CORES) else machine.cores_per_socket
    return {"sockets": machine.cpus // cores, "cores": cores}


def _memory(run: VmRun) -> int:
    """In bytes, by the unit of the descriptor."""
    unit = _MB if chosen(run.lab, Fault.OVF_UNITS) else _MIB
    return run.vm.machine.memory // _MIB * unit
