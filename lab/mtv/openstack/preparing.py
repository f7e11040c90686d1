"""Getting images of a server's volumes: snapshots, volumes of those, images of these, one step of each per pass.

As kubev2v/forklift has it (pkg/controller/plan/adapter/openstack/client.go, PreTransferActions).
"""

from dataclasses import dataclass

from lab.inventory.openstack.collector import collector_of
from lab.kernel.service import Lab
from lab.mtv.openstack import names
from lab.mtv.openstack.traces import Traces
from lab.openstack import blocks
from lab.openstack.imaging import image_of_server, image_of_volume
from lab.openstack.platform import Platform, platform_of
from lab.world.cloud import Image, Server

_ON_THE_WAY = ("queued", "saving", "importing", "uploading")


class CannotPrepare(Exception):
    """Something in the cloud is not as MTV can go on with; the message becomes the step's error."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """One server on its way to being copied."""

    platform: Platform
    traces: Traces

    @classmethod
    def of(cls, lab: Lab, server: Server) -> "Preparation":
        return cls(platform_of(lab), Traces(lab.world.cloud, server))

    def advance(self) -> bool:
        """Do what can be done now; True once every volume has an image that the inventory has seen.

        Raises CannotPrepare, and Refused by the cloud.
        """
        if not self._server_image_ready():
            return False
        if self._volume_images_ready():
            return True
        self._make_copies()
        self._make_images()
        return False

    def _server_image_ready(self) -> bool:
        image = self.traces.server_image or self._begin()
        if image.status in _ON_THE_WAY:
            return False
        if image.status != "active":
            raise CannotPrepare("unexpected VM snapshot image status")
        return not self.traces.server.image or self._seen(image, names.ORIGINAL_IMAGE)

    def _begin(self) -> Image:
        """The image of the whole server; of one that booted from an image it leaves the volumes out."""
        server, platform = self.traces.server, self.platform
        properties = {names.ORIGINAL_IMAGE: server.image} if server.image else {}
        image = image_of_server(platform, server, names.of_server(self.traces.id), properties)
        for each in self.traces.volumes if server.image else ():
            snapshot = blocks.new_snapshot(platform, platform.cloud.volumes[each], names.snapshot_for(self.traces.id))
            snapshot.metadata[names.ORIGINAL_VOLUME] = each
            platform.works.start(snapshot.id, blocks.settle(platform, snapshot))
        return image

    def _seen(self, image: Image, marked: str) -> bool:
        """Whether the inventory has caught up with it."""
        row = collector_of(self.platform.lab).rows["images"].get(image.id)
        return row is not None and row.form.body["status"] == "active" and marked in row.form.body["properties"]

    def _volume_images_ready(self) -> bool:
        images = [self.traces.volume_image(each) for each in self.traces.volumes]
        for image in images:
            if image is not None and image.status not in (*_ON_THE_WAY, "active"):
                raise CannotPrepare("unexpected image status")
        return all(it is not None and it.status == "active" and self._seen(it, names.ORIGINAL_VOLUME) for it in images)

    def _make_copies(self) -> None:
        """A volume of each snapshot that is there, unless its image is, too."""
        for each in self.traces.volumes:
            snapshot = self.traces.snapshot(each)
            made = self.traces.copy(each) or self.traces.volume_image(each)
            if snapshot is None or snapshot.status != "available" or made is not None:
                continue
            wish = blocks.Wish(
                name=names.volume_for(self.traces.id),
                size=snapshot.size,
                type=snapshot.type,
                source=snapshot,
                metadata={names.ORIGINAL_VOLUME: each},
            )
            volume = blocks.new_volume(self.platform, wish)
            self.platform.works.start(volume.id, blocks.fill(self.platform, volume))

    def _make_images(self) -> None:
        for each in self.traces.volumes:
            volume = self.traces.copy(each)
            if volume is not None and volume.status == "error":
                raise CannotPrepare("unexpected volume status")
            if volume is not None and volume.status == "available" and self.traces.volume_image(each) is None:
                name = names.of_volume(self.traces.id, each)
                image_of_volume(self.platform, volume, name, {names.ORIGINAL_VOLUME: each})
