"""The cloud that every lab starts with: twins of the vSphere's machines, on volumes and networks of their own."""

from collections.abc import Mapping
from copy import deepcopy
from uuid import UUID

from lab.world.cloud import (
    Attachment,
    BlockVolume,
    Cloud,
    CloudNetwork,
    Flavor,
    Image,
    Port,
    Server,
    VolumeType,
)
from lab.world.ids import stable_uuid
from lab.world.model import GIB, Disk, Guest, GuestAddress, Machine, Nic

_BORN = "2026-01-05T08:00:00Z"
_FAST, _LARGE = "lab-ceph-ssd", "lab-ceph-hdd"
_NETWORKS = {
    "VM Network": "lab-net",
    "Backend Network": "lab-backend",
    "dvs-vlan-100": "lab-vlan-100",
    "dvs-vlan-200": "lab-vlan-200",
}
"""vSphere's network -> the cloud's."""
_FLAVORS = ((1, 2, 20), (2, 4, 40), (4, 8, 80), (8, 16, 160), (64, 512, 160))
"""vCPUs, memory GiB, disk GiB; the last finds no host."""
_NAMES = ("m1.small", "m1.medium", "m1.large", "m1.xlarge", "m1.enormous")
_DNS = ("192.168.10.2", "192.168.10.3")


def cloud_estate(machines: Mapping[str, Machine]) -> Cloud:
    """One powered-off server on volumes for each machine that is no template, and an image."""
    cloud = Cloud(user="mtv", password="lab-openstack-password", project="mtv-project")  # noqa: S106
    for number, (name, (vcpus, memory, disk)) in enumerate(zip(_NAMES, _FLAVORS, strict=True), 1):
        cloud.flavors[str(number)] = Flavor(id=str(number), name=name, vcpus=vcpus, ram=memory * 1024, disk=disk)
    for name, capacity in ((_FAST, 8192), (_LARGE, 4096)):
        key = stable_uuid(f"openstack type {name}")
        cloud.volume_types[key] = VolumeType(id=key, name=name, capacity=capacity)
    for number, name in enumerate(_NETWORKS.values()):
        key, subnet = stable_uuid(f"openstack network {name}"), stable_uuid(f"openstack subnet {name}")
        cloud.networks[key] = CloudNetwork(
            id=key, name=name, subnet=subnet, cidr=f"192.168.{20 + number}.0/24", dns=_DNS if number == 0 else ()
        )
    sources = [machine for machine in machines.values() if not machine.template]
    for number, source in enumerate(sources, 1):
        _add(cloud, source, number)
    _image(cloud, sources[0])
    return cloud


def _add(cloud: Cloud, source: Machine, number: int) -> None:
    machine = deepcopy(source)
    machine.id = stable_uuid(f"openstack server {source.name}")
    machine.uuid = machine.instance_uuid = machine.id
    machine.guest.machine_id = machine.id.replace("-", "")
    machine.home, machine.host = "", f"compute-{number % 2 + 1}.lab.test"
    flavor = next(it for it in cloud.flavors.values() if (it.vcpus, it.ram) == (machine.cpus, machine.memory // 2**20))
    server = Server(machine=machine, flavor=flavor.id, created=_BORN, updated=_BORN)
    machine.disks = [_volume(cloud, server, disk) for disk in source.disks]
    for index, nic in enumerate(machine.nics):
        _port(cloud, machine, nic, f"fa:16:3e:8a:{number:02x}:{index + 1:02x}")
    addresses = zip(cloud.ports_of(machine.id), source.guest.addresses, strict=True)
    machine.guest.addresses = [_address(cloud, port, address) for port, address in addresses]
    cloud.servers[machine.id] = server


def _volume(cloud: Cloud, server: Server, source: Disk) -> Disk:
    """The boot disk on the fast backend, data on the large one."""
    machine, number = server.machine, len(server.attachments)
    key = stable_uuid(f"openstack volume {machine.name} {number}")
    disk = deepcopy(source)
    disk.datastore = _LARGE if number else _FAST
    disk.uuid, disk.file = UUID(key).hex, f"[{disk.datastore}] volume-{key}"
    cloud.volumes[key] = BlockVolume(
        id=key,
        name=f"{machine.name}-{number}",
        size=disk.size // GIB,
        type=disk.datastore,
        disk=disk,
        guest=None if number else machine.guest,
        status="in-use",
        image_metadata={} if number else hardware(machine),
        created=_BORN,
    )
    attachment = stable_uuid(f"openstack attachment {machine.name} {number}")
    server.attachments.append(Attachment(id=attachment, volume=key, device=f"/dev/vd{'abcdefgh'[number]}"))
    return disk


def hardware(machine: Machine) -> dict[str, str]:
    """What an image tells of the machine and the guest that boot from it."""
    guest: Guest = machine.guest
    found = {
        "hw_disk_bus": "virtio",
        "hw_vif_model": "virtio",
        "os_type": guest.family,
        "os_distro": guest.os_id if guest.family == "linux" else "windows",
        "os_version": guest.version,
    }
    if machine.firmware == "efi":
        found |= {"hw_firmware_type": "uefi", "os_secure_boot": "required" if machine.secure_boot else "disabled"}
    return found


def _port(cloud: Cloud, machine: Machine, nic: Nic, mac: str) -> None:
    network = next(it for it in cloud.networks.values() if it.name == _NETWORKS[nic.network])
    nic.mac, nic.network, nic.mac_type = mac, network.name, "generated"
    key = stable_uuid(f"openstack port {mac}")
    address = f"{network.cidr.rpartition('.')[0]}.{10 + int(mac.split(':')[4], 16)}"
    cloud.ports[key] = Port(id=key, network=network.id, server=machine.id, address=address, nic=nic)


def _address(cloud: Cloud, port: Port, source: GuestAddress) -> GuestAddress:
    address = deepcopy(source)
    address.mac, address.address = port.nic.mac, port.address
    if address.gateway is not None:
        address.gateway = f"{cloud.networks[port.network].cidr.rpartition('.')[0]}.1"
    return address


def _image(cloud: Cloud, source: Machine) -> None:
    key, content = stable_uuid("openstack image"), deepcopy(source.disks[0])
    content.datastore, content.file = "", f"image {key}"
    cloud.images[key] = Image(
        id=key,
        name="rhel-8.10",
        size=content.size // 4,
        min_disk=content.size // GIB,
        properties=hardware(source),
        content=content,
        guest=deepcopy(source.guest),
        visibility="public",
        created=_BORN,
    )
