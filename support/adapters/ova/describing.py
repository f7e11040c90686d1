"""From an appliance in MTV's inventory to the domain's SourceMachine; what its file does not say stays unknown."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from support.adapters.guest_ids import os_family
from support.adapters.ova.units import size_in_bytes
from support.domain.errors import SourceError
from support.domain.machine import Cpu, Firmware, Power, mac
from support.domain.source import Place, ProviderKind, SourceDisk, SourceGuest, SourceMachine, SourceNic

Found = Mapping[str, Any]

_FIRMWARES = {"bios": Firmware.BIOS, "efi": Firmware.UEFI, "uefi": Firmware.UEFI}


def machine_from(found: Found) -> SourceMachine:
    """One appliance; nested parts have Go's own names (forklift.md 5.7). Raises SourceError for what makes no sense."""
    name, identity = str(found["name"]), str(found["id"])
    firmware = _FIRMWARES.get(str(found.get("firmware") or "").lower())
    return SourceMachine(
        kind=ProviderKind.OVA,
        id=identity,
        name=name,
        uuid=str(found.get("uuid") or identity).lower(),
        power=Power.OFF,
        cpu=_cpu(found, name),
        memory=size_in_bytes(int(found.get("memoryMB") or 0), str(found.get("memoryUnits") or ""), f"memory of {name}"),
        firmware=firmware,
        secure_boot=_secure_boot(found, firmware),
        nics=tuple(_nics(found)),
        disks=tuple(_disks(found)),
        guest=_guest(found),
        captured_at=datetime.now(UTC),
    )


def _cpu(found: Found, name: str) -> Cpu:
    """Cores per socket are VMware's own addition to OVF, and one where it is missing (sources.md 5.2)."""
    count, cores = int(found.get("cpuCount") or 0), int(found.get("coresPerSocket") or 0) or 1
    if count < cores or count % cores:
        raise SourceError(f"appliance {name}: {count} CPUs in sockets of {cores}, expected whole sockets")
    return Cpu(sockets=count // cores, cores=cores)


def _secure_boot(found: Found, firmware: Firmware | None) -> bool | None:
    """Only of UEFI, and only from MTV 2.11 on: what no key says is unknown, not off."""
    told = found.get("secureBoot")
    return bool(told) if firmware is Firmware.UEFI and told is not None else None


def _nics(found: Found) -> Iterator[SourceNic]:
    """Each says the name of its network, and the appliance lists its networks with their ids."""
    networks = {str(each["Name"]): str(each["ID"]) for each in found.get("networks") or ()}
    for nic in found.get("nics") or ():
        network = str(nic.get("Network") or "")
        place = Place(id=networks.get(network, ""), name=network)
        yield SourceNic(label=str(nic.get("Name") or ""), mac=mac(str(nic.get("MAC") or "")), network=place)


def _disks(found: Found) -> Iterator[SourceDisk]:
    """In the order of the file, which is that of the target; each is a store of its own."""
    for index, disk in enumerate(found.get("disks") or ()):
        file, path = str(disk.get("Name") or ""), str(disk.get("FilePath") or "")
        units = str(disk.get("CapacityAllocationUnits") or "")
        yield SourceDisk(
            label=f"{disk.get('DiskId') or 'disk'} ({file})",
            identity=f"{path}::{file}",
            size=size_in_bytes(int(disk.get("Capacity") or 0), units, f"disk {file}"),
            store=Place(id=str(disk["ID"]), name=file),
            index=index,
        )


def _guest(found: Found) -> SourceGuest:
    """What was chosen when the machine was made; nobody ever runs an appliance where it lies."""
    system = str(found.get("osType") or "")
    return SourceGuest(family=os_family(system, None), os_name=system or None)
