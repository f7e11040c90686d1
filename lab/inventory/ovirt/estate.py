"""Everything in an oVirt inventory that is no machine and on no machine."""

from collections.abc import Iterator

from lab.inventory.ovirt.records import record
from lab.inventory.record import Record
from lab.kernel.service import Lab
from lab.ovirt.ids import cluster_id, datacenter_id, disk_profile_id, profile_id
from lab.ovirt.words import CLUSTER_BIOS, CLUSTER_CPU, CPU, VERSION, vlan
from lab.world import capacity

RELEASE = f"{VERSION['major']}.{VERSION['minor']}"


def datacenters(lab: Lab) -> Iterator[Record]:
    estate = lab.world.ovirt
    yield record("DataCenter", datacenter_id(estate), estate.datacenter, {})


def clusters(lab: Lab) -> Iterator[Record]:
    """Numbers of its version are texts, as everything that the engine tells."""
    estate = lab.world.ovirt
    body = {
        "dataCenter": datacenter_id(estate),
        "haReservation": False,
        "ksmEnabled": False,
        "biosType": CLUSTER_BIOS,
        "cpu": dict(CPU),
        "version": {part: str(number) for part, number in sorted(VERSION.items(), reverse=True)},
    }
    yield record("Cluster", cluster_id(estate), f"{estate.datacenter}/{estate.cluster}", body)


def server_cpus(lab: Lab) -> Iterator[Record]:
    """What each CPU type of a cluster stands for; its id is the version of the cluster."""
    estate = lab.world.ovirt
    value = f"1:{CPU['type']}:vmx:{CLUSTER_CPU}:{CPU['architecture']}"
    body = {"systemOptionValue": [{"value": value, "version": RELEASE}]}
    yield record("ServerCpu", RELEASE, f"{estate.datacenter}/ServerCPUList", body)


def hosts(lab: Lab) -> Iterator[Record]:
    estate = lab.world.ovirt
    for host in estate.hosts.values():
        body = {
            "cluster": cluster_id(estate),
            "status": "up",
            "productName": "RHEL",
            "productVersion": "9.4",
            "inMaintenance": False,
            "cpuSockets": 2,
            "cpuCores": 16,
            "networkAttachments": [],
            "nics": [],
        }
        yield record("Host", host.id, f"{estate.cluster}/{host.name}", body)


def networks(lab: Lab) -> Iterator[Record]:
    estate = lab.world.ovirt
    for network in estate.networks.values():
        body = {
            "dataCenter": datacenter_id(estate),
            "vlan": vlan(network),
            "usages": ["vm"],
            "nicProfiles": [profile_id(network)],
        }
        yield record("Network", network.id, f"{estate.datacenter}/{network.name}", body)


def nic_profiles(lab: Lab) -> Iterator[Record]:
    """Each network has one of its own name; a profile has no path."""
    for network in lab.world.ovirt.networks.values():
        body = {
            "network": network.id,
            "networkFilter": "",
            "portMirroring": False,
            "qos": "",
            "properties": [],
            "passThrough": False,
        }
        yield record("NICProfile", profile_id(network), "", body, name=network.name)


def storage_domains(lab: Lab) -> Iterator[Record]:
    """`capacity` is what is free, and `free` that without what is used: the collector's own arithmetic."""
    estate = lab.world.ovirt
    for store in estate.datastores.values():
        used = capacity.used(estate, store.name)
        available = store.capacity - used
        body = {
            "dataCenter": datacenter_id(estate),
            "type": "data",
            "capacity": available,
            "free": available - used,
            "storage": {"type": store.type},
        }
        yield record("StorageDomain", store.id, f"{estate.datacenter}/{store.name}", body)


def disk_profiles(lab: Lab) -> Iterator[Record]:
    for store in lab.world.ovirt.datastores.values():
        yield record("DiskProfile", disk_profile_id(store), "", {"storageDomain": store.id, "qos": ""}, name=store.name)
