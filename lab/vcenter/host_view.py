"""HostSystem."""

from hashlib import sha1
from ssl import PEM_cert_to_DER_cert
from typing import Any

from lab.vcenter.furniture import (
    CLUSTER,
    HOST_CORES,
    HOST_MEMORY,
    HOST_SOCKETS,
    MHZ,
    datastore_refs,
    entity,
    machine_refs,
    network_refs,
)
from lab.vcenter.objects import View
from lab.vcenter.sdk import API, ref, vim
from lab.vcenter.storage_view import browser_ref, file_systems, storage_devices, system_ref
from lab.world.ids import stable_uuid
from lab.world.model import Host
from lab.world.mounts import stores_of
from lab.world.world import World

BUILD = "24022515"


def host_view(world: World, host: Host, certificate: str) -> View:
    this = ref(vim.HostSystem, host.id)
    return View(
        this,
        entity(host.name, ref(vim.ClusterComputeResource, CLUSTER))
        | {
            "runtime": _host_runtime,
            "summary": lambda: _host_summary(host, this, certificate),
            "config": lambda: _host_config(world, host, certificate),
            "vm": lambda: machine_refs([item for item in world.machines.values() if item.host == host.id]),
            "datastore": lambda: datastore_refs(stores_of(world, host.id)),
            "datastoreBrowser": lambda: browser_ref(host),
            "configManager": lambda: vim.host.ConfigManager(storageSystem=system_ref(host)),
            "network": lambda: network_refs(world),
        },
    )


def _host_runtime() -> Any:
    return vim.host.RuntimeInfo(connectionState="connected", powerState="poweredOn", inMaintenanceMode=False)


def _host_summary(host: Host, this: Any, certificate: str) -> Any:
    return vim.host.Summary(
        host=this,
        runtime=_host_runtime(),
        hardware=vim.host.Summary.HardwareSummary(
            vendor="embedded-lab",
            model="loopback",
            uuid=stable_uuid(host.name),
            memorySize=HOST_MEMORY,
            cpuModel="embedded-lab CPU",
            cpuMhz=MHZ,
            numCpuPkgs=HOST_SOCKETS,
            numCpuCores=HOST_CORES,
            numCpuThreads=HOST_CORES * 2,
            numNics=2,
            numHBAs=1,
        ),
        config=vim.host.Summary.ConfigSummary(
            name=host.name,
            port=443,
            sslThumbprint=_thumbprint(certificate),
            product=_esx(),
            vmotionEnabled=True,
            faultToleranceEnabled=False,
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


def _thumbprint(certificate: str) -> str:
    """SHA-1 in capitals with colons, as vCenter shows it."""
    digest = sha1(PEM_cert_to_DER_cert(certificate), usedforsecurity=False).hexdigest().upper()
    return ":".join(digest[index : index + 2] for index in range(0, len(digest), 2))


def _host_config(world: World, host: Host, certificate: str) -> Any:
    """Of ConfigInfo only what says where LUNs and volumes are, and the certificate."""
    return vim.host.ConfigInfo(
        host=ref(vim.HostSystem, host.id),
        product=_esx(),
        certificate=[it - 256 if it > 127 else it for it in certificate.encode()],
        storageDevice=storage_devices(world, host),
        fileSystemVolume=file_systems(world, host),
    )
