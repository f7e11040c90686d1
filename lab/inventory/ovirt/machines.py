"""Machines as the oVirt inventory shows them: a name by default, more with `detail` (facts/forklift.md 5.5)."""

from collections.abc import Iterator
from typing import Any

from lab.inventory.ovirt.concerns import concerns_of
from lab.inventory.record import Record
from lab.inventory.sight import Known, sight_of
from lab.kernel.service import Lab
from lab.ovirt.ids import active_snapshot_id, cluster_id, disk_id, nic_id, profile_id, snapshot_id
from lab.ovirt.words import INTERFACES, NIC_INTERFACE, bios_type, distribution, os_type, timezone
from lab.world.model import Disk, Estate, Machine, Nic

_POLICY_VERSION = 6


def machines(lab: Lab) -> Iterator[Record]:
    """What the collector has stored; templates are no machines here."""
    for known in tuple(sight_of(lab, "ovirt").machines.values()):
        yield machine_record(lab, known)


def machine_record(lab: Lab, known: Known) -> Record:
    machine, estate = known.machine, lab.world.ovirt
    path = f"{estate.cluster}/{machine.name}"
    resource: dict[str, Any] = {"id": machine.id, "revision": known.revision, "path": path, "name": machine.name}
    if machine.annotation:
        resource["description"] = machine.annotation
    brief = _brief(estate, known)
    return Record(
        kind="VM",
        id=machine.id,
        name=machine.name,
        path=path,
        resource=resource,
        body=brief | _more(machine),
        brief=brief,
    )


def _brief(estate: Estate, known: Known) -> dict[str, Any]:
    machine = known.machine
    running = machine.power == "on"
    return {
        "cluster": cluster_id(estate),
        "status": known.state or ("up" if running else "down"),
        "host": machine.host if running else "",
        "revisionValidated": known.validated,
        "nics": [_nic(estate, machine, nic) for nic in machine.nics],
        "diskAttachments": [_attachment(number, disk) for number, disk in enumerate(machine.disks)],
        "concerns": concerns_of(known) if known.validated else None,
    }


def _nic(estate: Estate, machine: Machine, nic: Nic) -> dict[str, Any]:
    """Addresses are those that the guest's agent tells now."""
    network = next((each for each in estate.networks.values() if each.name == nic.network), None)
    told = [each for each in machine.guest.addresses if machine.guest_up and each.mac == nic.mac]
    return {
        "id": nic_id(machine, nic),
        "name": nic.label,
        "interface": NIC_INTERFACE,
        "plugged": nic.connected,
        "ipAddress": [{"address": each.address, "version": "v6" if ":" in each.address else "v4"} for each in told],
        "profile": profile_id(network) if network is not None else "",
        "mac": nic.mac,
    }


def _attachment(number: int, disk: Disk) -> dict[str, Any]:
    """Its id is its disk's."""
    return {
        "id": disk_id(disk),
        "interface": INTERFACES[disk.controller_key],
        "scsiReservation": False,
        "disk": disk_id(disk),
        "bootable": number == 0,
    }


def _more(machine: Machine) -> dict[str, Any]:
    guest = (distribution(machine.guest), machine.guest.version) if machine.guest_up else ("", "")
    return {
        "policyVersion": _POLICY_VERSION,
        "guestName": " ".join(guest),
        "cpuSockets": machine.cpus // machine.cores_per_socket,
        "cpuCores": machine.cores_per_socket,
        "cpuThreads": 1,
        "cpuShares": 0,
        "cpuAffinity": [],
        "cpuPinningPolicy": "none",
        "memory": machine.memory,
        "balloonedMemory": False,
        "ioThreads": 0,
        "bios": bios_type(machine),
        "display": "vnc",
        "hasIllegalImages": False,
        "numaNodeAffinity": [],
        "leaseStorageDomain": "",
        "storageErrorResumeBehaviour": "auto_resume",
        "haEnabled": False,
        "usbEnabled": False,
        "bootMenuEnabled": False,
        "placementPolicyAffinity": "migratable",
        "timezone": timezone(machine.guest),
        "stateless": "false",
        "serialNumber": "",
        "hostDevices": [],
        "cdroms": [],
        "watchDogs": [],
        "properties": [],
        "snapshots": _snapshots(machine),
        "guest": {"distribution": guest[0], "fullVersion": guest[1]},
        "osType": os_type(machine.guest),
        "customCpuModel": "",
    }


def _snapshots(machine: Machine) -> list[dict[str, Any]]:
    """The one that stands for what runs now is always among them."""
    taken = [(snapshot_id(machine, each), each.name, "regular", each.power == "on") for each in machine.snapshots]
    return [
        {"id": id_, "description": description, "type": type_, "persistMemory": memory}
        for id_, description, type_, memory in ((active_snapshot_id(machine), "Active VM", "active", False), *taken)
    ]
