"""A guest that is up, as its own commands see it: on vCenter before the move, on KubeVirt after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from lab.virtualization.guest_view import configured, device_name, effective
from lab.world.media import Media
from lab.world.model import Guest, GuestAddress, Machine, RunningGuest
from lab.world.trees import Tree, tree_of

_VMXNET_SLOTS = (192, 224, 256, 161, 193, 225, 257, 162, 194, 226)
"""Numbers that udev gives to the adapters of a VMware machine, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """How a hypervisor's devices show themselves."""

    disk_prefix: str
    disk_vendor: str
    nic: str
    """As Windows describes an adapter."""


VMWARE = Hardware(disk_prefix="sd", disk_vendor="VMware Virtual disk", nic="vmxnet3 Ethernet Adapter")
VIRTIO = Hardware(disk_prefix="vd", disk_vendor="Red Hat VirtIO", nic="Red Hat VirtIO Ethernet Adapter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One NIC as its guest sees it."""

    index: int
    """Interface index; 1 is the loopback."""
    device: str
    mac: str
    address: GuestAddress | None
    """None: no link configuration."""

    @property
    def static(self) -> bool:
        return self.address is not None and self.address.static

    def uuid(self, guest: str) -> str:
        """Of its connection profile; the same after each boot."""
        return str(uuid5(NAMESPACE_OID, f"{guest} {self.mac}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What the commands of a guest answer from; made anew for each command line."""

    guest: Guest
    adapters: tuple[Adapter, ...]
    tree: Tree
    hardware: Hardware


def on_destination(running: RunningGuest) -> System:
    """A guest that was moved, with its NICs in the order of the machine's interfaces."""
    nics = [
        Adapter(
            index=number + 2,
            device=device_name(running.guest, number),
            mac=mac,
            address=effective(running.guest, mac, binding) or configured(running.guest, mac),
        )
        for number, (mac, binding) in enumerate(running.nics)
    ]
    tree = tree_of(running.guest, running.volumes, running.boot)
    return System(guest=running.guest, adapters=tuple(nics), tree=tree, hardware=VIRTIO)


def on_source(machine: Machine) -> System:
    """The guest of a machine that is powered on, before any move."""
    nics = [
        Adapter(
            index=number + 2,
            device=_source_device(machine.guest, number),
            mac=nic.mac,
            address=configured(machine.guest, nic.mac),
        )
        for number, nic in enumerate(machine.nics)
    ]
    disks: Sequence[Media] = machine.disks
    return System(guest=machine.guest, adapters=tuple(nics), tree=tree_of(machine.guest, disks), hardware=VMWARE)


def _source_device(guest: Guest, number: int) -> str:
    return f"Ethernet{number}" if guest.family == "windows" else f"ens{_VMXNET_SLOTS[number]}"
