"""HostSystem and the LUNs that hosts see."""

from hashlib import sha1
from ssl import PEM_cert_to_DER_cert
from typing import Any

from lab.vcenter.furniture import (
    CLUSTER,
    HOST_CORES,
    HOST_MEMORY,
    MHZ,
    datastore_refs,
    entity,
    machine_refs,
    network_refs,
)
from lab.vcenter.objects import View
from lab.vcenter.sdk import API, ref, vim
from lab.world.ids import stable_uuid
from lab.world.model import Host, World

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
            "datastore": lambda: datastore_refs(world),
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
            numCpuPkgs=2,
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
    """Of ConfigInfo only what says where LUNs are, and the certificate."""
    return vim.host.ConfigInfo(
        host=ref(vim.HostSystem, host.id),
        product=_esx(),
        certificate=[it - 256 if it > 127 else it for it in certificate.encode()],
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
