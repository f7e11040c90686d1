"""Images of servers and of volumes, whoever asks for them."""

import json
from collections.abc import Mapping
from copy import deepcopy
from uuid import uuid4

from lab.openstack import blocks
from lab.openstack.platform import Platform
from lab.world import media
from lab.world.cloud import BlockVolume, Image, Server, VolumeSnapshot
from lab.world.model import GIB

_SERVER_SECONDS, _BASE_SECONDS, _SECONDS_PER_GIB = 10.0, 4.0, 0.2


def image_of_server(platform: Platform, server: Server, name: str, properties: Mapping[str, str]) -> Image:
    """What nova makes: of a server on volumes an empty image that names snapshots of them. Raises Refused.

    The image is `queued`, and becomes active by itself.
    """
    image = Image(id=str(uuid4()), name=name, status="queued", created=platform.lab.clock.stamp())
    image.properties = dict(properties)
    snapshots = _take(platform, server, image)
    platform.cloud.images[image.id] = image
    if server.image:
        server.task = "image_snapshot"
        platform.touch(server)
    platform.works.start(image.id, _upload(platform, server, image, snapshots))
    return image


def _take(platform: Platform, server: Server, image: Image) -> list[VolumeSnapshot]:
    """Freeze what the image is of."""
    machine = server.machine
    if server.image:
        image.content, image.guest = deepcopy(machine.disks[0]), deepcopy(machine.guest)
        media.lose(image.content)
        image.min_disk = image.content.size // GIB
        base = platform.cloud.images.get(server.image)
        image.properties = (base.properties if base else {}) | image.properties  # nova hands down what the guest needs
        image.properties |= {"base_image_ref": server.image, "instance_uuid": machine.id, "image_type": "snapshot"}
        return []
    volumes = [platform.cloud.volumes[each.volume] for each in server.attachments]
    snapshots = [blocks.new_snapshot(platform, volume, f"snapshot for {image.name}") for volume in volumes]
    mapping = [
        {
            "source_type": "snapshot",
            "destination_type": "volume",
            "snapshot_id": snapshot.id,
            "volume_id": None,
            "volume_size": snapshot.size,
            "boot_index": None if number else 0,
            "device_name": attachment.device,
            "delete_on_termination": attachment.delete_on_termination,
        }
        for number, (snapshot, attachment) in enumerate(zip(snapshots, server.attachments, strict=True))
    ]
    image.disk_format = ""
    image.properties |= {"root_device_name": server.attachments[0].device, "bdm_v2": "True"}
    image.properties |= {"block_device_mapping": json.dumps(mapping)} | volumes[0].image_metadata
    return snapshots


async def _upload(platform: Platform, server: Server, image: Image, snapshots: list[VolumeSnapshot]) -> None:
    for snapshot in snapshots:
        await blocks.settle(platform, snapshot)
    if image.content is not None:
        image.status = "saving"
        await platform.work(image.id, _SERVER_SECONDS, "upload image")
        image.size = image.content.size // 4
        if server.task == "image_snapshot":
            server.task = ""
    image.status = "active"
    platform.touch(server)


def image_of_volume(platform: Platform, volume: BlockVolume, name: str, properties: Mapping[str, str]) -> Image:
    """What cinder's upload makes: a raw image of a volume that is `available`, and `uploading` meanwhile."""
    content = deepcopy(volume.disk)
    image = Image(
        id=str(uuid4()),
        name=name,
        status="queued",
        disk_format="raw",
        min_disk=volume.size,
        properties=volume.image_metadata | dict(properties),
        content=content,
        guest=deepcopy(volume.guest),
        created=platform.lab.clock.stamp(),
    )
    platform.cloud.images[image.id] = image
    volume.status = "uploading"
    platform.touch()
    platform.works.start(volume.id, _upload_volume(platform, volume, image))
    return image


async def _upload_volume(platform: Platform, volume: BlockVolume, image: Image) -> None:
    image.status = "saving"
    await platform.work(image.id, _BASE_SECONDS + volume.size * _SECONDS_PER_GIB, "upload volume")
    image.size, image.status, volume.status = volume.size * GIB, "active", "available"
    platform.touch()
