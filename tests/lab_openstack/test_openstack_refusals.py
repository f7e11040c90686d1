"""Quotas, errors that come later, and requests that cannot be granted (facts/sources.md 7, OpenStack 10)."""

from collections.abc import Callable
from typing import Any

import openstack
import pytest

from tests.lab_openstack.cloning import QUICKLY, Clone, remove, until
from tests.lab_openstack.conftest import NOTHING, RunningOpenstack

Quota = Callable[..., None]


@pytest.fixture
def quota(stack: RunningOpenstack) -> Any:
    """Sets quotas, which are as before afterwards."""
    changed: dict[str, int] = {}

    def limit(**most: int) -> None:
        for key, value in most.items():
            changed.setdefault(key, getattr(stack.cloud.quota, key))
            setattr(stack.cloud.quota, key, value)

    yield limit
    for key, value in changed.items():
        setattr(stack.cloud.quota, key, value)


def _server(cloud: Any, **more: Any) -> Any:
    image = cloud.image.find_image("rhel-8.10")
    wanted = {"name": "auto-refused", "flavor_id": "2", "image_id": image.id, "networks": "none", **more}
    return cloud.compute.create_server(**{key: value for key, value in wanted.items() if value is not None})


def test_a_quota_of_nova_is_403(stack: RunningOpenstack, cloud: Any, quota: Quota) -> None:
    there = len(stack.cloud.servers)
    quota(instances=there)
    said = f"Quota exceeded for instances: Requested 1, but already used {there} of {there} instances"
    with pytest.raises(openstack.exceptions.ForbiddenException, match=said):
        _server(cloud)


def test_quotas_of_cinder_are_413(stack: RunningOpenstack, cloud: Any, quota: Quota) -> None:
    quota(volumes=len(stack.cloud.volumes))
    with pytest.raises(openstack.exceptions.HttpException, match="VolumeLimitExceeded") as caught:
        cloud.block_storage.create_volume(name="auto", size=1)
    assert caught.value.status_code == 413
    quota(volumes=100, gigabytes=sum(each.size for each in stack.cloud.volumes.values()) + 1)
    with pytest.raises(openstack.exceptions.HttpException, match="Requested 2G"):
        cloud.block_storage.create_volume(name="auto", size=2)
    assert list(cloud.block_storage.volumes(name="auto")) == []


def test_a_server_that_fits_no_host_becomes_an_error_with_the_reason(stack: RunningOpenstack, cloud: Any) -> None:
    flavor, most = cloud.compute.find_flavor("m1.enormous"), stack.cloud.quota.ram
    stack.cloud.quota.ram = 2**20
    try:
        server = _server(cloud, flavor_id=flavor.id)
        with pytest.raises(openstack.exceptions.ResourceFailure):
            until(cloud, server, "ACTIVE")
    finally:
        stack.cloud.quota.ram = most
    server = cloud.compute.get_server(server.id)
    assert (server.status, server.vm_state) == ("ERROR", "error")
    assert server.fault["message"] == "No valid host was found. There are not enough hosts available."
    remove(cloud, Clone(server=server))
    assert stack.differences() == NOTHING


def test_a_volume_that_its_backend_has_no_room_for_becomes_an_error(stack: RunningOpenstack, cloud: Any) -> None:
    volume = cloud.block_storage.create_volume(name="auto", size=5000, volume_type="lab-ceph-hdd")
    with pytest.raises(openstack.exceptions.ResourceFailure):
        cloud.block_storage.wait_for_status(volume, "available", failures=["error"], interval=QUICKLY, wait=30)
    cloud.block_storage.delete_volume(volume)
    cloud.block_storage.wait_for_delete(volume, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"flavor_id": "99"}, "Flavor 99 could not be found"),
        ({"image_id": "nothing"}, "Image nothing could not be found"),
        ({"image_id": None}, "Invalid imageRef provided"),
        ({"networks": [{"uuid": "nothing"}]}, "Network nothing could not be found"),
        ({"networks": None}, "'networks' is a required property"),
        ({"networks": "auto"}, "Multiple possible networks found"),
        ({"metadata": {"a": 1}}, "is not of type 'string'"),
        ({"flavor_id": "1"}, None),
        ({"key_name": "mine"}, "does not implement 'key_name' of a new server"),
    ],
)
def test_servers_that_cannot_be_are_refused(
    stack: RunningOpenstack, cloud: Any, wrong: dict[str, Any], said: str | None
) -> None:
    if said is None:
        server = until(cloud, _server(cloud, **wrong), "ACTIVE")  # 20 GiB are enough for the image's 16
        remove(cloud, Clone(server=server))
    else:
        with pytest.raises(openstack.exceptions.HttpException, match=said):
            _server(cloud, **wrong)
    assert stack.differences() == NOTHING


def test_block_devices_are_checked(stack: RunningOpenstack, cloud: Any) -> None:
    in_use = next(iter(stack.cloud.volumes))
    root = {"uuid": in_use, "source_type": "volume", "destination_type": "volume", "boot_index": 0}
    for devices, said in (
        ([root], "must be 'available', but current status is 'in-use'"),
        ([{**root, "boot_index": -1}], "Boot sequence"),
        ([{**root, "uuid": "nothing"}], "failed to get volume nothing"),
        ([{**root, "source_type": "blank"}], "does not implement block devices from blank"),
    ):
        with pytest.raises(openstack.exceptions.HttpException, match=said):
            _server(cloud, image_id=None, block_device_mapping=devices)
    storage = cloud.block_storage
    empty = storage.wait_for_status(storage.create_volume(name="auto", size=1), "available", interval=QUICKLY)
    with pytest.raises(openstack.exceptions.BadRequestException, match="is not bootable"):
        _server(cloud, image_id=None, block_device_mapping=[{**root, "uuid": empty.id}])
    storage.delete_volume(empty)
    storage.wait_for_delete(empty, interval=QUICKLY)
    assert stack.differences() == NOTHING


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": 0}, "greater than 0"),
        ({"size": 1, "volume_type": "nothing"}, "Volume type with name nothing could not be found"),
        ({"snapshot_id": "nothing"}, "Snapshot nothing could not be found"),
        ({"size": 1, "image_id": "rhel"}, "Invalid image identifier"),
        ({"size": 1, "is_multiattach": True}, "does not implement 'multiattach' of a new volume"),
    ],
)
def test_volumes_that_cannot_be_are_refused(cloud: Any, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(openstack.exceptions.HttpException, match=said):
        cloud.block_storage.create_volume(name="auto", **wrong)


def test_a_volume_is_not_smaller_than_what_it_is_made_of(cloud: Any) -> None:
    image = cloud.image.find_image("rhel-8.10")
    with pytest.raises(openstack.exceptions.BadRequestException, match="cannot be smaller than the image size 16GB"):
        cloud.block_storage.create_volume(name="auto", size=4, image_id=image.id)
