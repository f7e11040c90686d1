"""What a server becomes: hardware by flavor, image and boot volume (facts/forklift.md 3.7)."""

import random
from collections.abc import Mapping

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.nic_mapping import destinations
from lab.mtv.openstack.disks import disks_and_volumes
from lab.mtv.openstack.workload import Workload
from lab.mtv.vm_run import VmRun

_MODELS = ("e1000", "e1000e", "ne2k_pci", "pcnet", "rtl8139", "virtio")
_FOREIGN_MODELS = {"VirtualE1000": "e1000", "VirtualE1000e": "e1000e", "VirtualPCNet32": "pcnet"}
_DEDICATED, _ISOLATED = "dedicated", "isolate"


def of_server(run: VmRun, claims: Mapping[str, Object]) -> Object:
    """Domain, networks and volumes; raises LookupError for a server that the inventory has lost."""
    known = Workload.of(run.lab, run.id)
    if known is None:
        raise LookupError(f"server {run.id} is not in the inventory")
    interfaces = list(_interfaces(run, known))
    disks, volumes = disks_and_volumes(known, claims)
    devices = _devices(known) | {"disks": disks, "interfaces": [each for each, _ in interfaces]}
    return {
        "domain": {
            "cpu": _cpu(known),
            "memory": {"guest": _mebibytes(known.flavor["ram"])},
            "firmware": {"bootloader": _bootloader(run, known)},
            "devices": devices,
        },
        "networks": [each for _, each in interfaces],
        "volumes": volumes,
    }


def _cpu(known: Workload) -> Object:
    """Counts as the image has them, then the flavor."""
    cpu: Object = {
        "sockets": _count(known, "sockets", known.flavor["vcpus"]),
        "cores": _count(known, "cores", 1),
        "threads": _count(known, "threads", 1),
    }
    if (known.spec("hw:cpu_policy") or known.property("hw_cpu_policy")) == _DEDICATED:
        cpu["dedicatedCpuPlacement"] = True
    if known.spec("hw:emulator_threads_policy") == _ISOLATED:
        cpu["isolateEmulatorThread"] = True
    return cpu


def _count(known: Workload, part: str, otherwise: int) -> int:
    told = known.property(f"hw_cpu_{part}") or known.spec(f"hw:cpu_{part}")
    return int(told) if told.isdigit() else otherwise


def _mebibytes(ram: int) -> str:
    """As a quantity is written that was made of bytes."""
    return f"{ram // 1024}Gi" if ram % 1024 == 0 else f"{ram}Mi"


def _bootloader(run: VmRun, known: Workload) -> Object:
    """Never with secure boot: without the source's NVRAM the guest would not start."""
    unread = chosen(run.lab, Fault.CLOUD_FIRMWARE_UNREAD)
    if (known.property if unread else known.booted)("hw_firmware_type") == "uefi":
        return {"efi": {"secureBoot": False}}
    return {"bios": {}}


def _devices(known: Workload) -> Object:
    found: Object = {"autoattachGraphicsDevice": known.property("hw_video_model") != "none"}
    if known.property("hw_pointer_model"):
        found["inputs"] = [{"name": "tablet", "type": "tablet", "bus": "usb"}]
    if known.spec("hw_rng:allowed") == "true" and known.property("hw_rng_model"):
        found["rng"] = {}
    several = known.property("hw_vif_multiqueue_enabled") or known.spec("hw:vif_multiqueue_enabled")
    if several.lower() == "true":
        found["networkInterfaceMultiqueue"] = True
    return found


def _model(known: Workload) -> str:
    told = known.property("hw_vif_model")
    found = _FOREIGN_MODELS.get(told, told)
    return found if found in _MODELS else "virtio"


def _interfaces(run: VmRun, known: Workload) -> "list[tuple[Object, Object]]":
    """Pairs of interface and network; a NIC on a network that is ignored is dropped."""
    pairs: list[tuple[Object, Object]] = []
    found = list(destinations(run.vm))
    random.shuffle(found)  # the product goes through a map, whose order Go leaves to chance
    for nic, destination in found:
        if destination is None or destination["type"] == "ignored":
            continue
        name = f"net-{len(pairs)}"
        interface: Object = {"name": name, "model": _model(known), "macAddress": nic.mac}
        if destination["type"] == "pod":
            pairs.append((interface | {"masquerade": {}}, {"name": name, "pod": {}}))
        else:
            nad = f"{destination['namespace']}/{destination['name']}"
            pairs.append((interface | {"bridge": {}}, {"name": name, "multus": {"networkName": nad}}))
    return pairs
