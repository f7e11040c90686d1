"""Datastores: space, the LUN or export behind, who mounts them."""

from typing import Any

from lab.vcenter.furniture import DATASTORES, entity, machine_refs
from lab.vcenter.machine_view import datastores_of
from lab.vcenter.objects import View
from lab.vcenter.sdk import ref, vim
from lab.world.capacity import free, uncommitted
from lab.world.ids import stable_uuid
from lab.world.model import GIB, Datastore
from lab.world.mounts import hosts_of
from lab.world.world import World


def datastore_view(world: World, store: Datastore) -> View:
    this = ref(vim.Datastore, store.id)
    return View(
        this,
        entity(store.name, ref(vim.Folder, DATASTORES))
        | {
            "info": lambda: _store_info(world, store),
            "summary": lambda: summary(world, store),
            "host": lambda: [_mount(store, host) for host in hosts_of(world, store)],
            "vm": lambda: machine_refs([item for item in world.machines.values() if store.name in datastores_of(item)]),
            "browser": lambda: ref(vim.host.DatastoreBrowser, f"browser-{store.id}"),
            "capability": lambda: capability(store),
        },
    )


def capability(store: Datastore) -> Any:
    return vim.Datastore.Capability(
        directoryHierarchySupported=True,
        rawDiskMappingsSupported=store.type == "VMFS",
        perFileThinProvisioningSupported=True,
        storageIORMSupported=True,
        nativeSnapshotSupported=False,
    )


def store_url(store: Datastore) -> str:
    return f"ds:///vmfs/volumes/{stable_uuid(store.name)[:8]}/"


def summary(world: World, store: Datastore) -> Any:
    return vim.Datastore.Summary(
        datastore=ref(vim.Datastore, store.id),
        name=store.name,
        url=store_url(store),
        capacity=store.capacity,
        freeSpace=free(world, store.name),
        uncommitted=uncommitted(world, store.name),
        accessible=True,
        multipleHostAccess=len(hosts_of(world, store)) > 1,
        type=store.type,
        maintenanceMode="normal",
    )


def _store_info(world: World, store: Datastore) -> Any:
    limits = {
        "name": store.name,
        "url": store_url(store),
        "freeSpace": free(world, store.name),
        "maxFileSize": 64 * 1024 * GIB,
        "maxMemoryFileSize": 64 * 1024 * GIB,
        "maxPhysicalRDMFileSize": 64 * 1024 * GIB,
        "maxVirtualRDMFileSize": 62 * 1024 * GIB,
    }
    if store.type == "VMFS":
        return vim.host.VmfsDatastoreInfo(**limits, vmfs=volume(store))
    limits = {key: value for key, value in limits.items() if "RDM" not in key}
    return vim.host.NasDatastoreInfo(**limits, nas=volume(store))


def volume(store: Datastore) -> Any:
    """The file system on it, with the LUN or the export behind."""
    if store.type == "VMFS":
        return _vmfs(store)
    host, _, path = store.backing.partition(":")
    return vim.host.NasVolume(
        type="NFS", name=store.name, capacity=store.capacity, remoteHost=host, remotePath=path, userName=""
    )


def _vmfs(store: Datastore) -> Any:
    return vim.host.VmfsVolume(
        type="VMFS",
        name=store.name,
        capacity=store.capacity,
        blockSizeMb=1,
        maxBlocks=63963136,
        majorVersion=6,
        version="6.82",
        uuid=stable_uuid(store.name),
        extent=[vim.host.ScsiDisk.Partition(diskName=store.backing, partition=1)],
        vmfsUpgradable=False,
        ssd=True,
        local=len(store.hosts) == 1,
    )


def _mount(store: Datastore, host: str) -> Any:
    return vim.Datastore.HostMount(key=ref(vim.HostSystem, host), mountInfo=mount_info(store))


def mount_info(store: Datastore) -> Any:
    path = store_url(store).removeprefix("ds://")
    return vim.host.MountInfo(path=path, accessMode="readWrite", mounted=True, accessible=True)
