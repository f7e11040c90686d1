"""Machines of appliances as the OVA inventory shows them, release by release (facts/forklift.md 5.7)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lab.inventory.ova.concerns import concerns_of
from lab.inventory.ova.resources import disk_keys, nested, network_keys, record
from lab.inventory.record import Record
from lab.inventory.sight import Known, sight_of
from lab.kernel.service import Lab
from lab.world.appliance_estate import MOUNT
from lab.world.appliances import Appliance
from lab.world.model import Machine

KIND = "ova"
_MIB = 1024**2
_POLICY_VERSION = 5
_DEVICES = ("SCSI Controller", "VMCI device", "Video card", "Hard disk")


def machines(lab: Lab) -> Iterator[Record]:
    """Lists are thin: the common keys, then what machines consist of, then everything."""
    for known in sight_of(lab, KIND).machines.values():
        appliance = lab.world.export.appliances.get(known.machine.id)
        if appliance is not None:
            yield _record(lab, known, appliance)


def _record(lab: Lab, known: Known, appliance: Appliance) -> Record:
    machine = known.machine
    disks = [
        nested(disk.uuid, disk.datastore) | disk_keys(appliance, disk, number)
        for number, disk in enumerate(machine.disks, 1)
    ]
    concerns = concerns_of(lab, appliance) if known.validated else None
    # Upstream never fills `networks` at this level, nor the revision at the next one.
    brief = {"revisionValidated": known.validated, "networks": None, "disks": disks, "concerns": concerns}
    whole = brief | _descriptor(lab, appliance) | _hardware(machine, appliance)
    whole |= {"revisionValidated": 0, "networks": _networks(lab, machine)}
    found = record(lab, "VM", machine.id, machine.name, body=whole, revision=known.revision)
    return replace(found, brief=brief)


def _descriptor(lab: Lab, appliance: Appliance) -> dict[str, Any]:
    """Where it lies and what wrote it; the keys were named after OVA up to 2.10."""
    path = f"{MOUNT}/{appliance.path}"
    if not lab.options.since("2.11"):
        return {"ovaPath": path, "ovaSource": appliance.origin}
    guest = appliance.machine.guest.guest_id
    secure = {"osType": guest, "secureBoot": appliance.machine.secure_boot}
    return {"ovfPath": path, "exportSource": appliance.origin, **secure}


def _hardware(machine: Machine, appliance: Appliance) -> dict[str, Any]:
    """A single core per socket is not written down, so it is not known."""
    cores = machine.cores_per_socket
    return {
        "policyVersion": _POLICY_VERSION,
        "uuid": machine.uuid,
        "firmware": machine.firmware if appliance.origin == "VMware" else "",
        "cpuAffinity": None,
        "cpuHotAddEnabled": False,
        "cpuHotRemoveEnabled": False,
        "memoryHotAddEnabled": False,
        "faultToleranceEnabled": False,
        "cpuCount": machine.cpus,
        "coresPerSocket": cores if cores > 1 else 0,
        "memoryMB": machine.memory // _MIB,
        "memoryUnits": "byte * 2^20" if appliance.origin == "VMware" else "MegaBytes",
        "cpuUnits": "hertz * 10^6" if appliance.origin == "VMware" else "",
        "balloonedMemory": 0,
        "ipAddress": "",
        "numaNodeAffinity": None,
        "storageUsed": 0,
        "changeTrackingEnabled": False,
        "devices": [{"Kind": kind} for kind in _DEVICES],
        "nics": [_nic(nic.mac, nic.network, number) for number, nic in enumerate(machine.nics, 1)],
    }


def _nic(mac: str, network: str, number: int) -> dict[str, Any]:
    return {"Name": f"Network adapter {number}", "MAC": mac, "Network": network, "Config": []}


def _networks(lab: Lab, machine: Machine) -> list[dict[str, Any]]:
    used = dict.fromkeys(nic.network for nic in machine.nics)
    known = {network.name: network for network in lab.world.export.networks.values()}
    return [nested(known[name].id, name) | network_keys(known[name]) for name in used]
