"""Start, stop, and volumes that are put in and taken out (facts/sources.md 7, OpenStack 8)."""

from typing import Any

import openstack
import pytest

from lab.world.media import write
from lab.world.model import File
from tests.lab_openstack.cloning import QUICKLY, Clone, remove, until
from tests.lab_openstack.conftest import NOTHING, RunningOpenstack, eventually

NAME = "mtv-tests-rhel8"


def test_a_server_starts_and_its_guest_comes_up(stack: RunningOpenstack, cloud: Any) -> None:
    server = cloud.compute.find_server(NAME)
    machine = stack.cloud.servers[server.id].machine
    with stack.held():
        cloud.compute.start_server(server)
        assert cloud.compute.get_server(server.id).task_state == "powering-on"
        with pytest.raises(openstack.exceptions.ConflictException, match="while it is in task_state powering-on"):
            cloud.compute.start_server(server)
    server = until(cloud, server, "ACTIVE")
    assert (server.power_state, server.task_state) == (1, None)
    with pytest.raises(openstack.exceptions.ConflictException, match=r"'start' instance .* in vm_state active"):
        cloud.compute.start_server(server)
    eventually(lambda: machine.guest_up)
    assert "guest boot" in {span.what for span in stack.lab.clock.spans if span.owner == server.id}
    cloud.compute.stop_server(server)
    server = until(cloud, server, "SHUTOFF")
    assert (server.power_state, machine.guest_up) == (4, False)
    with pytest.raises(openstack.exceptions.ConflictException, match=r"'stop' instance .* in vm_state stopped"):
        cloud.compute.stop_server(server)
    assert stack.differences() == NOTHING


def test_a_stop_lets_the_guest_write_what_it_has(stack: RunningOpenstack, cloud: Any) -> None:
    server = cloud.compute.find_server(NAME)
    disk = stack.cloud.servers[server.id].machine.disks[0]
    before = disk.files, disk.digest
    cloud.compute.start_server(server)
    until(cloud, server, "ACTIVE")
    stack.on_loop(lambda: write(disk, {"srv/kept": File(b"kept")}))
    cloud.compute.stop_server(server)
    until(cloud, server, "SHUTOFF")
    assert disk.files is not None
    assert disk.files["srv/kept"].content == b"kept"
    disk.files, disk.digest = before


def test_other_actions_are_refused(stack: RunningOpenstack, cloud: Any) -> None:
    server = cloud.compute.find_server(NAME)
    with pytest.raises(openstack.exceptions.HttpException, match="does not implement the action 'suspend'"):
        cloud.compute.suspend_server(server)
    assert stack.lab.requests.refused["openstack the action 'suspend' of a server"] == 1


def test_a_volume_is_put_in_and_taken_out(stack: RunningOpenstack, cloud: Any) -> None:
    storage, network = cloud.block_storage, cloud.network.find_network("lab-net")
    image = cloud.image.find_image("rhel-8.10")
    server = cloud.compute.create_server(
        name="auto-data", flavor_id="2", image_id=image.id, networks=[{"uuid": network.id}]
    )
    server = until(cloud, server, "ACTIVE")
    volume = storage.create_volume(name="auto-data", size=3, volume_type="lab-ceph-hdd")
    assert volume.status == "creating"
    volume = storage.wait_for_status(volume, "available", interval=QUICKLY, wait=30)
    assert volume.is_bootable is False
    attachment = cloud.compute.create_volume_attachment(server, volume_id=volume.id)
    assert attachment.device == "/dev/vdb"
    storage.wait_for_status(storage.get_volume(volume.id), "in-use", interval=QUICKLY, wait=30)
    with pytest.raises(openstack.exceptions.BadRequestException, match="must be 'available'"):
        cloud.compute.create_volume_attachment(server, volume_id=volume.id)
    with pytest.raises(openstack.exceptions.BadRequestException, match="Volume status must be available or error"):
        storage.delete_volume(volume)
    cloud.compute.delete_volume_attachment(server, volume)
    storage.wait_for_status(storage.get_volume(volume.id), "available", interval=QUICKLY, wait=30)
    remove(cloud, Clone(server=server, volumes=[volume]))
    assert stack.differences() == NOTHING


def test_the_root_volume_stays(cloud: Any) -> None:
    server = cloud.compute.find_server(NAME)
    (attachment,) = cloud.compute.volume_attachments(server)
    with pytest.raises(openstack.exceptions.ForbiddenException, match="Cannot detach a root device volume"):
        cloud.compute.delete_volume_attachment(server, attachment.volume_id)
