"""What happens to machines and guests whoever pulls the lever: power, boot, copies."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from uuid import uuid4

from lab.kernel.service import Lab
from lab.world import media
from lab.world.model import Disk, Guest, GuestAddress, Machine, Nic
from lab.world.world import World


def power_on(lab: Lab, machine: Machine) -> None:
    """Switch a machine on at once; its guest is up `boot_seconds` later."""
    if machine.power == "on":
        return
    machine.power, machine.guest_up = "on", False
    lab.world._boots[machine.id] = asyncio.get_running_loop().create_task(_boot(lab, machine))
    lab.world.touch(machine)


def power_off(lab: Lab, machine: Machine) -> None:
    """Switch a machine off at once; whatever its guest had begun or not yet synced is lost."""
    boot = lab.world._boots.pop(machine.id, None)
    if boot is not None:
        boot.cancel()
    if machine.power == "off":
        return
    machine.power, machine.guest_up = "off", False
    for disk in machine.disks:
        media.lose(disk)
    lab.world.touch(machine)


def shut_down(lab: Lab, machine: Machine) -> None:
    """Switch a machine off whose guest has come to its end: what it had written is on its disks."""
    for disk in machine.disks:
        media.sync(disk)
    power_off(lab, machine)


async def _boot(lab: Lab, machine: Machine) -> None:
    await lab.clock.work(machine.guest.boot_seconds, owner=machine.id, what="guest boot")
    lab.world._boots.pop(machine.id, None)
    machine.guest_up = machine.guest.agent_installed
    lab.world.touch(machine)


def copy_guest(guest: Guest) -> Guest:
    """The same operating system once more: same machine id, same accounts, same addresses."""
    return deepcopy(guest)


def new_mac(world: World) -> str:
    """A MAC address in vCenter's range that nothing in this world has."""
    number = world.next_serial()
    return f"00:50:56:9f:{number >> 8 & 0xFF:02x}:{number & 0xFF:02x}"


def copy_machine(world: World, source: Machine, name: str, mac: Callable[[World], str] = new_mac) -> Machine:
    """A powered-off machine with the content of another, not yet part of the world; `mac` gives new addresses.

    Ids, uuids and MACs (unless typed in by hand: facts/sources.md 1.10) are new; disks are flat copies in a folder
    of the new name; the guest's network configuration follows its adapters.
    """
    nics, renamed = _copy_nics(world, source.nics, mac)
    guest = copy_guest(source.guest)
    guest.addresses = [_follow(address, renamed) for address in guest.addresses]
    machine = deepcopy(source)
    machine.id, machine.name = f"vm-{world.next_serial()}", name
    machine.uuid, machine.instance_uuid = str(uuid4()), str(uuid4())
    machine.guest, machine.nics = guest, nics
    machine.power, machine.guest_up, machine.template = "off", False, False
    machine.home = f"{source.home.partition(' ')[0]} {name}"
    machine.snapshots, machine.current_snapshot = [], None
    machine.disks = [copy_disk(disk, name, number) for number, disk in enumerate(source.disks)]
    return machine


def copy_disk(disk: Disk, folder: str, number: int) -> Disk:
    """The content of a disk, snapshots flattened, as a file of another machine on the same datastore."""
    copy = deepcopy(disk)
    suffix = "" if number == 0 else f"_{number}"
    copy.file = f"[{disk.datastore}] {folder}/{folder}{suffix}.vmdk"
    copy.parents, copy.uuid = (), uuid4().hex
    media.lose(copy)
    copy.lun, copy.lun_mode = "", ""  # cloning a raw mapping makes a virtual disk of it
    return copy


def _copy_nics(world: World, nics: list[Nic], mac: Callable[[World], str]) -> tuple[list[Nic], dict[str, str]]:
    copies, renamed = deepcopy(nics), {}
    for nic in copies:
        if nic.mac_type != "manual":
            renamed[nic.mac] = mac(world)
            nic.mac = renamed[nic.mac]
    return copies, renamed


def _follow(address: GuestAddress, renamed: dict[str, str]) -> GuestAddress:
    """A guest keeps its configuration per slot; only a lease is renewed for a new MAC."""
    mac = renamed.get(address.mac, address.mac)
    follower = deepcopy(address)
    follower.mac = mac
    if not address.static and mac != address.mac:
        follower.address = lease(address.address, mac)
    return follower


def lease(address: str, mac: str) -> str:
    """What the DHCP server of an address's network gives to a MAC; never an address that somebody set by hand."""
    return f"{address.rpartition('.')[0]}.{int(mac[-2:], 16) % 60 + 190}"
