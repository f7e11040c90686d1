"""VirtualMachine and VirtualMachineSnapshot as views on the world's machines."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lab.vcenter.devices import datastore_ref, hardware
from lab.vcenter.guest_view import guest_info, tools_status
from lab.vcenter.objects import View
from lab.vcenter.sdk import ref, vim
from lab.world.capacity import occupied
from lab.world.files import extent, of_disk
from lab.world.model import Machine, Snapshot
from lab.world.world import World

MIB = 1024**2
CREATED = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def network_ref(world: World, name: str) -> Any:
    network = next(network for network in world.networks.values() if network.name == name)
    kind = vim.dvs.DistributedVirtualPortgroup if network.type == "dvs" else vim.Network
    return ref(kind, network.id)


def power_state(machine: Machine) -> str:
    return "poweredOn" if machine.power == "on" else "poweredOff"


def vmx(machine: Machine) -> str:
    return f"{machine.home}/{machine.home.partition('] ')[2]}.vmx"


def machine_view(world: World, machine: Machine, recent_tasks: Callable[[], list[Any]]) -> View:
    """The view of one machine."""
    this = ref(vim.VirtualMachine, machine.id)
    properties: dict[str, Callable[[], Any]] = {
        "name": lambda: machine.name,
        "parent": lambda: ref(vim.Folder, "group-v4"),
        "overallStatus": lambda: "green",
        "configStatus": lambda: "green",
        "recentTask": recent_tasks,
        "capability": _capability,
        "config": lambda: config(world, machine),
        "layoutEx": lambda: layout(machine),
        "storage": lambda: _storage(world, machine),
        "environmentBrowser": lambda: ref(vim.EnvironmentBrowser, "envbrowser-8"),
        "resourcePool": lambda: None if machine.template else ref(vim.ResourcePool, "resgroup-9"),
        "runtime": lambda: runtime(machine),
        "guest": lambda: guest_info(machine),
        "summary": lambda: _summary(machine, this),
        "datastore": lambda: [datastore_ref(world, name) for name in datastores_of(machine)],
        "network": lambda: [network_ref(world, name) for name in dict.fromkeys(nic.network for nic in machine.nics)],
        "snapshot": lambda: _snapshot_info(machine),
        "rootSnapshot": lambda: [_snapshot_ref(item) for item in machine.snapshots if item.parent is None],
        "guestHeartbeatStatus": lambda: "green" if machine.guest_up else "gray",
        "alarmActionsEnabled": lambda: True,
    }
    return View(this, properties)


def datastores_of(machine: Machine) -> list[str]:
    """Names, the one of the home first."""
    home = machine.home[1:].partition("]")[0]
    return list(dict.fromkeys([home, *(disk.datastore for disk in machine.disks)]))


def config(world: World, machine: Machine) -> Any:
    """ConfigInfo."""
    folder = f"{machine.home}/"
    return vim.vm.ConfigInfo(
        changeVersion="2026-01-05T08:00:00.000000Z",
        modified=CREATED,
        createDate=CREATED,
        name=machine.name,
        guestFullName=machine.guest.os_name,
        guestId=machine.guest.guest_id,
        alternateGuestName="",
        version="vmx-20",
        uuid=machine.uuid,
        instanceUuid=machine.instance_uuid,
        template=machine.template,
        annotation=machine.annotation,
        files=vim.vm.FileInfo(
            vmPathName=vmx(machine), snapshotDirectory=folder, suspendDirectory=folder, logDirectory=folder
        ),
        tools=vim.vm.ToolsConfigInfo(toolsVersion=12389, toolsUpgradePolicy="manual", syncTimeWithHost=False),
        flags=vim.vm.FlagInfo(enableLogging=True, diskUuidEnabled=False, snapshotDisabled=False, vbsEnabled=False),
        defaultPowerOps=vim.vm.DefaultPowerOpInfo(powerOffType="soft", suspendType="hard", resetType="soft"),
        hardware=vim.vm.VirtualHardware(
            numCPU=machine.cpus,
            numCoresPerSocket=machine.cores_per_socket,
            memoryMB=machine.memory // MIB,
            device=hardware(world, machine),
        ),
        cpuHotAddEnabled=False,
        memoryHotAddEnabled=False,
        extraConfig=[vim.option.OptionValue(key=key, value=value) for key, value in machine.extra_config.items()],
        bootOptions=vim.vm.BootOptions(bootDelay=0, efiSecureBootEnabled=machine.secure_boot),
        changeTrackingEnabled=machine.change_tracking,
        firmware=machine.firmware,
        nestedHVEnabled=False,
    )


def runtime(machine: Machine) -> Any:
    """RuntimeInfo, with every enum set: clients fail on empty ones (facts/sources.md 1.5)."""
    return vim.vm.RuntimeInfo(
        host=ref(vim.HostSystem, machine.host),
        connectionState="connected",
        powerState=power_state(machine),
        faultToleranceState="notConfigured",
        toolsInstallerMounted=False,
        numMksConnections=0,
        recordReplayState="inactive",
        onlineStandby=False,
        consolidationNeeded=False,
        maxCpuUsage=machine.cpus * 2400,
        maxMemoryUsage=machine.memory // MIB,
        cleanPowerOff=True,
    )


def _summary(machine: Machine, this: Any) -> Any:
    status, running, version = tools_status(machine)
    up = machine.guest_up
    addresses = machine.guest.addresses
    return vim.vm.Summary(
        vm=this,
        runtime=runtime(machine),
        guest=vim.vm.Summary.GuestSummary(
            guestId=machine.guest.guest_id if up else None,
            guestFullName=machine.guest.os_name if up else None,
            toolsStatus=status,
            toolsVersionStatus=version,
            toolsVersionStatus2=version,
            toolsRunningStatus=running,
            hostName=machine.guest.hostname if up else None,
            ipAddress=addresses[0].address if up and addresses else None,
            hwVersion="vmx-20",
        ),
        config=_config_summary(machine),
        storage=_storage_summary(machine),
        quickStats=vim.vm.Summary.QuickStats(
            overallCpuUsage=0, guestMemoryUsage=0, hostMemoryUsage=0, guestHeartbeatStatus="green" if up else "gray"
        ),
        overallStatus="green",
    )


def _config_summary(machine: Machine) -> Any:
    return vim.vm.Summary.ConfigSummary(
        name=machine.name,
        template=machine.template,
        vmPathName=vmx(machine),
        memorySizeMB=machine.memory // MIB,
        cpuReservation=0,
        memoryReservation=0,
        numCpu=machine.cpus,
        numEthernetCards=len(machine.nics),
        numVirtualDisks=len(machine.disks),
        uuid=machine.uuid,
        instanceUuid=machine.instance_uuid,
        guestId=machine.guest.guest_id,
        guestFullName=machine.guest.os_name,
        annotation=machine.annotation,
        hwVersion="vmx-20",
    )


def _storage_summary(machine: Machine) -> Any:
    committed = sum(occupied(disk) for disk in machine.disks)
    return vim.vm.Summary.StorageSummary(
        committed=committed,
        uncommitted=sum(disk.size for disk in machine.disks) - committed,
        unshared=committed,
        timestamp=CREATED,
    )


def _storage(world: World, machine: Machine) -> Any:
    usage = []
    for name in datastores_of(machine):
        disks = [disk for disk in machine.disks if disk.datastore == name]
        committed = sum(occupied(disk) for disk in disks)
        usage.append(
            vim.vm.StorageInfo.UsageOnDatastore(
                datastore=datastore_ref(world, name),
                committed=committed,
                uncommitted=sum(disk.size for disk in disks) - committed,
                unshared=committed,
            )
        )
    return vim.vm.StorageInfo(perDatastoreUsage=usage, timestamp=CREATED)


def layout(machine: Machine) -> Any:
    """FileLayoutEx: configuration and every layer of every disk."""
    info, kinds = vim.vm.FileLayoutEx.FileInfo, vim.vm.FileLayoutEx
    files = [info(key=0, name=vmx(machine), type="config", size=2048, accessible=True)]
    layouts = []
    for disk in machine.disks:
        chain = []
        for file in (*disk.parents, disk.file):
            descriptor, data = len(files), len(files) + 1
            name, size = extent(disk, file), of_disk(disk)[extent(disk, file)]
            files.append(info(key=descriptor, name=file, type="diskDescriptor", size=512, accessible=True))
            files.append(info(key=data, name=name, type="diskExtent", size=size, accessible=True))
            chain.append(kinds.DiskUnit(fileKey=[descriptor, data]))
        layouts.append(kinds.DiskLayout(key=disk.key, chain=chain))
    return kinds(file=files, disk=layouts, timestamp=CREATED)


def _capability() -> Any:
    return vim.vm.Capability(
        **{
            info.name: info.name not in {"recordReplaySupported", "vmNpivWwnSupported"}
            for info in vim.vm.Capability._GetPropertyList()
            if info.type is bool
        }
    )


def _snapshot_ref(snapshot: Snapshot) -> Any:
    return ref(vim.vm.Snapshot, snapshot.moref)


def _snapshot_info(machine: Machine) -> Any:
    if not machine.snapshots:
        return None
    current = next((item for item in machine.snapshots if item.id == machine.current_snapshot), None)
    return vim.vm.SnapshotInfo(
        currentSnapshot=_snapshot_ref(current) if current else None, rootSnapshotList=_tree(machine, None)
    )


def _tree(machine: Machine, parent: int | None) -> list[Any]:
    return [
        vim.vm.SnapshotTree(
            snapshot=_snapshot_ref(item),
            vm=ref(vim.VirtualMachine, machine.id),
            name=item.name,
            description=item.description,
            id=item.id,
            createTime=datetime.fromisoformat(item.created),
            state="poweredOn" if item.power == "on" else "poweredOff",
            quiesced=False,
            childSnapshotList=_tree(machine, item.id),
            replaySupported=False,
        )
        for item in machine.snapshots
        if item.parent == parent
    ]


def snapshot_view(world: World, machine: Machine, snapshot: Snapshot) -> View:
    """The view of one snapshot."""
    return View(
        _snapshot_ref(snapshot),
        {
            "config": lambda: config(world, machine),
            "vm": lambda: ref(vim.VirtualMachine, machine.id),
            "childSnapshot": lambda: [_snapshot_ref(item) for item in machine.snapshots if item.parent == snapshot.id],
        },
    )
