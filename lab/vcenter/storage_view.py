"""What a host says of its storage: LUNs, and the volumes that it mounts."""

from collections.abc import Iterable
from typing import Any

from lab.vcenter.datastore_view import capability, mount_info, summary, volume
from lab.vcenter.furniture import HOST_CORES, HOST_SOCKETS, datastore_refs
from lab.vcenter.objects import View
from lab.vcenter.sdk import ref, vim
from lab.world.model import Datastore, Host, Lun
from lab.world.mounts import stores_of
from lab.world.world import World

SYSTEM, BROWSER = "storageSystem-", "hostbrowser-"
_SUPPORT = "vStorageSupported"


def system_ref(host: Host) -> Any:
    return ref(vim.host.StorageSystem, f"{SYSTEM}{host.id}")


def browser_ref(host: Host) -> Any:
    return ref(vim.host.DatastoreBrowser, f"{BROWSER}{host.id}")


def storage_object(world: World, identity: str) -> View | None:
    """A host's storage system or datastore browser, by its id."""
    prefix = next((prefix for prefix in (SYSTEM, BROWSER) if identity.startswith(prefix)), "")
    host = world.hosts.get(identity.removeprefix(prefix)) if prefix else None
    if host is None:
        return None
    if prefix == BROWSER:
        return View(browser_ref(host), {"datastore": lambda: datastore_refs(stores_of(world, host.id))})
    return View(
        system_ref(host),
        {
            "storageDeviceInfo": lambda: storage_devices(world, host),
            "fileSystemVolumeInfo": lambda: file_systems(world, host),
        },
    )


def storage_devices(world: World, host: Host) -> Any:
    return vim.host.StorageDeviceInfo(scsiLun=scsi_luns(world, host), softwareInternetScsiEnabled=False)


def file_systems(world: World, host: Host) -> Any:
    mounted = [
        vim.host.FileSystemMountInfo(mountInfo=mount_info(store), volume=volume(store), vStorageSupport=_SUPPORT)
        for store in stores_of(world, host.id)
    ]
    return vim.host.FileSystemVolumeInfo(volumeTypeList=["VMFS", "NFS", "NFS41", "vsan", "VVOL"], mountInfo=mounted)


def scsi_luns(world: World, host: Host) -> list[Any]:
    """LUNs of the datastores that the host mounts, and those that no datastore uses."""
    taken = [
        scsi_disk(store.backing, _uuid(index, store), store.capacity, local=len(store.hosts) == 1)
        for index, store in enumerate(world.datastores.values())
        if store.type == "VMFS" and store in stores_of(world, host.id)
    ]
    return [*taken, *(free_disk(lun) for lun in world.luns)]


def _uuid(index: int, store: Datastore) -> str:
    digits = store.backing.partition(".")[2]
    if not store.backing.startswith("naa."):
        return f"{'0' * 10}{digits.encode().hex()}"
    return f"0200{index:04d}00{digits}{'0' * 12}"


def free_disk(lun: Lun) -> Any:
    """A LUN that no datastore uses."""
    return scsi_disk(lun.name, lun.uuid, lun.size)


def scsi_disk(name: str, uuid: str, size: int, *, local: bool = False) -> Any:
    kinds = vim.host.ScsiLun
    return vim.host.ScsiDisk(
        deviceName=f"/vmfs/devices/disks/{name}",
        deviceType="disk",
        key=f"key-vim.host.ScsiDisk-{uuid}",
        uuid=uuid,
        descriptor=[
            kinds.Descriptor(quality="highQuality", id=name),
            kinds.Descriptor(quality="mediumQuality", id=f"vml.{uuid}"),
        ],
        canonicalName=name,
        displayName=f"embedded-lab {'local' if local else 'Fibre Channel'} Disk ({name})",
        lunType="disk",
        vendor="LAB",
        model="loopback array",
        operationalState=["ok"],
        vStorageSupport="vStorageUnsupported" if local else _SUPPORT,
        capacity=vim.host.DiskDimensions.Lba(blockSize=512, block=size // 512),
        devicePath=f"/vmfs/devices/disks/{name}",
        ssd=True,
        localDisk=local,
    )


def config_target(world: World, hosts: Iterable[Host]) -> Any:
    """What machines could be made of on these hosts; a LUN that a machine maps already is not offered again."""
    mapped = {disk.lun for machine in world.machines.values() for disk in machine.disks if disk.lun}
    stores = {store.id: store for host in hosts for store in stores_of(world, host.id)}
    return vim.vm.ConfigTarget(
        numCpus=HOST_CORES * 2,
        numCpuCores=HOST_CORES,
        numNumaNodes=HOST_SOCKETS,
        datastore=[_offered(world, store) for store in stores.values()],
        scsiDisk=[
            vim.vm.ScsiDiskDeviceInfo(name=lun.name, capacity=lun.size, disk=free_disk(lun))
            for lun in world.luns
            if lun.name not in mapped
        ],
    )


def _offered(world: World, store: Datastore) -> Any:
    shown = summary(world, store)
    return vim.vm.DatastoreInfo(
        name=store.name,
        datastore=shown,
        capability=capability(store),
        maxFileSize=store.capacity,
        mode="readWrite",
        vStorageSupport=_SUPPORT,
    )
