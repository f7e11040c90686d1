"""NICs, disks, what attaches them, and the devices that a guest agent reports."""

from lab.ovirt.documents import Doc, entity, links, reference
from lab.ovirt.engine import Engine
from lab.ovirt.estate_view import domain_named, network_named
from lab.ovirt.ids import disk_id, nic_id, profile_id
from lab.ovirt.words import INTERFACES, NIC_INTERFACE
from lab.world import capacity
from lab.world.ids import stable_uuid
from lab.world.model import Disk, GuestAddress, Machine, Nic


def nics(engine: Engine, machine: Machine) -> list[Doc]:
    return [_nic(engine, machine, nic) for nic in machine.nics]


def _nic(engine: Engine, machine: Machine, nic: Nic) -> Doc:
    """A template's NIC has no address; one on no network ("empty") has no profile."""
    kind = "template" if machine.template else "vm"
    path = (f"{kind}s", machine.id, "nics", nic_id(machine, nic))
    network = network_named(engine, nic.network)
    return entity(
        path,
        name=nic.label,
        interface=NIC_INTERFACE,
        linked=True,
        plugged=nic.connected,
        mac=None if machine.template else {"address": nic.mac},
        vnic_profile=None if network is None else reference("vnicprofiles", profile_id(network)),
        **{kind: reference(f"{kind}s", machine.id)},
        link=None if machine.template else links(path, "reporteddevices"),
    )


def reported_devices(_engine: Engine, machine: Machine, nic: str = "") -> list[Doc]:
    """Nothing while no agent runs; all of a machine's, or those of one NIC."""
    if not machine.guest_up:
        return []
    numbered = list(enumerate(machine.nics))
    return [_reported(machine, number, each) for number, each in numbered if nic in ("", nic_id(machine, each))]


def _reported(machine: Machine, number: int, nic: Nic) -> Doc:
    addresses = [address for address in machine.guest.addresses if address.mac == nic.mac]
    name = f"Ethernet {number}" if machine.guest.family == "windows" else f"enp{number + 1}s0"
    id_ = stable_uuid(f"ovirt reported {machine.id} {nic.mac}")
    return entity(
        ("vms", machine.id, "reporteddevices", id_),
        name=name,
        description="guest reported data",
        ips={"ip": [_ip(address) for address in addresses]},
        mac={"address": nic.mac},
        type="network",
        vm=reference("vms", machine.id),
    )


def _ip(address: GuestAddress) -> Doc:
    """The agent tells no prefix and no origin."""
    return {"address": address.address, "version": "v6" if ":" in address.address else "v4"}


def attachments(_engine: Engine, machine: Machine) -> list[Doc]:
    return [attachment(machine, number, disk) for number, disk in enumerate(machine.disks)]


def attachment(machine: Machine, number: int, disk: Disk) -> Doc:
    """Its id is its disk's; the first disk is the one to boot from."""
    kind = "template" if machine.template else "vm"
    return entity(
        (f"{kind}s", machine.id, "diskattachments", disk_id(disk)),
        active=True,
        bootable=number == 0,
        interface=INTERFACES[disk.controller_key],
        logical_name=f"/dev/sd{chr(ord('a') + number)}" if machine.guest_up else None,
        pass_discard=False,
        read_only=False,
        uses_scsi_reservation=False,
        disk=reference("disks", disk_id(disk)),
        **{kind: reference(f"{kind}s", machine.id)},
    )


def disks(engine: Engine) -> list[Doc]:
    """Those of templates, too."""
    return [_disk(engine, disk) for machine in engine.estate.machines.values() for disk in machine.disks]


def _disk(engine: Engine, disk: Disk) -> Doc:
    id_, taken = disk_id(disk), capacity.occupied(disk)
    return entity(
        ("disks", id_),
        name=disk.label,
        alias=disk.label,
        description="",
        actual_size=taken,
        backup="none",
        content_type="data",
        format=disk.format,
        image_id=stable_uuid(f"ovirt image {id_} {disk.file}"),
        propagate_errors=False,
        provisioned_size=disk.size,
        qcow_version="qcow2_v3" if disk.format == "cow" else None,
        shareable=False,
        sparse=disk.provisioning == "thin",
        status="locked" if id_ in engine.locked else "ok",
        storage_type="image",
        total_size=taken,
        wipe_after_delete=False,
        storage_domains={"storage_domain": [reference("storagedomains", domain_named(engine, disk.datastore).id)]},
    )
