"""Clones by snapshots, volumes and a boot from those; images of servers (facts/sources.md 7, OpenStack 5 to 7)."""

import json
from typing import Any

import openstack
import pytest

from tests.lab_openstack.cloning import QUICKLY, Clone, clone, remove, until, volumes_in_order
from tests.lab_openstack.conftest import NOTHING, RunningOpenstack, eventually

SOURCE = "mtv-win2019-3disks"
TWO = "mtv-rhel8-warm-2disks2nics"


def _source(cloud: Any, name: str) -> Any:
    return cloud.compute.get_server(cloud.compute.find_server(name).id)


def _image_of(cloud: Any, server: Any, name: str) -> Any:
    """The image of a server once it is active."""
    image = cloud.compute.create_server_image(server, name)
    return eventually(lambda: cloud.image.get_image(image.id), lambda seen: seen.status == "active")


def _root(uuid: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"uuid": uuid, "source_type": kind, "destination_type": "volume", "boot_index": 0, **more}


def test_a_clone_has_its_source_s_disks_in_their_order(stack: RunningOpenstack, cloud: Any) -> None:
    source = _source(cloud, SOURCE)
    made = clone(cloud, source, "auto-three")
    before, after = volumes_in_order(cloud, source), volumes_in_order(cloud, made.server)
    assert [(each.size, each.volume_type, each.is_bootable) for each in after] == [
        (each.size, each.volume_type, each.is_bootable) for each in before
    ]
    assert {each.id for each in before}.isdisjoint(each.id for each in after)
    assert [each.snapshot_id for each in after] == [each.id for each in made.snapshots]
    assert after[0].volume_image_metadata == before[0].volume_image_metadata
    machines = [stack.cloud.servers[each.id].machine for each in (source, made.server)]
    assert [disk.digest for disk in machines[1].disks] == [disk.digest for disk in machines[0].disks]
    assert made.server.metadata == {"suite-run": "auto-three"}
    remove(cloud, made)
    assert stack.differences() == NOTHING


def test_a_clone_has_new_macs_and_addresses_on_the_same_networks(stack: RunningOpenstack, cloud: Any) -> None:
    source = _source(cloud, TWO)
    made = clone(cloud, source, "auto-two")
    old, new = (list(cloud.network.ports(device_id=each.id)) for each in (source, made.server))
    assert [port.network_id for port in new] == [port.network_id for port in old]
    assert {port.mac_address for port in new}.isdisjoint(port.mac_address for port in old)
    assert {port.status for port in new} == {"ACTIVE"}
    machine = stack.cloud.servers[made.server.id].machine
    assert [(each.mac, each.address) for each in machine.guest.addresses] == [
        (port.mac_address, port.fixed_ips[0]["ip_address"]) for port in new
    ]
    remove(cloud, made)
    assert stack.differences() == NOTHING


def test_static_addresses_stay_in_the_clone_s_guest(stack: RunningOpenstack, cloud: Any) -> None:
    source = _source(cloud, "mtv-win2022-ip-3disks")
    made = clone(cloud, source, "auto-static")
    before, after = (stack.cloud.servers[each.id].machine for each in (source, made.server))
    assert [each.address for each in after.guest.addresses] == [each.address for each in before.guest.addresses]
    assert after.guest.addresses[0].mac == after.nics[0].mac
    assert after.firmware == before.firmware == "efi"
    remove(cloud, made)
    assert stack.differences() == NOTHING


def test_a_server_is_seen_while_it_is_built(stack: RunningOpenstack, cloud: Any) -> None:
    image = cloud.image.find_image("rhel-8.10")
    network = cloud.network.find_network("lab-net")
    wanted = {"name": "auto-seen", "flavor_id": "2", "image_id": image.id, "networks": [{"uuid": network.id}]}
    with stack.held():
        server = cloud.compute.create_server(**wanted)
        assert server.status is None, "a create answers with the id and little else"
        server = cloud.compute.get_server(server.id)
        assert (server.status, server.vm_state, server.addresses) == ("BUILD", "building", {})
    server = until(cloud, server, "ACTIVE")
    assert (server.image.id, server.power_state, list(server.addresses)) == (image.id, 1, ["lab-net"])
    assert list(cloud.compute.volume_attachments(server)) == [], "its disk is the hypervisor's"
    remove(cloud, Clone(server=server))
    assert stack.differences() == NOTHING


def test_the_image_of_a_server_on_volumes_is_empty_and_names_snapshots(stack: RunningOpenstack, cloud: Any) -> None:
    source = _source(cloud, SOURCE)
    image = _image_of(cloud, source, "auto-image")
    assert image.size == 0
    mapping = json.loads(image.properties["block_device_mapping"])
    assert [each["boot_index"] for each in mapping] == [0, None, None]
    assert [each["volume_size"] for each in mapping] == [40, 10, 5]
    assert image.properties["root_device_name"] == "/dev/vda"
    snapshots = {each.id: each for each in cloud.block_storage.snapshots()}
    assert {each["snapshot_id"] for each in mapping} == snapshots.keys()
    cloud.image.delete_image(image)
    assert len(list(cloud.block_storage.snapshots())) == 3, "they outlive the image"
    for snapshot in snapshots.values():
        cloud.block_storage.delete_snapshot(snapshot)
        cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_the_image_of_a_server_on_an_image_has_its_disk(stack: RunningOpenstack, cloud: Any) -> None:
    network = cloud.network.find_network("lab-net")
    base = cloud.image.find_image("rhel-8.10")
    server = cloud.compute.create_server(
        name="auto-local", flavor_id="2", image_id=base.id, networks=[{"uuid": network.id}]
    )
    server = until(cloud, server, "ACTIVE")
    image = _image_of(cloud, server, "auto-local-image")
    assert image.size > 0
    assert image.properties["base_image_ref"] == base.id
    assert (image.os_type, image.hw_disk_bus) == (base.os_type, base.hw_disk_bus)
    assert image.os_type
    cloud.image.update_image(image, **{**image.properties, "suite-run": "auto"})
    assert cloud.image.get_image(image.id).properties["suite-run"] == "auto"
    with pytest.raises(openstack.exceptions.HttpException, match="not implement PATCH of an image's name"):
        cloud.image.update_image(image, name="another")
    cloud.image.delete_image(image)
    remove(cloud, Clone(server=server))
    assert stack.differences() == NOTHING


def test_an_image_may_be_named_as_root_device_as_well(stack: RunningOpenstack, cloud: Any) -> None:
    image = cloud.image.find_image("rhel-8.10")
    device = {"uuid": image.id, "source_type": "image", "destination_type": "local", "boot_index": 0}
    server = cloud.compute.create_server(
        name="auto-twice", flavor_id="2", image_id=image.id, networks="none", block_device_mapping=[device]
    )
    assert until(cloud, server, "ACTIVE").image.id == image.id
    remove(cloud, Clone(server=server))
    assert stack.differences() == NOTHING


def test_older_novas_answer_with_the_place_of_the_image(stack: RunningOpenstack, cloud: Any) -> None:
    source = _source(cloud, "mtv-tests-rhel8")
    path, token = f"/compute/v2.1/servers/{source.id}/action", cloud.auth_token
    answer = stack.raw("POST", path, token=token, body={"createImage": {"name": "auto-old"}})
    assert answer.status_code == 202
    id_ = answer.headers["Location"].rpartition("/")[2]
    eventually(lambda: cloud.image.get_image(id_), lambda image: image.status == "active")
    cloud.image.delete_image(id_)
    for snapshot in list(cloud.block_storage.snapshots()):
        cloud.block_storage.delete_snapshot(snapshot)
        cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_a_server_may_boot_from_a_new_volume_of_an_image_or_a_snapshot(stack: RunningOpenstack, cloud: Any) -> None:
    image = cloud.image.find_image("rhel-8.10")
    volume = volumes_in_order(cloud, _source(cloud, "mtv-tests-rhel8"))[0]
    snapshot = cloud.block_storage.create_snapshot(volume_id=volume.id, name="auto", is_forced=True)
    cloud.block_storage.wait_for_status(snapshot, "available", interval=QUICKLY, wait=30)
    for kind, id_ in (("image", image.id), ("snapshot", snapshot.id)):
        device = _root(id_, kind, volume_size=20, delete_on_termination=True)
        server = cloud.compute.create_server(
            name=f"auto-{kind}", flavor_id="2", networks="none", block_device_mapping=[device]
        )
        server = until(cloud, server, "ACTIVE")
        (own,) = volumes_in_order(cloud, server)
        assert (own.size, own.is_bootable, own.status) == (20, True, "in-use")
        remove(cloud, Clone(server=server))
    cloud.block_storage.delete_snapshot(snapshot)
    cloud.block_storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING


def test_a_snapshot_of_a_volume_in_use_needs_force(stack: RunningOpenstack, cloud: Any) -> None:
    volume = volumes_in_order(cloud, _source(cloud, SOURCE))[0]
    with pytest.raises(openstack.exceptions.BadRequestException, match=r"status must be available.*in-use"):
        cloud.block_storage.create_snapshot(volume_id=volume.id, name="auto")
    path, token = f"/volume/v3/{cloud.current_project_id}/snapshots", cloud.auth_token
    body = {"snapshot": {"volume_id": volume.id, "force": False}}
    answer = stack.raw("POST", path, token=token, body=body, OpenStack_API_Version="volume 3.66")
    assert answer.status_code == 400
    assert "not valid since microversion 3.66" in answer.json()["badRequest"]["message"]
    assert stack.differences() == NOTHING


def test_metadata_of_a_snapshot_grow_by_what_is_posted(stack: RunningOpenstack, cloud: Any) -> None:
    volume, storage = volumes_in_order(cloud, _source(cloud, SOURCE))[0], cloud.block_storage
    snapshot = storage.create_snapshot(volume_id=volume.id, name="auto", is_forced=True, metadata={"a": "1", "b": "1"})
    storage.set_snapshot_metadata(snapshot, b="2", c="3")
    assert storage.get_snapshot(snapshot.id).metadata == {"a": "1", "b": "2", "c": "3"}
    storage.wait_for_status(snapshot, "available", interval=QUICKLY, wait=30)
    storage.delete_snapshot(snapshot)
    storage.wait_for_delete(snapshot, interval=QUICKLY, wait=30)
    assert stack.differences() == NOTHING
