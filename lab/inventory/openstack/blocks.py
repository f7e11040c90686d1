"""Volumes, their types and snapshots, and images as the OpenStack inventory shows them (facts/forklift.md 5.6)."""

from collections.abc import Iterator
from typing import Any

from lab.inventory.openstack.form import ZERO_TIME, Form, told, when
from lab.openstack.identity import project_id, user_id
from lab.world.cloud import BlockVolume, Cloud, Image, VolumeSnapshot


def volumes(cloud: Cloud) -> Iterator[Form]:
    for volume in cloud.volumes.values():
        yield _volume(cloud, volume)


def _volume(cloud: Cloud, volume: BlockVolume) -> Form:
    """`volumeType` is a name, `bootable` is text."""
    body = {
        "status": volume.status,
        "size": volume.size,
        "availabilityZone": "nova",
        "createdAt": when(volume.created),
        "updatedAt": ZERO_TIME,
        "attachments": _attachments(cloud, volume),
        "volumeType": volume.type,
        "userID": user_id(cloud),
        "bootable": str(volume.guest is not None).lower(),
        "encrypted": False,
        "replicationStatus": "",
        "multiattach": False,
        **told(
            description=volume.description,
            snapshotID=volume.snapshot,
            metadata=dict(volume.metadata),
            volumeImageMetadata=dict(volume.image_metadata),
        ),
    }
    return Form(id=volume.id, name=volume.name, body=body)


def _attachments(cloud: Cloud, volume: BlockVolume) -> list[dict[str, Any]]:
    """Keys as Go has them."""
    held = cloud.holder_of(volume.id)
    if held is None:
        return []
    server, attachment = held
    return [
        {
            "AttachedAt": when(server.created),
            "AttachmentID": attachment.id,
            "Device": attachment.device,
            "HostName": "",
            "ID": volume.id,
            "ServerID": server.machine.id,
            "VolumeID": volume.id,
        }
    ]


def volume_types(cloud: Cloud) -> Iterator[Form]:
    body = {"description": "", "isPublic": True, "qosSpecsID": "", "publicAccess": True}
    for each in cloud.volume_types.values():
        yield Form(id=each.id, name=each.name, body=body)


def snapshots(cloud: Cloud) -> Iterator[Form]:
    for snapshot in cloud.snapshots.values():
        yield _snapshot(snapshot)


def _snapshot(snapshot: VolumeSnapshot) -> Form:
    body = {
        "createdAt": when(snapshot.created),
        "updatedAt": ZERO_TIME,
        "description": snapshot.description,
        "volumeID": snapshot.volume,
        "status": snapshot.status,
        "size": snapshot.size,
        **told(metadata=dict(snapshot.metadata)),
    }
    return Form(id=snapshot.id, name=snapshot.name, body=body)


def images(cloud: Cloud) -> Iterator[Form]:
    for image in cloud.images.values():
        yield _image(cloud, image)


def _image(cloud: Cloud, image: Image) -> Form:
    """Custom properties stand apart; glance tells a size once the image is there."""
    path = f"/v2/images/{image.id}"
    body = {
        "status": image.status,
        "tags": [],
        "containerFormat": "bare",
        "diskFormat": image.disk_format,
        "minDisk": image.min_disk,
        "minRam": 0,
        "owner": project_id(cloud) if image.visibility == "private" else "",
        "protected": False,
        "visibility": image.visibility,
        "osHidden": False,
        "checksum": "",
        "sizeBytes": image.size if image.status == "active" else 0,
        "metadata": None,
        "createdAt": when(image.created),
        "updatedAt": when(image.created),
        "file": f"{path}/file",
        "schema": "/v2/schemas/image",
        "virtualSize": 0,
        "imageImportMethods": None,
        "imageStoreIDs": None,
        "properties": dict(image.properties),
    }
    return Form(id=image.id, name=image.name, body=body)
