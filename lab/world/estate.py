"""The estate that every lab starts with; the same names, ids, MACs and uuids each time."""

from collections.abc import Sequence
from dataclasses import replace

from lab.world.appliance_estate import appliance_estate
from lab.world.array_estate import DEFAULT, array_of_vendor, device, free_luns
from lab.world.arrays import StorageArray
from lab.world.cloud_estate import cloud_estate
from lab.world.consoles import consoles
from lab.world.ids import stable_uuid
from lab.world.model import (
    GIB,
    Account,
    Datastore,
    Disk,
    Guest,
    GuestAddress,
    Host,
    Machine,
    Network,
    Nic,
    Node,
    StorageClass,
)
from lab.world.ovirt_estate import ovirt_estate
from lab.world.world import World

TIB = 1024 * GIB

VMFS, SECONDARY, WITHOUT_XCOPY, NFS = "lab-vmfs-1", "lab-vmfs-2", "lab-vmfs-3", "lab-nfs-1"
LOCAL = "lab-local-2"
"""Of the second host alone."""
VM_NETWORK, BACKEND, VLAN_100, VLAN_200 = "VM Network", "Backend Network", "dvs-vlan-100", "dvs-vlan-200"
ONLY_REMOTE = "remote-block"
"""Storage class of the remote cluster that the lab's own has not."""

_DNS = ("192.168.10.2", "192.168.10.3")


def _linux(hostname: str, release: str) -> Guest:
    major = release.partition(".")[0]
    return Guest(
        family="linux",
        guest_id=f"rhel{major}_64Guest",
        os_name=f"Red Hat Enterprise Linux {major} (64-bit)",
        os_id="rhel",
        version=release,
        hostname=hostname,
        machine_id=stable_uuid(hostname).replace("-", ""),
        users={"root": "lab-guest-password"},
    )


def _windows(hostname: str, year: int) -> Guest:
    return Guest(
        family="windows",
        guest_id=f"windows{year}srv_64Guest" if year == 2019 else f"windows{year}srvNext_64Guest",
        os_name=f"Microsoft Windows Server {year} (64-bit)",
        os_id="mswindows",
        version=str(year),
        hostname=hostname,
        machine_id=stable_uuid(hostname),
        users={"Administrator": "lab-guest-password"},
        boot_seconds=30.0,
    )


def _disk(machine: str, number: int, size: int, datastore: str, provisioning: str) -> Disk:
    suffix = "" if number == 0 else f"_{number}"
    return Disk(
        key=2000 + number,
        label=f"Hard disk {number + 1}",
        size=size,
        datastore=datastore,
        file=f"[{datastore}] {machine}/{machine}{suffix}.vmdk",
        digest=stable_uuid(f"content of {machine} {number}"),
        provisioning=provisioning,
        uuid=stable_uuid(f"disk {machine} {number}").replace("-", "")[:32],
        unit=number,
        files={},
    )


def _mounts(family: str, disks: int) -> tuple[str, ...]:
    """Where a guest mounts all disks but the first."""
    if family == "windows":
        return tuple(f"{letter}:" for letter in "DEFGHIJKL"[: disks - 1])
    return tuple(f"/data{number}" for number in range(1, disks))


class Builder:
    """Numbers what it adds in the order it is added, so that ids and MACs never vary."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0

    def machine(  # noqa: PLR0913 - a machine is described in one place
        self,
        name: str,
        guest: Guest,
        *,
        disks: Sequence[int] = (16,),
        networks: Sequence[str] = (VM_NETWORK,),
        static: bool = False,
        cpus: int = 2,
        memory: int = 4 * GIB,
        provisioning: str = "thin",
    ) -> Machine:
        """Add a powered-off machine; disk sizes are GiB."""
        self._count += 1
        number = self._count
        hosts = sorted(self._world.hosts.values(), key=lambda host: host.id)
        machine = Machine(
            id=f"vm-{100 + number}",
            name=name,
            uuid=stable_uuid(f"bios {name}"),
            instance_uuid=stable_uuid(f"instance {name}"),
            guest=guest,
            cpus=cpus,
            memory=memory,
            host=hosts[number % len(hosts)].id,
            home=f"[{VMFS}] {name}",
            disks=[_disk(name, index, size * GIB, VMFS, provisioning) for index, size in enumerate(disks)],
            nics=[_nic(number, index, network) for index, network in enumerate(networks)],
        )
        guest.data_mounts = _mounts(guest.family, len(disks))
        guest.addresses = [_address(nic, number, index, static=static) for index, nic in enumerate(machine.nics)]
        self._world.machines[machine.id] = machine
        return machine


def _nic(number: int, index: int, network: str) -> Nic:
    return Nic(
        key=4000 + index,
        label=f"Network adapter {index + 1}",
        mac=f"00:50:56:8a:{number:02x}:{index + 1:02x}",
        network=network,
    )


def _address(nic: Nic, number: int, index: int, *, static: bool) -> GuestAddress:
    subnet = f"192.168.{10 + index}"
    return GuestAddress(
        mac=nic.mac,
        address=f"{subnet}.{100 + number}",
        prefix=24,
        gateway=f"{subnet}.1" if index == 0 else None,
        dns=_DNS if index == 0 else (),
        static=static,
    )


def _infrastructure(world: World, array: StorageArray) -> None:
    stores = [
        Datastore(id="datastore-11", name=VMFS, capacity=8 * TIB, backing=device(array, 11)),
        Datastore(id="datastore-12", name=SECONDARY, capacity=4 * TIB, backing=device(array, 12)),
        Datastore(
            id="datastore-13", name=WITHOUT_XCOPY, capacity=2 * TIB, backing="naa.60014050000000000000000000000013"
        ),
        Datastore(id="datastore-14", name=NFS, capacity=1 * TIB, type="NFS", backing="192.168.10.5:/export/lab"),
    ]
    networks = [
        Network(id="network-21", name=VM_NETWORK),
        Network(id="network-22", name=BACKEND),
        Network(id="dvportgroup-31", name=VLAN_100, type="dvs"),
        Network(id="dvportgroup-32", name=VLAN_200, type="dvs"),
    ]
    hosts = [Host(id=f"host-{number}", name=f"esxi-{number - 40}.lab.test", cluster="Cluster0") for number in (41, 42)]
    world.arrays = {array.hostname: array}
    local = Datastore(
        id="datastore-15", name=LOCAL, capacity=1 * TIB, backing="mpx.vmhba1:C0:T0:L0", hosts=("host-42",)
    )
    world.luns = free_luns(array, 21, 22)
    world.datastores = {store.id: store for store in (*stores, local)}
    world.networks = {network.id: network for network in networks}
    world.hosts = {host.id: host for host in hosts}


def _machines(world: World) -> None:
    add = Builder(world).machine
    add("mtv-tests-rhel8", _linux("mtv-rhel8", "8.10"))
    add("mtv-rhel8-warm-2disks2nics", _linux("mtv-rhel8-2d2n", "8.10"), disks=(16, 4), networks=(VM_NETWORK, VLAN_100))
    windows = _windows("MTV-WIN2019", 2019)
    add("mtv-win2019-79", windows, disks=(40,), cpus=4, memory=8 * GIB)
    windows = _windows("MTV-WIN2019-3D", 2019)
    add("mtv-win2019-3disks", windows, disks=(40, 10, 5), static=True, cpus=4, memory=8 * GIB)
    windows = _windows("MTV-WIN2022", 2022)
    machine = add("mtv-win2022-ip-3disks", windows, disks=(40, 10, 5), static=True, cpus=4, memory=8 * GIB)
    machine.firmware = "efi"
    add("xcopy-template-test", _linux("mtv-xcopy", "8.10"), disks=(20,)).template = True
    add("rhel-no-nic", _linux("mtv-no-nic", "8.10"), networks=())
    machine = add("mtv-tests-rhel9-efi", _linux("mtv-rhel9", "9.6"))
    machine.firmware, machine.secure_boot = "efi", True
    machine = add("mtv-rhel9-static-2nics", _linux("mtv-rhel9-static", "9.6"), networks=(VM_NETWORK, VLAN_100))
    second = machine.guest.addresses[1]
    second.static, second.gateway, second.dns = True, "192.168.11.1", _DNS


def _destination(world: World, array: StorageArray) -> None:
    world.storage_classes = [
        StorageClass(name="lab-block", default_virt=True, array=array.hostname),
        StorageClass(name="nfs", modes=(("ReadWriteMany", "Filesystem"),)),
        StorageClass(name="lab-file", modes=(("ReadWriteOnce", "Filesystem"),)),
        StorageClass(name="lab-wffc", binding="WaitForFirstConsumer", array=array.hostname),
    ]
    world.nodes = [Node(name=f"worker-{number}") for number in (0, 1, 2)]


def remote(world: World) -> World:
    """Another destination for the same sources; it has the first one's classes and one that is only here."""
    account = Account(user="kubeadmin", password="lab-remote-password")  # noqa: S106
    classes = [*(replace(klass) for klass in world.storage_classes), StorageClass(name=ONLY_REMOTE)]
    return world.elsewhere(account, classes, [Node(name=f"remote-worker-{number}") for number in (0, 1)])


def pristine(vendor: str = DEFAULT) -> World:
    """A fresh estate with this vendor's storage array, equal in every detail to any other fresh estate with it."""
    array = array_of_vendor(vendor)
    world = World(
        vcenter_account=Account(user="administrator@vsphere.local", password="lab-vcenter-password"),  # noqa: S106
        cluster_account=Account(user="kubeadmin", password="lab-password"),  # noqa: S106
        vcenter_instance=stable_uuid("vcenter"),
    )
    _infrastructure(world, array)
    _machines(world)
    world.consoles = consoles(world.hosts.values(), Account(user="root", password="lab-esxi-password"))  # noqa: S106
    world.ovirt = ovirt_estate(world.machines)
    world.cloud = cloud_estate(world.machines)
    world.export = appliance_estate(world.machines)
    _destination(world, array)
    return world
