"""Adding NICs to a machine, moving them to another network by its vNIC profile, and removing them; done at once."""

from lab.ovirt import events
from lab.ovirt.device_view import nics
from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.estate_view import profiles
from lab.ovirt.faults import Refused, conflict, missing, not_implemented
from lab.ovirt.ids import nic_id
from lab.ovirt.operations.macs import pool_mac
from lab.ovirt.requests import COMPLETE, Answer, Request, chosen, is_true, only, refuse_busy, required
from lab.world.model import GuestAddress, Machine, Nic

_KNOWN = ("@id", "@href", "name", "interface", "vnic_profile", "mac", "plugged", "linked")
_KIND = "Interface"
_FIRST_KEY = 4000


async def add(asked: Request) -> Answer:
    """A NIC without a profile is on no network."""
    machine, body, engine = asked.machine(), asked.body, asked.engine
    only(body, _KNOWN, "nic")
    name = required(body, "name", "Nic")
    refuse_busy(asked.engine, machine, "add", _KIND)
    _refuse_taken(machine, name)
    given = _mac(engine, body)
    nic = Nic(
        key=max((nic.key for nic in machine.nics), default=_FIRST_KEY - 1) + 1,
        label=name,
        mac=given or pool_mac(engine.lab.world),
        mac_type="manual" if given else "generated",
        network="",
    )
    _apply(engine, nic, body)
    machine.nics.append(nic)
    machine.guest.addresses += _leases(engine, nic)
    return _done(asked, machine, nic, events.NIC_ADDED)


async def update(asked: Request) -> Answer:
    """Its address stays what it was."""
    machine, body = asked.machine(), asked.body
    nic = _nic(asked, machine)
    only(body, _KNOWN, "nic")
    if "mac" in body and body["mac"].get("address", "").lower() != nic.mac:
        raise not_implemented("nic.mac of a NIC that has one")
    refuse_busy(asked.engine, machine, "update", _KIND)
    if body.get("name", nic.label) != nic.label:
        _refuse_taken(machine, body["name"])
        nic.label = body["name"]
    _apply(asked.engine, nic, body)
    return _done(asked, machine, nic, events.NIC_UPDATED)


async def remove(asked: Request) -> Answer:
    machine = asked.machine()
    nic = _nic(asked, machine)
    refuse_busy(asked.engine, machine, "remove", _KIND)
    if machine.power == "on" and nic.connected:
        raise conflict("remove", _KIND, ". The VM Network Interface is plugged to a running VM.")
    machine.nics.remove(nic)
    _note(asked, machine, nic, events.NIC_REMOVED)
    return COMPLETE


def _done(asked: Request, machine: Machine, nic: Nic, code: int) -> Answer:
    _note(asked, machine, nic, code)
    wanted = nic_id(machine, nic)
    return "nic", next(doc for doc in nics(asked.engine, machine) if doc["@id"] == wanted)


def _note(asked: Request, machine: Machine, nic: Nic, code: int) -> None:
    asked.engine.events.note(code, machine, item=nic.label, user=asked.user)
    asked.engine.lab.world.touch(machine)


def _nic(asked: Request, machine: Machine) -> Nic:
    found = next((nic for nic in machine.nics if nic_id(machine, nic) == asked.ids[1]), None)
    if found is None:
        raise missing()
    return found


def _refuse_taken(machine: Machine, name: str) -> None:
    if any(nic.label == name for nic in machine.nics):
        raise Refused(409, "Operation Failed", "[Network interface name is already in use]")


def _mac(engine: Engine, body: Doc) -> str:
    """The address that a body asks for, or nothing; raises Refused (409) when somebody has it."""
    mac = str((body.get("mac") or {}).get("address", "")).lower()
    for machine in engine.estate.machines.values():
        if mac and not machine.template and any(nic.mac == mac for nic in machine.nics):
            words = f"[MAC Address {mac} is already in use by VM or snapshot: {machine.name}.]"
            raise Refused(409, "Operation Failed", words)
    return mac


def _apply(engine: Engine, nic: Nic, body: Doc) -> None:
    if body.get("interface", "virtio") != "virtio":
        raise not_implemented(f"nic.interface {body['interface']}")
    if not is_true(body.get("linked", "true")):
        raise not_implemented("NICs that are not linked")
    nic.connected = is_true(body.get("plugged", str(nic.connected)))
    if "vnic_profile" in body:
        wanted = body["vnic_profile"] or {}
        nic.network = str(chosen(wanted, profiles(engine), "VnicProfile")["name"]) if wanted else ""


def _leases(engine: Engine, nic: Nic) -> list[GuestAddress]:
    """The guest takes an address from whoever gives them on its network."""
    names = [network.name for network in engine.estate.networks.values()]
    if nic.network not in names:
        return []
    low = int(nic.mac[-2:], 16) % 60
    return [GuestAddress(mac=nic.mac, address=f"192.168.{10 + names.index(nic.network)}.{190 + low}", prefix=24)]
