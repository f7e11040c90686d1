"""Volumes, snapshots and types as cinder shows them (facts/sources.md 4.3)."""

from lab.openstack.api import Call, Object
from lab.openstack.discovery import VOLUME
from lab.openstack.identity import project_id, user_id
from lab.world.cloud import BlockVolume, VolumeSnapshot, VolumeType


def _links(call: Call, kind: str, id_: str) -> list[Object]:
    path = f"{project_id(call.cloud)}/{kind}/{id_}"
    return [
        {"rel": "self", "href": f"{call.base}{VOLUME}/v3/{path}"},
        {"rel": "bookmark", "href": f"{call.base}{VOLUME}/{path}"},
    ]


def brief_volume(call: Call, volume: BlockVolume) -> Object:
    return {"id": volume.id, "name": volume.name, "links": _links(call, "volumes", volume.id)}


def volume_detail(call: Call, volume: BlockVolume) -> Object:
    """`bootable` is text, `volume_image_metadata` is there only for a volume that an image is behind."""
    found = brief_volume(call, volume) | {
        "description": volume.description or None,
        "size": volume.size,
        "status": volume.status,
        "bootable": str(volume.guest is not None).lower(),
        "volume_type": volume.type,
        "availability_zone": "nova",
        "snapshot_id": volume.snapshot or None,
        "source_volid": None,
        "attachments": _attachments(call, volume),
        "metadata": volume.metadata,
        "encrypted": False,
        "multiattach": False,
        "consistencygroup_id": None,
        "replication_status": None,
        "created_at": _plain(volume.created),
        "updated_at": None,
        "user_id": user_id(call.cloud),
        "os-vol-tenant-attr:tenant_id": project_id(call.cloud),
    }
    if volume.image_metadata:
        found["volume_image_metadata"] = volume.image_metadata
    return found


def _plain(stamp: str) -> str:
    """Cinder writes times without a zone."""
    return stamp.replace("Z", ".000000")


def _attachments(call: Call, volume: BlockVolume) -> list[Object]:
    held = call.cloud.holder_of(volume.id)
    if held is None:
        return []
    server, attachment = held
    return [
        {
            "id": volume.id,
            "volume_id": volume.id,
            "attachment_id": attachment.id,
            "server_id": server.machine.id,
            "host_name": None,
            "device": attachment.device,
            "attached_at": _plain(server.created),
        }
    ]


def snapshot_detail(call: Call, snapshot: VolumeSnapshot) -> Object:
    return {
        "id": snapshot.id,
        "name": snapshot.name,
        "description": snapshot.description or None,
        "volume_id": snapshot.volume,
        "size": snapshot.size,
        "status": snapshot.status,
        "metadata": snapshot.metadata,
        "created_at": _plain(snapshot.created),
        "updated_at": None,
        "os-extended-snapshot-attributes:progress": "100%" if snapshot.status == "available" else "0%",
        "os-extended-snapshot-attributes:project_id": project_id(call.cloud),
    }


def type_detail(each: VolumeType) -> Object:
    return {
        "id": each.id,
        "name": each.name,
        "description": None,
        "is_public": True,
        "os-volume-type-access:is_public": True,
        "qos_specs_id": None,
        "extra_specs": {},
    }
