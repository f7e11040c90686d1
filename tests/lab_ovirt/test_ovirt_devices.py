"""NICs, reported addresses, disks and their attachments (checklist oVirt 6)."""

from typing import Any

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"
GIB = 1024**3


def new_disk(client: Conversation, **more: Any) -> Any:
    types = client.types
    disk = {
        "name": "extra",
        "format": types.DiskFormat.RAW,
        "provisioned_size": 2 * GIB,
        "sparse": False,
        "storage_domains": [types.StorageDomain(name="ovirt-data-1")],
    }
    attachment = {"active": True, "bootable": False, "interface": types.DiskInterface.VIRTIO_SCSI}
    return (
        types.DiskAttachment(**attachment, disk=types.Disk(**disk))
        if not more
        else types.DiskAttachment(**{**attachment, **more.pop("attachment", {})}, disk=types.Disk(**{**disk, **more}))
    )


def test_nics_have_address_and_profile(engine: RunningEngine, client: Conversation) -> None:
    (nic,) = client.vm(NAME).nics_service().list()
    assert nic.mac.address == engine.machine(NAME).nics[0].mac
    assert (nic.name, nic.interface, nic.plugged) == ("nic1", client.types.NicInterface.VIRTIO, True)
    assert client.connection.follow_link(nic.vnic_profile).name == "ovirtmgmt"


def test_a_template_has_nics_without_addresses(client: Conversation) -> None:
    template = client.one("templates", NAME)
    (nic,) = client.system.templates_service().template_service(template.id).nics_service().list()
    assert nic.mac is None


def test_nothing_is_reported_while_no_agent_runs(client: Conversation) -> None:
    assert client.vm(NAME).reported_devices_service().list() == []


def test_a_running_guest_reports_its_addresses(engine: RunningEngine, client: Conversation) -> None:
    client.vm(NAME).start()
    engine.boot(NAME)
    (device,) = client.vm(NAME).reported_devices_service().list()
    (address,) = engine.machine(NAME).guest.addresses
    assert (device.mac.address, device.ips[0].address) == (address.mac, address.address)
    assert device.ips[0].version == client.types.IpVersion.V4


def test_reported_devices_are_there_below_their_nic_too(engine: RunningEngine, client: Conversation) -> None:
    client.cloned("mtv-rhel8-warm-2disks2nics", "auto-1").start()
    engine.boot("auto-1")
    vm = client.vm("auto-1").get(follow="nics.reported_devices")
    reported = [[device.mac.address for device in nic.reported_devices] for nic in vm.nics]
    assert reported == [[nic.mac.address] for nic in vm.nics]


def test_an_attachment_has_the_id_of_its_disk(client: Conversation) -> None:
    (attachment,) = client.vm(NAME).disk_attachments_service().list()
    assert attachment.id == attachment.disk.id
    disk = client.system.disks_service().disk_service(attachment.disk.id).get()
    assert (disk.alias, disk.provisioned_size, disk.actual_size) == (f"{NAME}_Disk1", 16 * GIB, 4 * GIB)
    assert client.connection.follow_link(disk.storage_domains[0]).name == "ovirt-data-1"


def test_an_added_disk_is_locked_until_it_is_made(engine: RunningEngine, client: Conversation) -> None:
    engine.stand_still()
    added = client.vm(NAME).disk_attachments_service().add(new_disk(client))
    disk = client.system.disks_service().disk_service(added.id)
    assert disk.get().status == client.types.DiskStatus.LOCKED
    with pytest.raises(client.sdk.Error, match="The following disks are locked: extra"):
        disk.remove()


def test_an_added_disk_is_what_was_asked_for(engine: RunningEngine, client: Conversation) -> None:
    added = client.vm(NAME).disk_attachments_service().add(new_disk(client))
    engine.settle()
    disk = client.system.disks_service().disk_service(added.id).get()
    assert (disk.name, disk.format, disk.sparse) == ("extra", client.types.DiskFormat.RAW, False)
    assert (disk.status, disk.actual_size) == (client.types.DiskStatus.OK, 2 * GIB)
    assert client.codes()[-2:] == [78, 97]


def test_one_disk_is_the_one_to_boot_from(client: Conversation) -> None:
    wanted = new_disk(client, attachment={"bootable": True})
    with pytest.raises(client.sdk.Error, match="is already marked as boot"):
        client.vm(NAME).disk_attachments_service().add(wanted)


def test_a_disk_that_is_too_large_is_refused(client: Conversation) -> None:
    wanted = new_disk(client, provisioned_size=9 * 1024 * GIB)
    with pytest.raises(client.sdk.Error, match="Low disk space on Storage Domain ovirt-data-1"):
        client.vm(NAME).disk_attachments_service().add(wanted)


def test_a_disk_is_removed_with_its_attachment(engine: RunningEngine, client: Conversation) -> None:
    attachments = client.vm(NAME).disk_attachments_service()
    added = attachments.add(new_disk(client))
    engine.settle()
    attachments.attachment_service(added.id).remove(detach_only=False)
    engine.settle()
    assert len(attachments.list()) == 1
    with pytest.raises(client.sdk.NotFoundError):
        client.system.disks_service().disk_service(added.id).get()
