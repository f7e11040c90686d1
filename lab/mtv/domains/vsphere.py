"""A machine of a vSphere as a domain."""

from collections.abc import Iterator, Sequence

from lab.cluster.store import Object
from lab.mtv.domains.shape import Volume
from lab.mtv.vm_run import VmRun
from lab.world.model import Machine

_SERIAL_LIMIT = 20
_VMWARE_SERIAL_SINCE = (4, 20)


def domain(run: VmRun, interfaces: Sequence[Object], volumes: Sequence[Volume]) -> Object:
    machine = run.vm.machine
    raw = bool(run.view.spec.get("skipGuestConversion")) and bool(run.view.spec.get("useCompatibilityMode", True))
    made: Object = {
        "cpu": {"sockets": machine.cpus // machine.cores_per_socket, "cores": machine.cores_per_socket},
        "memory": {"guest": f"{machine.memory // 1024**2}Mi"},
        "firmware": {"serial": _serial(run, machine), "bootloader": _bootloader(machine)},
        "clock": {"utc": {}, "timer": {}},
        "devices": {
            "disks": list(_disks(run, volumes, "sata" if raw else "virtio")),
            "interfaces": [item | {"model": "e1000e" if raw else "virtio"} for item in interfaces],
            "inputs": [{"name": "tablet", "type": "tablet", "bus": "usb"}],
        },
    }
    if machine.firmware == "efi" and machine.secure_boot:
        made["features"] = {"smm": {"enabled": True}}
    return made


def _bootloader(machine: Machine) -> Object:
    if machine.firmware == "efi":
        return {"efi": {"secureBoot": machine.secure_boot}}
    return {"bios": {}}


def _serial(run: VmRun, machine: Machine) -> str:
    """In VMware's form on OpenShift 4.20 and later, the plain uuid before."""
    major, minor = (int(part) for part in run.lab.options.ocp.split(".")[:2])
    enabled = run.toolkit.enabled("feature_vmware_system_serial_number", default=True)
    if (major, minor) < _VMWARE_SERIAL_SINCE or not enabled:
        return machine.uuid
    digits = machine.uuid.replace("-", "")
    pairs = [digits[index : index + 2] for index in range(0, len(digits), 2)]
    return f"VMware-{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


def _disks(run: VmRun, volumes: Sequence[Volume], bus: str) -> Iterator[Object]:
    """Names are those of the volumes; the first disk boots unless the plan names another."""
    for index, (name, _, disk) in enumerate(volumes):
        shown: Object = {"name": name, "disk": {"bus": bus}, "serial": disk.uuid[:_SERIAL_LIMIT]}
        yield shown | {"bootOrder": 1} if index == run.root_index else shown
