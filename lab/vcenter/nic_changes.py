"""Adding, editing and removing network adapters (facts/sources.md 1.10: MACs)."""

from typing import Any

from lab.vcenter.calls import Call
from lab.vcenter.faults import invalid_device
from lab.vcenter.sdk import moid, vim
from lab.world.model import GuestAddress, Machine, Network, Nic
from lab.world.physics import new_mac
from lab.world.world import World

_CARD = vim.vm.device.VirtualEthernetCard


def apply(call: Call, draft: Machine, index: int, change: Any) -> None:
    """One VirtualDeviceSpec of an adapter."""
    if change.operation == "add":
        _add(call.world, draft, index, change.device)
        return
    nic = next((nic for nic in draft.nics if nic.key == change.device.key), None)
    if nic is None:
        raise invalid_device(index, "key")
    if change.operation == "remove":
        draft.nics.remove(nic)
    else:
        edit(call.world, draft, nic, index, change.device)


def _network(world: World, index: int, backing: Any) -> Network:
    wanted, found = None, None
    if isinstance(backing, _CARD.DistributedVirtualPortBackingInfo):
        wanted = backing.port.portgroupKey
        found = world.networks.get(str(wanted))
    elif isinstance(backing, _CARD.NetworkBackingInfo):
        by_name = (network for network in world.networks.values() if network.name == backing.deviceName)
        found = world.networks.get(moid(backing.network)) if backing.network is not None else next(by_name, None)
    if found is None:
        raise invalid_device(index, "backing")
    return found


def _add(world: World, draft: Machine, index: int, device: Any) -> None:
    network = _network(world, index, device.backing)
    key = next(key for key in range(4000, 4010) if key not in {nic.key for nic in draft.nics})
    manual = device.addressType == "manual" and device.macAddress
    nic = Nic(
        key=key,
        label=f"Network adapter {len(draft.nics) + 1}",
        mac=device.macAddress.lower() if manual else new_mac(world),
        mac_type="manual" if manual else "assigned",
        network=network.name,
    )
    draft.nics.append(nic)
    draft.guest.addresses.append(_lease(world, nic, network))


def _lease(world: World, nic: Nic, network: Network) -> GuestAddress:
    subnet = 10 + list(world.networks).index(network.id)
    low = int(nic.mac.replace(":", "")[-2:], 16) % 60
    return GuestAddress(mac=nic.mac, address=f"192.168.{subnet}.{190 + low}", prefix=24)


def edit(world: World, draft: Machine, nic: Nic, index: int, device: Any) -> None:
    """Move an adapter to another network; a new MAC comes with `manual`, or with no MAC and another type.

    A MAC that is given without `manual` is what was read before, and means nothing.
    """
    if device.backing is not None:
        nic.network = _network(world, index, device.backing).name
    if device.connectable is not None:
        nic.connected = device.connectable.startConnected
    if device.addressType == "manual" and device.macAddress:
        _readdress(draft, nic, device.macAddress.lower(), "manual")
    elif device.addressType in {"generated", "assigned"} and not device.macAddress:
        _readdress(draft, nic, new_mac(world), device.addressType)


def _readdress(draft: Machine, nic: Nic, mac: str, mac_type: str) -> None:
    for address in draft.guest.addresses:
        if address.mac == nic.mac:
            address.mac = mac
    nic.mac, nic.mac_type = mac, mac_type
