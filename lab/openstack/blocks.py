"""Volumes and snapshots, whoever asks for them: cinder's requests, or nova on its way to something else."""

from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from lab.openstack.platform import Platform
from lab.openstack.refusals import Refused
from lab.world import media
from lab.world.cloud import BlockVolume, Cloud, Image, VolumeSnapshot
from lab.world.model import GIB, Disk

_BASE_SECONDS, _SECONDS_PER_GIB = 2.0, 0.1
_DEFAULT = 0
"""Which volume type is meant when none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A volume that somebody wants; `size` is GiB."""

    name: str
    size: int
    type: str
    source: VolumeSnapshot | Image | None = None
    description: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


def type_named(cloud: Cloud, wanted: str | None) -> str:
    """Name of a volume type that is given by name or id; raises Refused."""
    types = list(cloud.volume_types.values())
    if not wanted:
        return types[_DEFAULT].name
    for each in types:
        if wanted in (each.id, each.name):
            return each.name
    raise Refused(404, f"Volume type with name {wanted} could not be found.")


def new_volume(platform: Platform, wish: Wish) -> BlockVolume:
    """A volume that is `creating`; let `fill` follow. Raises Refused."""
    cloud = platform.cloud
    _check_quota(cloud, wish.size, volumes=1)
    source, key = wish.source, str(uuid4())
    volume = BlockVolume(
        id=key,
        name=wish.name,
        size=wish.size,
        type=wish.type,
        disk=_disk(source, key, wish),
        guest=deepcopy(source.guest) if source else None,
        status="creating",
        description=wish.description,
        snapshot=source.id if isinstance(source, VolumeSnapshot) else "",
        metadata=dict(wish.metadata),
        image_metadata=_image_metadata(source),
        created=platform.lab.clock.stamp(),
    )
    cloud.volumes[key] = volume
    platform.touch()
    return volume


def _disk(source: VolumeSnapshot | Image | None, key: str, wish: Wish) -> Disk:
    """The source's content, or nothing, on a disk of its own."""
    if source is not None and source.content is not None:
        disk = deepcopy(source.content)
    else:
        disk = Disk(key=2000, label="", size=0, datastore="", file="", digest="empty")
    disk.size, disk.datastore = wish.size * GIB, wish.type
    disk.uuid, disk.file = UUID(key).hex, f"[{wish.type}] volume-{key}"
    return disk


def _image_metadata(source: VolumeSnapshot | Image | None) -> dict[str, str]:
    if isinstance(source, VolumeSnapshot):
        return dict(source.image_metadata)
    if isinstance(source, Image):
        return {"image_id": source.id, "image_name": source.name, **source.properties}
    return {}


async def fill(platform: Platform, volume: BlockVolume) -> None:
    """Bring a new volume to `available`, or to `error` when its backend has not the room."""
    await platform.work(volume.id, _BASE_SECONDS + volume.size * _SECONDS_PER_GIB, "create volume")
    backend = next(each for each in platform.cloud.volume_types.values() if each.name == volume.type)
    taken = sum(each.size for each in platform.cloud.volumes.values() if each.type == volume.type)
    volume.status = "available" if taken <= backend.capacity else "error"
    platform.touch()


def new_snapshot(platform: Platform, volume: BlockVolume, name: str) -> VolumeSnapshot:
    """A snapshot that is `creating`, of what is on the disk now; let `settle` follow. Raises Refused."""
    _check_quota(platform.cloud, volume.size, snapshots=1)
    content = deepcopy(volume.disk)
    media.lose(content)
    snapshot = VolumeSnapshot(
        id=str(uuid4()),
        name=name,
        volume=volume.id,
        size=volume.size,
        type=volume.type,
        content=content,
        guest=deepcopy(volume.guest),
        status="creating",
        image_metadata=dict(volume.image_metadata),
        created=platform.lab.clock.stamp(),
    )
    platform.cloud.snapshots[snapshot.id] = snapshot
    platform.touch()
    return snapshot


async def settle(platform: Platform, snapshot: VolumeSnapshot) -> None:
    await platform.work(snapshot.id, _BASE_SECONDS, "create snapshot")
    snapshot.status = "available"
    platform.touch()


def snapshots_of(cloud: Cloud, volume: BlockVolume) -> list[VolumeSnapshot]:
    return [each for each in cloud.snapshots.values() if each.volume == volume.id]


def _check_quota(cloud: Cloud, size: int, *, volumes: int = 0, snapshots: int = 0) -> None:
    quota = cloud.quota
    for kind, wanted, there, most in (
        ("volumes", volumes, len(cloud.volumes), quota.volumes),
        ("snapshots", snapshots, len(cloud.snapshots), quota.snapshots),
    ):
        if wanted and there + wanted > most:
            message = f"Maximum number of {kind} allowed ({most}) exceeded for quota '{kind}'."
            raise Refused(413, f"{kind.capitalize()[:-1]}LimitExceeded: {message}")
    consumed = sum(it.size for it in cloud.volumes.values()) + sum(it.size for it in cloud.snapshots.values())
    if consumed + size > quota.gigabytes:
        message = f"Requested volume or snapshot exceeds allowed gigabytes quota. Requested {size}G, "
        raise Refused(
            413,
            f"VolumeSizeExceedsAvailableQuota: {message}quota is {quota.gigabytes}G and {consumed}G has been consumed.",
        )
