"""Volumes and snapshots on their way out, whoever sent them there."""

import asyncio

from lab.openstack import blocks
from lab.openstack.platform import Platform
from lab.world.cloud import BlockVolume, VolumeSnapshot

_SECONDS = 2.0


def remove_volume(platform: Platform, volume: BlockVolume) -> asyncio.Task[None]:
    """It is `deleting`, and gone with its snapshots a moment later, when the task ends."""
    volume.status = "deleting"
    work = platform.works.start(volume.id, _volume_goes(platform, volume))
    platform.touch()
    return work


async def _volume_goes(platform: Platform, volume: BlockVolume) -> None:
    await platform.work(volume.id, _SECONDS, "delete volume")
    for snapshot in blocks.snapshots_of(platform.cloud, volume):
        del platform.cloud.snapshots[snapshot.id]
    del platform.cloud.volumes[volume.id]
    platform.touch()


def remove_snapshot(platform: Platform, snapshot: VolumeSnapshot) -> None:
    """It is `deleting`, and gone a moment later unless a volume depends on it."""
    snapshot.status = "deleting"
    platform.works.start(snapshot.id, _snapshot_goes(platform, snapshot))
    platform.touch()


async def _snapshot_goes(platform: Platform, snapshot: VolumeSnapshot) -> None:
    """On Ceph volumes depend on the snapshot they were made of; while there are any, it is available again."""
    await platform.work(snapshot.id, _SECONDS, "delete snapshot")
    if any(volume.snapshot == snapshot.id for volume in platform.cloud.volumes.values()):
        snapshot.status = "available"
    else:
        platform.cloud.snapshots.pop(snapshot.id, None)
    platform.touch()
