"""What an engine's machine becomes: its own uuid, interfaces and timezone (facts/forklift.md 3.7)."""

from collections.abc import Iterator, Mapping

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.nic_mapping import destinations
from lab.mtv.vm_run import VmRun
from lab.ovirt.words import CLUSTER_CPU, INTERFACES, NIC_INTERFACE, os_type, timezone
from lab.virtualization.anatomy import name_of
from lab.virtualization.quantities import show
from lab.world.model import Disk, Machine

_BUSES = {"virtio_scsi": "scsi", "sata": "sata", "ide": "sata"}
_WITH_TPM = ("windows_2022", "windows_11")


def of_engine(run: VmRun, claims: Mapping[str, Object]) -> Object:
    """Domain, networks and volumes; names of disks and volumes are the ids of their disks."""
    machine, interfaces = run.vm.machine, list(_interfaces(run))
    devices: Object = {
        "disks": [_disk(run, disk, number) for number, disk in enumerate(run.disks)],
        "interfaces": [item for item, _ in interfaces],
        "inputs": [{"name": "tablet", "type": "tablet", "bus": "virtio"}],
    }
    if os_type(machine.guest) in _WITH_TPM:
        devices["tpm"] = {"persistent": True}
    return {
        "domain": {
            "cpu": _cpu(run, machine),
            "memory": {"guest": show(_memory(run, machine))},
            "firmware": {"serial": machine.id, "uuid": machine.id, "bootloader": _bootloader(machine)},
            "clock": {"timezone": timezone(machine.guest)},
            "devices": devices,
        },
        "networks": [item for _, item in interfaces],
        "volumes": [_volume(run.disk_name(disk), claims) for disk in run.disks],
    }


def _cpu(run: VmRun, machine: Machine) -> Object:
    """The cluster's model and flags on request."""
    cores = machine.cores_per_socket
    cpu: Object = {"sockets": machine.cpus // cores, "cores": cores, "threads": 1}
    if run.view.spec.get("preserveClusterCpuModel"):
        model, *flags = CLUSTER_CPU.split(",")
        features = [{"name": flag.removeprefix("+"), "policy": "require"} for flag in flags]
        cpu |= {"model": model, "features": features}
    return cpu


def _memory(run: VmRun, machine: Machine) -> int:
    """The defect: whole GB of those that are told in bytes."""
    return machine.memory // 10**9 * 10**9 if chosen(run.lab, Fault.ENGINE_MEMORY_ROUNDED) else machine.memory


def _bootloader(machine: Machine) -> Object:
    """Never with secure boot: without the source's NVRAM the guest would not start."""
    return {"efi": {"secureBoot": False}} if machine.firmware == "efi" else {"bios": {}}


def _disk(run: VmRun, disk: Disk, number: int) -> Object:
    """The engine marks the disk to boot from."""
    name, bus = run.disk_name(disk), _BUSES.get(INTERFACES[disk.controller_key], "virtio")
    shown: Object = {"name": name, "disk": {"bus": bus}, "serial": name}
    return shown | {"bootOrder": 1} if number == 0 else shown


def _volume(name: str, claims: Mapping[str, Object]) -> Object:
    return {"name": name, "persistentVolumeClaim": {"claimName": name_of(claims[name])}}


def _interfaces(run: VmRun) -> Iterator[tuple[Object, Object]]:
    """Pairs of interface and network; a NIC on a network that is ignored is dropped."""
    kept = [(nic, item) for nic, item in destinations(run.vm) if item is not None and item["type"] != "ignored"]
    for index, (nic, destination) in enumerate(kept[:1] if chosen(run.lab, Fault.ENGINE_NICS_LOST) else kept):
        name = f"net-{index}"
        interface: Object = {"name": name, "model": NIC_INTERFACE, "macAddress": nic.mac}
        if destination["type"] == "pod":
            yield interface | {"masquerade": {}}, {"name": name, "pod": {}}
        else:
            nad = f"{destination['namespace']}/{destination['name']}"
            yield interface | {"bridge": {}}, {"name": name, "multus": {"networkName": nad}}
