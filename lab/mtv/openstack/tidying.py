"""Removing what a migration made in the cloud: volumes and snapshots when the images are there, images at the end."""

import asyncio

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.mtv.openstack.traces import Traces
from lab.mtv.plan_view import PlanView
from lab.mtv.toolkit import Toolkit
from lab.openstack.platform import platform_of
from lab.openstack.removing import remove_snapshot, remove_volume
from lab.world.cloud import Server


def forget_copies(toolkit: Toolkit, server: Server) -> None:
    """In the background, for all volumes side by side; nobody waits for it, and nobody notices if it fails."""
    traces = Traces(toolkit.lab.world.cloud, server)
    for volume in traces.volumes:
        toolkit.start(_forget_copy(toolkit.lab, traces, volume))


async def _forget_copy(lab: Lab, traces: Traces, volume: str) -> None:
    """The volume first, since its snapshot cannot go while it is there."""
    platform, snapshot, copy = platform_of(lab), traces.snapshot(volume), traces.copy(volume)
    if snapshot is None:
        return
    if copy is not None and copy.status == "available":
        if chosen(lab, Fault.CLOUD_VOLUME_STAYS):
            return
        await asyncio.shield(remove_volume(platform, copy))
    if snapshot.status == "available" and not chosen(lab, Fault.CLOUD_SNAPSHOT_STAYS):
        remove_snapshot(platform, snapshot)


def forget_images(view: PlanView, statuses: list[Object]) -> None:
    """Of all machines of a run that has ended; the first that is gone from the cloud ends it for those after it."""
    lab, cloud = view.lab, view.lab.world.cloud
    if chosen(lab, Fault.CLOUD_IMAGES_STAY):
        return
    for status in statuses:
        server = cloud.servers.get(str(status["id"]))
        if server is None:
            return
        for image in list(Traces(cloud, server).images()):
            if image.status == "active":
                del cloud.images[image.id]
    platform_of(lab).touch()
