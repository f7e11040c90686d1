"""Machines as the vSphere inventory shows them, release by release (facts/forklift.md 5.4)."""

from collections.abc import Iterator
from typing import Any

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.inventory.record import Record, ref
from lab.inventory.sight import Known, sight_of
from lab.inventory.vsphere.concerns import concerns_of
from lab.inventory.vsphere.guests import guest_keys
from lab.kernel.service import Lab
from lab.vcenter.furniture import VMS
from lab.world.capacity import occupied
from lab.world.model import Disk, Machine, Nic
from lab.world.world import World

_POLICY_VERSION = 5
_MIB = 1024**2

_SINCE = {
    "2.11": ("instanceUuid", "toolsStatus", "toolsRunningStatus", "toolsVersionStatus2"),
    "2.12": (
        *("consolidationNeeded", "customDef", "customValues", "tags"),
        *("physicalMode", "deviceName", "vvolId", "lunUuid"),
        "pciAddress",
    ),
}
"""Keys of machines, of their disks and of their NICs, by the release that brought them."""


def machines(lab: Lab) -> Iterator[Record]:
    """What the collector has stored; templates are left out of lists but can be had by id."""
    for known in sight_of(lab).machines.values():
        yield machine_record(lab, known)


def machine_record(lab: Lab, known: Known) -> Record:
    """One stored machine."""
    machine = known.machine
    path = f"/{lab.world.datacenter}/vm/{machine.name}"
    resource = {
        "id": machine.id,
        "parent": ref("Folder", VMS),
        "path": path,
        "revision": known.revision,
        "name": machine.name,
    }
    return Record(
        kind="VM",
        id=machine.id,
        name=machine.name,
        path=path,
        resource=resource,
        body=_body(lab, known),
        listed=not machine.template,
        always_full=True,
    )


def _body(lab: Lab, known: Known) -> dict[str, Any]:
    machine, newer = known.machine, _newer(lab)
    blind = chosen(lab, Fault.DISK_CONCERNS_LOST)
    networks = [_network_ref(lab.world, name) for name in dict.fromkeys(nic.network for nic in machine.nics)]
    body = {
        "revisionValidated": known.validated,
        "isTemplate": machine.template,
        "powerState": "poweredOn" if machine.power == "on" else "poweredOff",
        "host": machine.host,
        "networks": networks,
        "disks": [_without(_disk(lab.world, machine, disk), newer) for disk in machine.disks],
        "concerns": concerns_of(machine, old=not lab.options.since("2.12"), blind=blind) if known.validated else None,
        "policyVersion": _POLICY_VERSION,
        **_configuration(machine),
        **guest_keys(machine, known.told),
        "nics": [_without(_nic(lab.world, nic, order), newer) for order, nic in enumerate(machine.nics)],
    }
    return _without(body, newer)


def _newer(lab: Lab) -> frozenset[str]:
    """Keys of a machine, its disks and its NICs that this release does not know yet."""
    return frozenset(key for release, keys in _SINCE.items() if not lab.options.since(release) for key in keys)


def _without(keys: dict[str, Any], newer: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if key not in newer}


def _configuration(machine: Machine) -> dict[str, Any]:
    snapshot = next((item for item in machine.snapshots if item.id == machine.current_snapshot), None)
    return {
        "uuid": machine.uuid,
        "instanceUuid": machine.instance_uuid,
        "firmware": machine.firmware,
        "connectionState": "connected",
        "snapshot": ref("VirtualMachineSnapshot", snapshot.moref) if snapshot else ref("", ""),
        "changeTrackingEnabled": machine.change_tracking,
        "consolidationNeeded": False,
        "cpuAffinity": [],
        "cpuHotAddEnabled": False,
        "cpuHotRemoveEnabled": False,
        "memoryHotAddEnabled": False,
        "faultToleranceEnabled": False,
        "cpuCount": machine.cpus,
        "coresPerSocket": machine.cores_per_socket,
        "memoryMB": machine.memory // _MIB,
        "guestName": machine.guest.os_name,
        "guestId": machine.guest.guest_id,
        "balloonedMemory": 0,
        "storageUsed": sum(occupied(disk) for disk in machine.disks),
        "tpmEnabled": False,
        "numaNodeAffinity": [],
        "devices": None,
        "secureBoot": machine.secure_boot,
        "diskEnableUuid": False,
        "nestedHVEnabled": False,
        "customDef": None,
        "customValues": None,
        "tags": None,
    }


def _network_ref(world: World, name: str) -> dict[str, str]:
    return ref("Network", next(network.id for network in world.networks.values() if network.name == name))


def _disk(world: World, machine: Machine, disk: Disk) -> dict[str, Any]:
    store = next(store for store in world.datastores.values() if store.name == disk.datastore)
    keys: dict[str, Any] = {
        "key": disk.key,
        "unitNumber": disk.unit,
        "controllerKey": disk.controller_key,
        "file": disk.file,
        "datastore": ref("Datastore", store.id),
        "capacity": disk.size,
        "shared": False,
        "rdm": bool(disk.lun),
        "bus": "scsi",
        "mode": disk.mode,
        "serial": disk.uuid.upper(),
        "changeTrackingEnabled": machine.change_tracking,
        "parent": disk.parents[-1] if disk.parents and not disk.lun else "",
    }
    if disk.lun:
        uuid = _lun_uuid(world, disk)
        keys |= {"deviceName": f"vml.{uuid}", "lunUuid": uuid}
    if disk.lun_mode == "physicalMode":
        keys["physicalMode"] = True
    return keys


def _lun_uuid(world: World, disk: Disk) -> str:
    return next((lun.uuid for lun in world.luns if lun.name == disk.lun), "")


def _nic(world: World, nic: Nic, order: int) -> dict[str, Any]:
    return {
        "network": _network_ref(world, nic.network),
        "mac": nic.mac,
        "order": order,
        "deviceKey": nic.key,
        "pciAddress": f"0000:{3 + 8 * order:02x}:00.0",
    }
