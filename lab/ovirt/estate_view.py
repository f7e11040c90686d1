"""Data centres, clusters, hosts, storage domains, networks and their profiles, all of them up."""

from lab.ovirt.documents import Doc, entity, links, reference
from lab.ovirt.engine import Engine
from lab.ovirt.ids import cluster_id, datacenter_id, profile_id
from lab.ovirt.words import CLUSTER_BIOS, CPU, VERSION, vlan
from lab.world import capacity
from lab.world.model import Datastore, Host, Network


def network_named(engine: Engine, name: str) -> Network | None:
    return next((network for network in engine.estate.networks.values() if network.name == name), None)


def domain_named(engine: Engine, name: str) -> Datastore:
    return next(store for store in engine.estate.datastores.values() if store.name == name)


def datacenters(engine: Engine) -> list[Doc]:
    path = ("datacenters", datacenter_id(engine.estate))
    return [
        entity(
            path,
            name=engine.estate.datacenter,
            description="",
            local=False,
            quota_mode="disabled",
            status="up",
            storage_format="v5",
            supported_versions={"version": [VERSION]},
            version=VERSION,
            link=links(path, "clusters", "networks", "storagedomains"),
        )
    ]


def clusters(engine: Engine) -> list[Doc]:
    path = ("clusters", cluster_id(engine.estate))
    return [
        entity(
            path,
            name=engine.estate.cluster,
            description="",
            bios_type=CLUSTER_BIOS,
            cpu=dict(CPU),
            version=VERSION,
            data_center=reference("datacenters", datacenter_id(engine.estate)),
            link=links(path, "networks"),
        )
    ]


def hosts(engine: Engine) -> list[Doc]:
    return [_host(engine, host) for host in engine.estate.hosts.values()]


def _host(engine: Engine, host: Host) -> Doc:
    running = [vm for vm in engine.estate.machines.values() if vm.host == host.id and vm.power == "on"]
    return entity(
        ("hosts", host.id),
        name=host.name,
        address=host.name,
        external_status="ok",
        port=54321,
        protocol="stomp",
        status="up",
        summary={"active": len(running), "total": len(running)},
        type="ovirt_node",
        cluster=reference("clusters", cluster_id(engine.estate)),
    )


def domains(engine: Engine) -> list[Doc]:
    return [_domain(engine, store, ("storagedomains", store.id)) for store in engine.estate.datastores.values()]


def attached_domains(engine: Engine, datacenter: str) -> list[Doc]:
    """The same as the data centre sees them: only here they have a status."""
    stores = engine.estate.datastores.values()
    return [
        _domain(engine, store, ("datacenters", datacenter, "storagedomains", store.id)) | {"status": "active"}
        for store in stores
    ]


def _domain(engine: Engine, store: Datastore, path: tuple[str, ...]) -> Doc:
    used = capacity.used(engine.estate, store.name)
    address, _, export = store.backing.partition(":")
    place = {"type": store.type, "address": address, "path": export} if store.type == "nfs" else {"type": store.type}
    return entity(
        path,
        name=store.name,
        description="",
        available=store.capacity - used,
        committed=used + capacity.uncommitted(engine.estate, store.name),
        external_status="ok",
        master=store is next(iter(engine.estate.datastores.values())),
        storage=place,
        storage_format="v5",
        type="data",
        used=used,
        data_centers={"data_center": [reference("datacenters", datacenter_id(engine.estate))]},
    )


def networks(engine: Engine) -> list[Doc]:
    return [_network(engine, network) for network in engine.estate.networks.values()]


def _network(engine: Engine, network: Network) -> Doc:
    path = ("networks", network.id)
    return entity(
        path,
        name=network.name,
        description="",
        mtu=0,
        stp=False,
        usages={"usage": ["vm"]},
        vlan={"@id": vlan(network)} if vlan(network) else None,
        data_center=reference("datacenters", datacenter_id(engine.estate)),
        link=links(path, "vnicprofiles"),
    )


def profiles(engine: Engine, of: str = "") -> list[Doc]:
    """All vNIC profiles, or those of one network."""
    found = [network for network in engine.estate.networks.values() if of in ("", network.id)]
    return [
        entity(
            ("vnicprofiles", profile_id(network)),
            name=network.name,
            pass_through={"mode": "disabled"},
            port_mirroring=False,
            network=reference("networks", network.id),
        )
        for network in found
    ]
