"""What goes with a server and what stays, and what cannot go yet (facts/sources.md 7, OpenStack 8)."""

from typing import Any

import openstack
import pytest

from tests.lab_openstack.cloning import QUICKLY, Clone, clone, remove
from tests.lab_openstack.conftest import NOTHING, RunningOpenstack, eventually

NAME = "mtv-tests-rhel8"


@pytest.fixture
def made(stack: RunningOpenstack, cloud: Any) -> Clone:
    return clone(cloud, cloud.compute.get_server(cloud.compute.find_server(NAME).id), "auto-deleted")


def _delete_server(cloud: Any, server: Any) -> None:
    cloud.compute.delete_server(server)
    cloud.compute.wait_for_delete(server, interval=QUICKLY, wait=30)


def test_volumes_go_with_their_server_when_that_was_wished(stack: RunningOpenstack, cloud: Any, made: Clone) -> None:
    with stack.held():
        cloud.compute.delete_server(made.server)
        assert cloud.compute.get_server(made.server.id).task_state == "deleting"
    cloud.compute.wait_for_delete(made.server, interval=QUICKLY, wait=30)
    assert cloud.block_storage.find_volume(made.volumes[0].id) is None
    assert list(cloud.network.ports(device_id=made.server.id)) == []
    made.volumes = []
    for snapshot in made.snapshots:
        cloud.block_storage.delete_snapshot(snapshot)
        cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_volumes_stay_when_it_was_not(stack: RunningOpenstack, cloud: Any) -> None:
    source = cloud.compute.get_server(cloud.compute.find_server(NAME).id)
    made = clone(cloud, source, "auto-kept", delete_on_termination=False)
    _delete_server(cloud, made.server)
    assert cloud.block_storage.get_volume(made.volumes[0].id).status == "available"
    assert len(stack.differences()) == 2, "a volume and its snapshot"
    for volume in made.volumes:
        cloud.block_storage.delete_volume(volume)
        cloud.block_storage.wait_for_delete(volume, interval=QUICKLY, wait=30)
    for snapshot in made.snapshots:
        cloud.block_storage.delete_snapshot(snapshot)
        cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_a_volume_in_use_cannot_go(stack: RunningOpenstack, cloud: Any, made: Clone) -> None:
    with pytest.raises(openstack.exceptions.BadRequestException, match="must not be migrating, attached"):
        cloud.block_storage.delete_volume(made.volumes[0])
    remove(cloud, made)
    assert stack.differences() == NOTHING


def test_a_volume_with_snapshots_goes_with_them_or_not_at_all(stack: RunningOpenstack, cloud: Any) -> None:
    storage = cloud.block_storage
    volume = storage.wait_for_status(storage.create_volume(name="auto", size=1), "available", interval=QUICKLY)
    snapshot = storage.create_snapshot(volume_id=volume.id, name="auto")
    storage.wait_for_status(snapshot, "available", interval=QUICKLY)
    with pytest.raises(openstack.exceptions.BadRequestException, match="have snapshots"):
        storage.delete_volume(volume)
    answer = stack.raw(
        "DELETE", f"/volume/v3/{cloud.current_project_id}/volumes/{volume.id}?cascade=True", token=cloud.auth_token
    )
    assert answer.status_code == 202
    eventually(lambda: stack.differences() == NOTHING)


def test_a_snapshot_that_volumes_depend_on_is_busy(stack: RunningOpenstack, cloud: Any, made: Clone) -> None:
    (snapshot,) = made.snapshots
    with stack.held():
        cloud.block_storage.delete_snapshot(snapshot)
        assert cloud.block_storage.get_snapshot(snapshot.id).status == "deleting"
    eventually(lambda: cloud.block_storage.get_snapshot(snapshot.id).status == "available")
    remove(cloud, made)
    assert stack.differences() == NOTHING


def test_a_server_deleted_while_it_is_built_leaves_nothing(stack: RunningOpenstack, cloud: Any) -> None:
    storage, image = cloud.block_storage, cloud.image.find_image("rhel-8.10")
    volume = storage.create_volume(name="auto", size=16, image_id=image.id)
    volume = storage.wait_for_status(volume, "available", interval=QUICKLY, wait=30)
    device = {"uuid": volume.id, "source_type": "volume", "destination_type": "volume", "boot_index": 0}
    network = cloud.network.find_network("lab-net")
    with stack.held():
        server = cloud.compute.create_server(
            name="auto-early", flavor_id="2", networks=[{"uuid": network.id}], block_device_mapping=[device]
        )
        assert storage.get_volume(volume.id).status == "reserved"
        cloud.compute.delete_server(server)
    _delete_server(cloud, server)
    assert storage.get_volume(volume.id).status == "available"
    storage.delete_volume(volume)
    storage.wait_for_delete(volume, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_what_was_begun_for_an_image_comes_to_its_end_without_it(stack: RunningOpenstack, cloud: Any) -> None:
    with stack.held():
        image = cloud.compute.create_server_image(cloud.compute.find_server(NAME), "auto-gone")
        assert cloud.image.get_image(image.id).status == "queued"
        cloud.image.delete_image(image)
    (snapshot,) = cloud.block_storage.snapshots()
    cloud.block_storage.wait_for_status(snapshot, "available", interval=QUICKLY, wait=30)
    cloud.block_storage.delete_snapshot(snapshot)
    cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    eventually(lambda: stack.differences() == NOTHING)


def test_a_volume_that_was_begun_for_a_server_comes_to_its_end_without_it(stack: RunningOpenstack, cloud: Any) -> None:
    image = cloud.image.find_image("rhel-8.10")
    device = {"uuid": image.id, "source_type": "image", "destination_type": "volume", "boot_index": 0}
    device |= {"volume_size": 16}
    server = cloud.compute.create_server(name="auto", flavor_id="2", networks="none", block_device_mapping=[device])
    created = eventually(lambda: list(cloud.block_storage.volumes(status="creating")) or _attached(cloud, server))
    _delete_server(cloud, server)
    (volume,) = (cloud.block_storage.get_volume(each.id) for each in created)
    cloud.block_storage.wait_for_status(volume, "available", interval=QUICKLY, wait=30)
    cloud.block_storage.delete_volume(volume)
    cloud.block_storage.wait_for_delete(volume, interval=QUICKLY, wait=30)
    eventually(lambda: stack.differences() == NOTHING)


def _attached(cloud: Any, server: Any) -> list[Any]:
    """When nobody looked while it was being made."""
    return [cloud.block_storage.get_volume(each.volume_id) for each in cloud.compute.volume_attachments(server)]


def test_the_public_image_is_not_ours_to_delete(cloud: Any) -> None:
    with pytest.raises(openstack.exceptions.ForbiddenException, match="not permitted to delete this image"):
        cloud.image.delete_image(cloud.image.find_image("rhel-8.10"))
    with pytest.raises(openstack.exceptions.NotFoundException):
        cloud.image.delete_image("nothing", ignore_missing=False)
