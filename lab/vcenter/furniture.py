"""The frame of the inventory: folders, data centre, cluster and pool, and lists of what is in them."""

from collections.abc import Callable, Iterable
from typing import Any

from lab.vcenter.objects import View
from lab.vcenter.sdk import ref, vim
from lab.world.model import GIB, Datastore, Machine, Network
from lab.world.world import World

ROOT, DATACENTER, CLUSTER, POOL = "group-d1", "datacenter-3", "domain-c8", "resgroup-9"
VMS, HOSTS, DATASTORES, NETWORKS = "group-v4", "group-h5", "group-s6", "group-n7"

HOST_MEMORY = 512 * GIB
HOST_CORES = 32
HOST_SOCKETS = 2
MHZ = 2400

Properties = dict[str, Callable[[], Any]]


def entity(name: str, parent: Any) -> Properties:
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
        entity(name, parent) | {"childType": lambda: kinds, "childEntity": children},
    )


def datacenter_view(world: World) -> View:
    return View(
        ref(vim.Datacenter, DATACENTER),
        entity(world.datacenter, ref(vim.Folder, ROOT))
        | {
            "vmFolder": lambda: ref(vim.Folder, VMS),
            "hostFolder": lambda: ref(vim.Folder, HOSTS),
            "datastoreFolder": lambda: ref(vim.Folder, DATASTORES),
            "networkFolder": lambda: ref(vim.Folder, NETWORKS),
            "datastore": lambda: datastore_refs(world.datastores.values()),
            "network": lambda: network_refs(world),
            "configuration": lambda: vim.Datacenter.ConfigInfo(defaultHardwareVersionKey="vmx-20"),
        },
    )


def datastore_refs(stores: Iterable[Datastore]) -> list[Any]:
    return [ref(vim.Datastore, store.id) for store in stores]


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
        entity(world.source_cluster, ref(vim.Folder, HOSTS))
        | {
            "resourcePool": lambda: ref(vim.ResourcePool, POOL),
            "host": lambda: host_refs(world),
            "datastore": lambda: datastore_refs(world.datastores.values()),
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
        totalCpu=hosts * HOST_CORES * MHZ,
        totalMemory=hosts * HOST_MEMORY,
        numCpuCores=hosts * HOST_CORES,
        numCpuThreads=hosts * HOST_CORES * 2,
        effectiveCpu=hosts * HOST_CORES * MHZ,
        effectiveMemory=hosts * HOST_MEMORY // 1024**2,
        numHosts=hosts,
        numEffectiveHosts=hosts,
        overallStatus="green",
        currentFailoverLevel=0,
        numVmotions=0,
    )


def pool_view(world: World) -> View:
    return View(
        ref(vim.ResourcePool, POOL),
        entity("Resources", ref(vim.ClusterComputeResource, CLUSTER))
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
        unreservedForPool=HOST_MEMORY,
        unreservedForVm=HOST_MEMORY,
        overallUsage=0,
        maxUsage=HOST_MEMORY,
    )
    return vim.ResourcePool.RuntimeInfo(memory=usage, cpu=usage, overallStatus="green")


def _allocation() -> Any:
    share = vim.ResourceAllocationInfo(
        reservation=0, expandableReservation=True, limit=-1, shares=vim.SharesInfo(shares=4000, level="normal")
    )
    return vim.ResourceConfigSpec(cpuAllocation=share, memoryAllocation=share)
