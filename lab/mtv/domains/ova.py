"""A machine of an appliance as a domain: what its descriptor tells, and nothing more.

kubev2v/forklift v2.12.5, pkg/controller/plan/adapter/ovfbase/builder.go: no disk has a serial or a place in the boot
order, and the serial of the machine is its id as it is.
"""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.mtv.domains.shape import Volume
from lab.mtv.vm_run import VmRun
from lab.virtualization.quantities import show


def domain(run: VmRun, interfaces: Sequence[Object], volumes: Sequence[Volume]) -> Object:
    """Everything but the networks and volumes that it is connected to."""
    machine, bootloader = run.vm.machine, _bootloader(run)
    made: Object = {
        "cpu": {"sockets": machine.cpus // machine.cores_per_socket, "cores": machine.cores_per_socket},
        "memory": {"guest": show(machine.memory)},
        "firmware": {"serial": machine.uuid, "bootloader": bootloader},
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
    if machine.firmware != "efi":
        return {"bios": {}}
    return {"efi": {"secureBoot": machine.secure_boot and run.toolkit.release.reads_secure_boot}}
