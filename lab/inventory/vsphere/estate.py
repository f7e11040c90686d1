"""Networks, datastores, hosts, clusters, datacenters and folders as vSphere inventory records."""

from collections.abc import Iterator, Mapping
from typing import Any

from lab.inventory.record import Record, Ref, ref
from lab.kernel.service import Lab
from lab.vcenter.devices import SWITCH
from lab.vcenter.furniture import (
    CLUSTER,
    DATACENTER,
    DATASTORES,
    HOST_CORES,
    HOST_MEMORY,
    HOST_SOCKETS,
    HOSTS,
    NETWORKS,
    ROOT,
    VMS,
)
from lab.vcenter.storage_view import scsi_luns
from lab.world import capacity
from lab.world.model import Datastore, Host, Network
from lab.world.mounts import stores_of
from lab.world.world import World

_NO_REF = ref("", "")


def _record(this: Ref, path: str, parent: Ref, body: Mapping[str, Any], *, variant: str = "") -> Record:
    """A record whose name is the end of its path; estate objects never change, so their revision stays 1."""
    kind, id_, name = this["kind"], this["id"], path.rpartition("/")[2]
    resource: dict[str, Any] = {"id": id_}
    if variant:
        resource["variant"] = variant
    resource |= {"parent": parent, "path": path, "revision": 1, "name": name}
    return Record(kind=kind, id=id_, name=name, path=path, resource=resource, body=body)


def networks(lab: Lab) -> Iterator[Record]:
    """Networks, port groups and the switch, which the inventory calls a network too."""
    world = lab.world
    for network in world.networks.values():
        yield _network(world, network)
    hosts = [{"Host": ref("Host", host), "PNIC": ["vmnic1"]} for host in world.hosts]
    body = {"vlanId": "", "host": hosts}
    path = f"/{world.datacenter}/network/DVS0"
    yield _record(ref("Network", SWITCH), path, ref("Folder", NETWORKS), body, variant="DvSwitch")


def _network(world: World, network: Network) -> Record:
    body: dict[str, Any] = {"vlanId": "", "host": None}
    variant = "Standard"
    if network.type == "dvs":
        variant = "DvPortGroup"
        vlan = network.name.rpartition("-")[2]
        body = {"dvSwitch": ref("Network", SWITCH), "key": network.id, "vlanId": vlan, "host": None}
    path = f"/{world.datacenter}/network/{network.name}"
    return _record(ref("Network", network.id), path, ref("Folder", NETWORKS), body, variant=variant)


def datastores(lab: Lab) -> Iterator[Record]:
    for store in lab.world.datastores.values():
        yield _datastore(lab, store)


def _datastore(lab: Lab, store: Datastore) -> Record:
    """`nas*` are keys of 2.12 (forklift.md 5.4); free space is read live, unlike machines."""
    nas = store.type.startswith("NFS")
    body: dict[str, Any] = {
        "type": store.type,
        "capacity": store.capacity,
        "free": capacity.free(lab.world, store.name),
        "maintenance": "normal",
        "backingDevicesNames": None if nas else [store.backing],
    }
    if nas and lab.options.since("2.12"):
        host, _, path = store.backing.partition(":")
        body |= {"nasRemoteHost": host, "nasRemotePath": path, "nasRemoteHostNames": [host]}
    path = f"/{lab.world.datacenter}/datastore/{store.name}"
    return _record(ref("Datastore", store.id), path, ref("Folder", DATASTORES), body)


def hosts(lab: Lab) -> Iterator[Record]:
    for host in lab.world.hosts.values():
        yield _host(lab.world, host)


def _host(world: World, host: Host) -> Record:
    stores = stores_of(world, host.id)
    body = {
        "cluster": CLUSTER,
        "status": "green",
        "inMaintenance": False,
        "managementServerIp": "127.0.0.1",
        "thumbprint": "",
        "timezone": "UTC",
        "cpuSockets": HOST_SOCKETS,
        "cpuCores": HOST_CORES,
        "memoryBytes": HOST_MEMORY,
        "productName": "VMware ESXi",
        "productVersion": "8.0.3",
        "networking": {"pNICs": [], "vNICs": [], "portGroups": [], "switches": []},
        "networks": [ref("Network", id_) for id_ in world.networks],
        "datastores": [ref("Datastore", store.id) for store in stores],
        "vms": None,
        "networkAdapters": [],
        "hostScsiDisks": [
            {"canonicalName": lun.canonicalName, "vendor": lun.vendor, "key": lun.key} for lun in scsi_luns(world, host)
        ],
        "advancedOptions": None,
    }
    path = f"/{world.datacenter}/host/{world.source_cluster}/{host.name}"
    return _record(ref("Host", host.id), path, ref("Cluster", CLUSTER), body)


def clusters(lab: Lab) -> Iterator[Record]:
    world = lab.world
    body = {
        "folder": HOSTS,
        "networks": [ref("Network", id_) for id_ in world.networks],
        "datastores": [ref("Datastore", id_) for id_ in world.datastores],
        "hosts": [ref("Host", id_) for id_ in world.hosts],
        "dasEnabled": False,
        "dasVms": None,
        "drsEnabled": True,
        "drsBehavior": "manual",
        "drsVms": None,
    }
    path = f"/{world.datacenter}/host/{world.source_cluster}"
    yield _record(ref("Cluster", CLUSTER), path, ref("Folder", HOSTS), body)


def datacenters(lab: Lab) -> Iterator[Record]:
    body = {
        "datastores": ref("Folder", DATASTORES),
        "networks": ref("Folder", NETWORKS),
        "clusters": ref("Folder", HOSTS),
        "vms": ref("Folder", VMS),
    }
    yield _record(ref("Datacenter", DATACENTER), f"/{lab.world.datacenter}", ref("Folder", ROOT), body)


def folders(lab: Lab) -> Iterator[Record]:
    """The root and the four folders of the datacentre."""
    world = lab.world
    yield _folder(ROOT, "/Datacenters", _NO_REF, "", [ref("Datacenter", DATACENTER)])
    inside = {
        (VMS, "vm"): [ref("VM", id_) for id_ in world.machines],
        (HOSTS, "host"): [ref("Cluster", CLUSTER)],
        (DATASTORES, "datastore"): [ref("Datastore", id_) for id_ in world.datastores],
        (NETWORKS, "network"): [*(ref("Network", id_) for id_ in world.networks), ref("Network", SWITCH)],
    }
    for (id_, name), children in inside.items():
        yield _folder(id_, f"/{world.datacenter}/{name}", ref("Datacenter", DATACENTER), ROOT, children)


def _folder(id_: str, path: str, parent: Ref, folder: str, children: list[Ref]) -> Record:
    datacenter = "" if id_ == ROOT else DATACENTER
    body = {"folder": folder, "datacenter": datacenter, "children": children}
    return _record(ref("Folder", id_), path, parent, body)
