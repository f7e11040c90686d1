"""The estate of the oVirt engine: twins of the vSphere machines, as templates, on storage and networks of its own."""

from collections.abc import Mapping
from copy import deepcopy
from uuid import UUID

from lab.world.ids import stable_uuid
from lab.world.model import GIB, Account, Datastore, Disk, Estate, GuestAddress, Host, Machine, Network

_TIB = 1024 * GIB
_ISCSI, _NFS = "ovirt-data-1", "ovirt-data-2"
_MANAGEMENT = "ovirtmgmt"
_NETWORKS = {
    "VM Network": _MANAGEMENT,
    "Backend Network": "backend",
    "dvs-vlan-100": "vlan-100",
    "dvs-vlan-200": "vlan-200",
}
"""vSphere's network -> the engine's; the engine's names have no blanks."""
_STANDING = "mtv-tests-rhel8"
"""The one machine that is no template."""
_SCSI = 1000


def ovirt_estate(machines: Mapping[str, Machine]) -> Estate:
    """One template per machine of the mapping that is none, and one powered-off machine."""
    estate = Estate(
        account=Account(user="admin@internal", password="lab-ovirt-password"),  # noqa: S106
        datacenter="MTV-CNV",
        cluster="lab-cluster",
        datastores={store.id: store for store in (_store(_ISCSI, 8, "iscsi"), _store(_NFS, 2, "nfs"))},
        networks={network.id: network for network in map(_network, _NETWORKS.values())},
        hosts={host.id: host for host in map(_host, (1, 2))},
    )
    sources = [machine for machine in machines.values() if not machine.template]
    for number, source in enumerate(sources, 1):
        _add(estate, source, number, template=True)
    standing = next(machine for machine in sources if machine.name == _STANDING)
    _add(estate, standing, len(sources) + 1, template=False)
    return estate


def _store(name: str, tebibytes: int, type_: str) -> Datastore:
    backing = f"storage.lab.test:/{name}"
    return Datastore(id=stable_uuid(f"ovirt {name}"), name=name, capacity=tebibytes * _TIB, type=type_, backing=backing)


def _network(name: str) -> Network:
    return Network(id=stable_uuid(f"ovirt {name}"), name=name, type="vm")


def _host(number: int) -> Host:
    name = f"ovirt-{number}.lab.test"
    return Host(id=stable_uuid(name), name=name, cluster="lab-cluster")


def _add(estate: Estate, source: Machine, number: int, *, template: bool) -> None:
    machine = deepcopy(source)
    machine.id = stable_uuid(f"ovirt {'template' if template else 'machine'} {source.name}")
    machine.uuid = machine.instance_uuid = machine.id
    machine.template = template
    machine.host = sorted(estate.hosts)[number % len(estate.hosts)]
    machine.home = f"[{_ISCSI}] {machine.id}"
    machine.disks = [_disk(machine, disk, index) for index, disk in enumerate(source.disks)]
    for index, nic in enumerate(machine.nics):
        nic.label, nic.mac = f"nic{index + 1}", f"56:6f:1a:8a:{number:02x}:{index + 1:02x}"
        nic.network, nic.mac_type = _NETWORKS[nic.network], "generated"
    addresses = zip(machine.nics, source.guest.addresses, strict=True)
    machine.guest.addresses = [_address(nic.mac, address, number) for nic, address in addresses]
    machine.guest.machine_id = machine.id.replace("-", "")
    estate.machines[machine.id] = machine


def _disk(machine: Machine, source: Disk, index: int) -> Disk:
    """On block storage, where what is not preallocated is cow."""
    disk = deepcopy(source)
    disk.datastore, disk.label, disk.format = _ISCSI, f"{machine.name}_Disk{index + 1}", "cow"
    disk.uuid = UUID(stable_uuid(f"ovirt disk {machine.id} {index}")).hex
    disk.file = f"[{_ISCSI}] {machine.id}/{disk.uuid}"
    disk.controller_key = _SCSI
    return disk


def _address(mac: str, source: GuestAddress, number: int) -> GuestAddress:
    address = deepcopy(source)
    address.mac, address.address = mac, f"{source.address.rpartition('.')[0]}.{30 + number}"
    return address
