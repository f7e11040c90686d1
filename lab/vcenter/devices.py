"""Virtual hardware of a machine in the vSphere API's terms (facts/sources.md 1.7)."""

from typing import Any

from lab.vcenter.controllers import KINDS, kind_of
from lab.vcenter.sdk import ref, vim
from lab.world.ids import stable_uuid
from lab.world.model import Disk, Machine, Nic
from lab.world.world import World

_SUMMARIES = {
    "ParaVirtualSCSIController": "VMware paravirtual SCSI",
    "VirtualLsiLogicController": "LSI Logic",
    "VirtualLsiLogicSASController": "LSI Logic SAS",
    "VirtualBusLogicController": "BusLogic",
}
SWITCH = "dvs-30"
SWITCH_UUID = stable_uuid("distributed switch")


def hardware(world: World, machine: Machine) -> list[Any]:
    """All devices, controllers first."""
    controllers = [_controller(machine, key) for key in machine.controllers]
    disks = [disk_device(world, machine, disk) for disk in machine.disks]
    nics = [_nic(world, machine, number, nic) for number, nic in enumerate(machine.nics)]
    return [_ide(machine), _pci(machine), *controllers, *disks, *nics]


def _described(label: str, summary: str) -> Any:
    return vim.Description(label=label, summary=summary)


def _ide(_machine: Machine) -> Any:
    return vim.vm.device.VirtualIDEController(key=200, deviceInfo=_described("IDE 0", "IDE 0"), busNumber=0)


def _pci(machine: Machine) -> Any:
    return vim.vm.device.VirtualPCIController(
        key=100,
        deviceInfo=_described("PCI controller 0", "PCI controller 0"),
        busNumber=0,
        device=[*machine.controllers, *(nic.key for nic in machine.nics)],
    )


def _controller(machine: Machine, key: int) -> Any:
    bus = key - 1000
    kind = kind_of(machine, key)
    return KINDS[kind](
        key=key,
        deviceInfo=_described(f"SCSI controller {bus}", _SUMMARIES[kind]),
        controllerKey=100,
        unitNumber=3 + bus,
        busNumber=bus,
        device=[disk.key for disk in machine.disks if disk.controller_key == key],
        hotAddRemove=True,
        sharedBus="noSharing",
        scsiCtlrUnitNumber=7,
    )


def disk_device(world: World, machine: Machine, disk: Disk) -> Any:
    """One disk with the whole chain of its backing."""
    return vim.vm.device.VirtualDisk(
        key=disk.key,
        deviceInfo=_described(disk.label, f"{disk.size // 1024:,} KB"),
        backing=_raw(world, disk) if disk.lun else _flat(world, machine, disk),
        controllerKey=disk.controller_key,
        unitNumber=disk.unit,
        capacityInKB=disk.size // 1024,
        capacityInBytes=disk.size,
        shares=vim.SharesInfo(shares=1000, level="normal"),
        diskObjectId=f"{machine.id.removeprefix('vm-')}-{disk.key}",
        nativeUnmanagedLinkedClone=False,
    )


def _flat(world: World, machine: Machine, disk: Disk) -> Any:
    backing = None
    for file in (*disk.parents, disk.file):
        backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
            fileName=file,
            datastore=datastore_ref(world, disk.datastore),
            diskMode=disk.mode,
            split=False,
            writeThrough=False,
            thinProvisioned=disk.provisioning == "thin",
            eagerlyScrub=disk.provisioning == "thick-eager",
            uuid=_dashed(disk.uuid),
            contentId=disk.digest.replace("-", "")[:32],
            changeId=f"{_dashed(disk.uuid)}/{len(disk.parents) + 1}" if machine.change_tracking else None,
            parent=backing,
            digestEnabled=False,
            sharing="sharingNone",
        )
    return backing


def _raw(world: World, disk: Disk) -> Any:
    backing, lun = None, next(lun for lun in world.luns if lun.name == disk.lun)
    for file in (*disk.parents, disk.file):
        backing = vim.vm.device.VirtualDisk.RawDiskMappingVer1BackingInfo(
            fileName=file,
            datastore=datastore_ref(world, disk.datastore),
            diskMode=disk.mode,
            lunUuid=lun.uuid,
            deviceName=f"vml.{lun.uuid}",
            compatibilityMode=disk.lun_mode,
            uuid=_dashed(disk.uuid),
            parent=backing,
            sharing="sharingNone",
        )
    return backing


def _dashed(uuid: str) -> str:
    """vCenter writes a disk's uuid as 6000C29x-....; the dashes follow the usual places."""
    digits = uuid.replace("-", "").ljust(32, "0")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def datastore_ref(world: World, name: str) -> Any:
    return next(ref(vim.Datastore, store.id) for store in world.datastores.values() if store.name == name)


def _nic(world: World, machine: Machine, number: int, nic: Nic) -> Any:
    running = machine.power == "on"
    return vim.vm.device.VirtualVmxnet3(
        key=nic.key,
        deviceInfo=_described(nic.label, nic.network),
        backing=nic_backing(world, nic),
        connectable=vim.vm.device.VirtualDevice.ConnectInfo(
            startConnected=nic.connected,
            allowGuestControl=True,
            connected=running and nic.connected,
            status="ok" if running else "untried",
            migrateConnect="unset",
        ),
        slotInfo=vim.vm.device.VirtualDevice.PciBusSlotInfo(pciSlotNumber=192 + 32 * number),
        controllerKey=100,
        unitNumber=7 + number,
        addressType=nic.mac_type,
        macAddress=nic.mac,
        wakeOnLanEnabled=True,
        uptCompatibilityEnabled=True,
    )


def nic_backing(world: World, nic: Nic) -> Any:
    """How an adapter names its network; a distributed port group goes by key, not by name."""
    network = next(network for network in world.networks.values() if network.name == nic.network)
    cards = vim.vm.device.VirtualEthernetCard
    if network.type == "dvs":
        port = vim.dvs.PortConnection(switchUuid=SWITCH_UUID, portgroupKey=network.id, portKey=str(nic.key))
        return cards.DistributedVirtualPortBackingInfo(port=port)
    return cards.NetworkBackingInfo(deviceName=network.name, useAutoDetect=False, network=ref(vim.Network, network.id))
