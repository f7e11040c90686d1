"""Building a server, step by step: host, ports, disks, power."""

import asyncio
from dataclasses import dataclass
from ipaddress import ip_network
from uuid import UUID, uuid4

from lab.openstack import blocks
from lab.openstack.blocks import Wish
from lab.openstack.devices import Device
from lab.openstack.networks import free_address
from lab.openstack.platform import Platform
from lab.openstack.refusals import Refused
from lab.world.cloud import GLANCE, Attachment, BlockVolume, CloudNetwork, Image, Port, Server, VolumeSnapshot
from lab.world.model import GIB, Disk, GuestAddress, Machine, Nic
from lab.world.physics import copy_disk, power_on

_SCHEDULING, _NETWORKING, _ATTACHING, _SPAWNING = 1.0, 2.0, 2.0, 10.0
"""Seconds of each step; disks and ports count one by one."""


class CannotBuild(Exception):
    """The message becomes the server's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A server that was accepted and is not there yet."""

    platform: Platform
    server: Server
    devices: list[Device]
    networks: list[CloudNetwork]

    def reserve(self) -> None:
        """Nobody else may have its volumes from now on."""
        for volume in self._volumes():
            volume.status = "reserved"

    def _volumes(self) -> list[BlockVolume]:
        return [each.source for each in self.devices if isinstance(each.source, BlockVolume)]

    def release(self) -> None:
        for volume in self._volumes():
            if volume.status in ("reserved", "attaching"):
                volume.status = "available"


async def build(work: Build) -> None:
    """Bring a server to ACTIVE, or to ERROR with the reason as its fault."""
    platform, server = work.platform, work.server
    try:
        await _step(work, "scheduling", _SCHEDULING)
        if platform.cloud.flavors[server.flavor].ram > platform.cloud.host_ram:
            raise CannotBuild("No valid host was found. There are not enough hosts available.")
        await _connect(work)
        await _attach_all(work)
        await _step(work, "spawning", _SPAWNING)
    except CannotBuild as problem:
        server.unsettled, server.task, server.fault = "error", "", str(problem)
        work.release()
        platform.touch(server)
    except asyncio.CancelledError:
        work.release()
        raise
    else:
        server.unsettled = server.task = ""
        power_on(platform.lab, server.machine)
        platform.touch(server)


async def _step(work: Build, task: str, seconds: float) -> None:
    work.server.task = task
    work.platform.touch(work.server)
    await work.platform.work(work.server.machine.id, seconds, task)


async def _connect(work: Build) -> None:
    cloud, machine = work.platform.cloud, work.server.machine
    for number, network in enumerate(work.networks):
        await _step(work, "networking", _NETWORKING)
        address = free_address(cloud, network)
        if not address:
            raise CannotBuild(f"No more IP addresses available on network {network.id}.")
        nic = Nic(
            key=4000 + number,
            label=f"Network adapter {number + 1}",
            mac=_mac(work.platform),
            network=network.name,
            mac_type="generated",
        )
        port = Port(id=str(uuid4()), network=network.id, server=machine.id, address=address, nic=nic)
        cloud.ports[port.id] = port
        machine.nics.append(nic)
    _configure(work)


def _mac(platform: Platform) -> str:
    """In the range that neutron takes."""
    number = platform.lab.world.next_serial()
    return f"fa:16:3e:9f:{number >> 8 & 0xFF:02x}:{number & 0xFF:02x}"


def _configure(work: Build) -> None:
    """A guest keeps its configuration per slot; what it leases it gets for its new MAC."""
    machine, cloud = work.server.machine, work.platform.cloud
    before = machine.guest.addresses
    found = []
    for index, port in enumerate(cloud.ports_of(machine.id)):
        old = before[index] if index < len(before) else None
        if old is not None and old.static:
            old.mac = port.nic.mac
            found.append(old)
            continue
        network = cloud.networks[port.network]
        gateway = str(ip_network(network.cidr)[1]) if index == 0 else None
        dns = network.dns if index == 0 else ()
        found.append(GuestAddress(mac=port.nic.mac, address=port.address, prefix=24, gateway=gateway, dns=dns))
    machine.guest.addresses = found


async def _attach_all(work: Build) -> None:
    for number, device in enumerate(work.devices):
        await _step(work, "block_device_mapping", _ATTACHING)
        if device.local:
            _local(work.server.machine, device)
            continue
        volume = await _volume(work, device)
        if number == 0 and volume.guest is not None:
            volume.guest.addresses = work.server.machine.guest.addresses
            work.server.machine.guest = volume.guest
        attach(work.server, volume, delete_on_termination=device.delete_on_termination)
        work.platform.touch(work.server)


def _local(machine: Machine, device: Device) -> None:
    """An image's content on the hypervisor's own disk."""
    if not isinstance(device.source, Image) or device.source.content is None:
        raise CannotBuild("Image has no content.")
    disk = copy_disk(device.source.content, machine.id, 0)
    disk.size, disk.datastore, disk.file = device.size * GIB, GLANCE.name, f"{machine.host}:{machine.id}/disk"
    disk.uuid = UUID(device.source.id).hex
    machine.disks.append(disk)


async def _volume(work: Build, device: Device) -> BlockVolume:
    """The mapped volume, or a new one of the mapped snapshot or image."""
    source = device.source
    if isinstance(source, BlockVolume):
        return source
    least, kind = (source.size, source.type) if isinstance(source, VolumeSnapshot) else (source.min_disk, "")
    try:
        named = blocks.type_named(work.platform.cloud, device.type or kind)
        wish = Wish(name="", size=max(device.size, least), type=named, source=source)
        volume = blocks.new_volume(work.platform, wish)
    except Refused as refusal:
        raise CannotBuild(refusal.message) from refusal
    # Cinder goes on with it, also when the server is deleted meanwhile.
    await asyncio.shield(work.platform.works.start(volume.id, blocks.fill(work.platform, volume)))
    if volume.status != "available":
        raise CannotBuild(f"Volume {volume.id} did not finish being created, its status is {volume.status}.")
    return volume


def attach(server: Server, volume: BlockVolume, *, device: str = "", delete_on_termination: bool = False) -> Attachment:
    """Put a volume into the next free place of a machine; it is the machine's disk from now on."""
    machine = server.machine
    number = next(unit for unit in range(16) if unit not in {disk.unit for disk in machine.disks})
    place(volume.disk, number)
    machine.disks.append(volume.disk)
    attachment = Attachment(
        id=str(uuid4()),
        volume=volume.id,
        device=device or f"/dev/vd{chr(ord('a') + number)}",
        delete_on_termination=delete_on_termination,
    )
    server.attachments.append(attachment)
    volume.status = "in-use"
    return attachment


def place(disk: Disk, number: int) -> None:
    disk.key, disk.unit, disk.label = 2000 + number, number, f"Hard disk {number + 1}"


def detach(server: Server, volume: BlockVolume) -> None:
    """Take a volume out of its machine; its content stays on it."""
    server.attachments = [each for each in server.attachments if each.volume != volume.id]
    server.machine.disks = [disk for disk in server.machine.disks if disk is not volume.disk]
    volume.status = "available"
