"""The appliances that every lab starts with: exports of the vSphere's machines, and one of another product."""

from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256

from lab.world.appliances import Appliance, Export
from lab.world.model import GIB, Disk, Guest, Machine, Network

MOUNT = "/ova"
"""Where MTV mounts an export, and so where its paths begin."""
LARGE = "1nisim-rhel9-efi"
"""The appliance that suites move; a machine with several of everything that its descriptor tells."""
_FOREIGN = "vbox-rhel8"


def appliance_estate(machines: Mapping[str, Machine]) -> Export:
    """Exports of five machines; they have NICs, disks and ids of their own."""
    export = Export(server="nfs.lab.test", path="/exports/appliances")
    named = {machine.name: machine for machine in machines.values()}
    for name in dict.fromkeys(nic.network for machine in machines.values() for nic in machine.nics):
        key = mark(f"network {name}")
        export.networks[key] = Network(id=key, name=name, type="ovf")
    for number, (name, source) in enumerate(
        (
            (LARGE, "mtv-rhel8-warm-2disks2nics"),
            ("mtv-tests-rhel8", "mtv-tests-rhel8"),
            ("mtv-win2019-3disks", "mtv-win2019-3disks"),
            (_FOREIGN, "mtv-tests-rhel8"),
            ("mtv-win2019-79", "mtv-win2019-79"),
        ),
        1,
    ):
        machine = _exported(named[source], name, number)
        export.appliances[machine.id] = Appliance(path=f"{name}.ova", machine=machine)
    _enlarge(export.appliances[mark(f"machine {LARGE}")].machine, named["mtv-tests-rhel9-efi"].guest)
    foreign = export.appliances[mark(f"machine {_FOREIGN}")]
    foreign.origin, foreign.unit = "VirtualBox", 1
    return export


def mark(text: str) -> str:
    """The id that MTV's provider server gives to what has no uuid: the head of a hash."""
    return sha256(text.encode()).hexdigest()[:36]


def _exported(source: Machine, name: str, number: int) -> Machine:
    """No snapshots, no host, no power: a descriptor knows none of them."""
    machine = deepcopy(source)
    machine.id = machine.uuid = machine.instance_uuid = mark(f"machine {name}")
    machine.name, machine.host, machine.home = name, "", ""
    machine.disks = [_disk(name, disk, index) for index, disk in enumerate(source.disks)]
    for index, (nic, address) in enumerate(zip(machine.nics, machine.guest.addresses, strict=True)):
        nic.mac, nic.mac_type = f"00:50:56:8c:{number:02x}:{index + 1:02x}", "manual"
        address.mac, address.address = nic.mac, f"{address.address.rpartition('.')[0]}.{60 + number}"
    machine.guest.machine_id = mark(f"guest {name}")[:32]
    machine.guest.hostname = f"{machine.guest.hostname}-ova{number}"
    return machine


def _disk(name: str, source: Disk, index: int) -> Disk:
    """Identified as MTV does it: by the archive and the file in it."""
    disk = deepcopy(source)
    disk.datastore = f"{name}-disk{index + 1}.vmdk"
    disk.file = f"{MOUNT}/{name}.ova::{disk.datastore}"
    disk.uuid = mark(f"disk {disk.file}")
    disk.controller_key, disk.unit = 1000, index
    return disk


def _enlarge(machine: Machine, guest: Guest) -> None:
    machine.firmware, machine.secure_boot = "efi", True
    machine.cpus, machine.cores_per_socket, machine.memory = 4, 2, 6 * GIB
    machine.guest.os_name, machine.guest.version, machine.guest.guest_id = guest.os_name, guest.version, guest.guest_id
    machine.guest.hostname = "mtv-rhel9-ova"
