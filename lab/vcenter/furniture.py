"""Everything in the inventory but machines: folders, data centre, cluster, pool, hosts, datastores and networks."""

from collections.abc import Callable
from typing import Any

from lab.vcenter.devices import SWITCH, SWITCH_UUID
from lab.vcenter.machine_view import datastores_of
from lab.vcenter.objects import View
from lab.vcenter.sdk import API, ref, vim
from lab.world.capacity import free, uncommitted
from lab.world.estate import stable_uuid
from lab.world.model import GIB, Datastore, Host, Machine, Network, World

ROOT, DATACENTER, CLUSTER, POOL = "group-d1", "datacenter-3", "domain-c8", "resgroup-9"
VMS, HOSTS, DATASTORES, NETWORKS = "group-v4", "group-h5", "group-s6", "group-n7"
BUILD = "24022515"

_HOST_MEMORY = 512 * GIB
_HOST_CORES = 32
_MHZ = 2400

Properties = dict[str, Callable[[], Any]]


def _entity(name: str, parent: Any) -> Properties:
    return {
        "name": lambda: name,
        "parent": lambda: parent,
        "overallStatus": lambda: "green",
        "configStatus": lambda: "green",
        "alarmActionsEnabled": lambda: True,
    }


def folder_view(moid: str, name: str, parent: Any, kinds: list[Any], children: Callable[[], list[Any]]) -> View:
    """A folder; `kinds` are the types that may live in it."""
    return View(
        ref(vim.Folder, moid),
        _entity(name, parent) | {"childType": lambda: kinds, "childEntity": children},
    )


def datacenter_view(world: World) -> View:
    return View(
        ref(vim.Datacenter, DATACENTER),
        _entity(world.datacenter, ref(vim.Folder, ROOT))
        | {
            "vmFolder": lambda: ref(vim.Folder, VMS),
            "hostFolder": lambda: ref(vim.Folder, HOSTS),
            "datastoreFolder": lambda: ref(vim.Folder, DATASTORES),
            "networkFolder": lambda: ref(vim.Folder, NETWORKS),
            "datastore": lambda: datastore_refs(world),
            "network": lambda: network_refs(world),
            "configuration": lambda: vim.Datacenter.ConfigInfo(defaultHardwareVersionKey="vmx-20"),
        },
    )


def datastore_refs(world: World) -> list[Any]:
    return [ref(vim.Datastore, moid) for moid in world.datastores]


def network_refs(world: World) -> list[Any]:
    return [ref(network_kind(network), network.id) for network in world.networks.values()]


def network_kind(network: Network) -> Any:
    return vim.dvs.DistributedVirtualPortgroup if network.type == "dvs" else vim.Network


def host_refs(world: World) -> list[Any]:
    return [ref(vim.HostSystem, moid) for moid in world.hosts]


def machine_refs(machines: list[Machine]) -> list[Any]:
    return [ref(vim.VirtualMachine, machine.id) for machine in machines]


def cluster_view(world: World) -> View:
    return View(
        ref(vim.ClusterComputeResource, CLUSTER),
        _entity(world.source_cluster, ref(vim.Folder, HOSTS))
        | {
            "resourcePool": lambda: ref(vim.ResourcePool, POOL),
            "host": lambda: host_refs(world),
            "datastore": lambda: datastore_refs(world),
            "network": lambda: network_refs(world),
            "environmentBrowser": lambda: ref(vim.EnvironmentBrowser, "envbrowser-8"),
            "summary": lambda: _cluster_summary(len(world.hosts)),
            "configuration": lambda: vim.cluster.ConfigInfo(
                dasConfig=vim.cluster.DasConfigInfo(enabled=False),
                drsConfig=vim.cluster.DrsConfigInfo(enabled=True, defaultVmBehavior="manual", vmotionRate=3),
            ),
        },
    )


def _cluster_summary(hosts: int) -> Any:
    return vim.ClusterComputeResource.Summary(
        totalCpu=hosts * _HOST_CORES * _MHZ,
        totalMemory=hosts * _HOST_MEMORY,
        numCpuCores=hosts * _HOST_CORES,
        numCpuThreads=hosts * _HOST_CORES * 2,
        effectiveCpu=hosts * _HOST_CORES * _MHZ,
        effectiveMemory=hosts * _HOST_MEMORY // 1024**2,
        numHosts=hosts,
        numEffectiveHosts=hosts,
        overallStatus="green",
        currentFailoverLevel=0,
        numVmotions=0,
    )


def pool_view(world: World) -> View:
    return View(
        ref(vim.ResourcePool, POOL),
        _entity("Resources", ref(vim.ClusterComputeResource, CLUSTER))
        | {
            "owner": lambda: ref(vim.ClusterComputeResource, CLUSTER),
            "vm": lambda: machine_refs([machine for machine in world.machines.values() if not machine.template]),
            "runtime": _pool_runtime,
            "config": _allocation,
            "summary": lambda: vim.ResourcePool.Summary(
                name="Resources", config=_allocation(), runtime=_pool_runtime()
            ),
        },
    )


def _pool_runtime() -> Any:
    usage = vim.ResourcePool.ResourceUsage(
        reservationUsed=0,
        reservationUsedForVm=0,
        unreservedForPool=_HOST_MEMORY,
        unreservedForVm=_HOST_MEMORY,
        overallUsage=0,
        maxUsage=_HOST_MEMORY,
    )
    return vim.ResourcePool.RuntimeInfo(memory=usage, cpu=usage, overallStatus="green")


def _allocation() -> Any:
    share = vim.ResourceAllocationInfo(
        reservation=0, expandableReservation=True, limit=-1, shares=vim.SharesInfo(shares=4000, level="normal")
    )
    return vim.ResourceConfigSpec(cpuAllocation=share, memoryAllocation=share)


def host_view(world: World, host: Host) -> View:
    this = ref(vim.HostSystem, host.id)
    return View(
        this,
        _entity(host.name, ref(vim.ClusterComputeResource, CLUSTER))
        | {
            "runtime": _host_runtime,
            "summary": lambda: _host_summary(host, this),
            "config": lambda: _host_config(world, host),
            "vm": lambda: machine_refs([item for item in world.machines.values() if item.host == host.id]),
            "datastore": lambda: datastore_refs(world),
            "network": lambda: network_refs(world),
        },
    )


def _host_runtime() -> Any:
    return vim.host.RuntimeInfo(connectionState="connected", powerState="poweredOn", inMaintenanceMode=False)


def _host_summary(host: Host, this: Any) -> Any:
    return vim.host.Summary(
        host=this,
        runtime=_host_runtime(),
        hardware=vim.host.Summary.HardwareSummary(
            vendor="embedded-lab",
            model="loopback",
            uuid=stable_uuid(host.name),
            memorySize=_HOST_MEMORY,
            cpuModel="embedded-lab CPU",
            cpuMhz=_MHZ,
            numCpuPkgs=2,
            numCpuCores=_HOST_CORES,
            numCpuThreads=_HOST_CORES * 2,
            numNics=2,
            numHBAs=1,
        ),
        config=vim.host.Summary.ConfigSummary(
            name=host.name, port=443, product=_esx(), vmotionEnabled=True, faultToleranceEnabled=False
        ),
        quickStats=vim.host.Summary.QuickStats(overallCpuUsage=0, overallMemoryUsage=0, uptime=86400),
        overallStatus="green",
        rebootRequired=False,
    )


def _esx() -> Any:
    return vim.AboutInfo(
        name="VMware ESXi",
        fullName=f"VMware ESXi 8.0.3 build-{BUILD}",
        vendor="VMware, Inc.",
        version="8.0.3",
        build=BUILD,
        osType="vmnix-x86",
        productLineId="embeddedEsx",
        apiType="HostAgent",
        apiVersion=API,
    )


def _host_config(world: World, host: Host) -> Any:
    """Of ConfigInfo only what says where LUNs are."""
    return vim.host.ConfigInfo(
        host=ref(vim.HostSystem, host.id),
        product=_esx(),
        storageDevice=vim.host.StorageDeviceInfo(scsiLun=scsi_luns(world)),
    )


def scsi_luns(world: World) -> list[Any]:
    """LUNs of the datastores and the free ones."""
    taken = [
        (store.backing, f"0200{index:04d}00{store.backing.removeprefix('naa.')}{'0' * 12}", store.capacity)
        for index, store in enumerate(world.datastores.values())
        if store.type == "VMFS"
    ]
    return [_lun(*lun) for lun in (*taken, *((lun.name, lun.uuid, lun.size) for lun in world.luns))]


def _lun(name: str, uuid: str, size: int) -> Any:
    return vim.host.ScsiDisk(
        deviceName=f"/vmfs/devices/disks/{name}",
        deviceType="disk",
        key=f"key-vim.host.ScsiDisk-{uuid}",
        uuid=uuid,
        canonicalName=name,
        displayName=f"embedded-lab Fibre Channel Disk ({name})",
        lunType="disk",
        vendor="LAB",
        model="loopback array",
        operationalState=["ok"],
        vStorageSupport="vStorageSupported",
        capacity=vim.host.DiskDimensions.Lba(blockSize=512, block=size // 512),
        devicePath=f"/vmfs/devices/disks/{name}",
        ssd=True,
    )


def datastore_view(world: World, store: Datastore) -> View:
    this = ref(vim.Datastore, store.id)
    return View(
        this,
        _entity(store.name, ref(vim.Folder, DATASTORES))
        | {
            "info": lambda: _store_info(world, store),
            "summary": lambda: _store_summary(world, store, this),
            "host": lambda: [_mount(store, host) for host in host_refs(world)],
            "vm": lambda: machine_refs([item for item in world.machines.values() if store.name in datastores_of(item)]),
            "browser": lambda: ref(vim.host.DatastoreBrowser, f"browser-{store.id}"),
            "capability": lambda: vim.Datastore.Capability(
                directoryHierarchySupported=True,
                rawDiskMappingsSupported=store.type == "VMFS",
                perFileThinProvisioningSupported=True,
                storageIORMSupported=True,
                nativeSnapshotSupported=False,
            ),
        },
    )


def store_url(store: Datastore) -> str:
    return f"ds:///vmfs/volumes/{stable_uuid(store.name)[:8]}/"


def _store_summary(world: World, store: Datastore, this: Any) -> Any:
    return vim.Datastore.Summary(
        datastore=this,
        name=store.name,
        url=store_url(store),
        capacity=store.capacity,
        freeSpace=free(world, store.name),
        uncommitted=uncommitted(world, store.name),
        accessible=True,
        multipleHostAccess=True,
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
        return vim.host.VmfsDatastoreInfo(**limits, vmfs=_vmfs(store))
    host, _, path = store.backing.partition(":")
    volume = vim.host.NasVolume(
        type="NFS", name=store.name, capacity=store.capacity, remoteHost=host, remotePath=path, userName=""
    )
    limits = {key: value for key, value in limits.items() if "RDM" not in key}
    return vim.host.NasDatastoreInfo(**limits, nas=volume)


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
        local=False,
    )


def _mount(store: Datastore, host: Any) -> Any:
    info = vim.host.MountInfo(
        path=store_url(store).removeprefix("ds://"), accessMode="readWrite", mounted=True, accessible=True
    )
    return vim.Datastore.HostMount(key=host, mountInfo=info)


def network_view(world: World, network: Network) -> View:
    this = ref(network_kind(network), network.id)
    properties = _entity(network.name, ref(vim.Folder, NETWORKS)) | {
        "summary": lambda: vim.Network.Summary(network=this, name=network.name, accessible=True, ipPoolName=""),
        "host": lambda: host_refs(world),
        "vm": lambda: machine_refs(
            [item for item in world.machines.values() if any(nic.network == network.name for nic in item.nics)]
        ),
    }
    if network.type == "dvs":
        properties |= {"key": lambda: network.id, "config": lambda: _port_group(network), "portKeys": lambda: ["0"]}
    return View(this, properties)


def _port_group(network: Network) -> Any:
    return vim.dvs.DistributedVirtualPortgroup.ConfigInfo(
        key=network.id,
        name=network.name,
        numPorts=8,
        distributedVirtualSwitch=ref(vim.dvs.VmwareDistributedVirtualSwitch, SWITCH),
        type="earlyBinding",
        policy=vim.dvs.DistributedVirtualPortgroup.PortgroupPolicy(
            blockOverrideAllowed=True,
            shapingOverrideAllowed=False,
            vendorConfigOverrideAllowed=False,
            livePortMovingAllowed=False,
            portConfigResetAtDisconnect=True,
        ),
        autoExpand=True,
    )


def switch_view(world: World) -> View:
    groups = [network for network in world.networks.values() if network.type == "dvs"]
    return View(
        ref(vim.dvs.VmwareDistributedVirtualSwitch, SWITCH),
        _entity("DVS0", ref(vim.Folder, NETWORKS))
        | {
            "uuid": lambda: SWITCH_UUID,
            "portgroup": lambda: [ref(network_kind(group), group.id) for group in groups],
            "summary": lambda: vim.DistributedVirtualSwitch.Summary(
                name="DVS0",
                uuid=SWITCH_UUID,
                numPorts=64,
                hostMember=host_refs(world),
                host=host_refs(world),
                portgroupName=[group.name for group in groups],
                numHosts=len(world.hosts),
            ),
        },
    )
