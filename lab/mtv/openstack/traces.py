"""What MTV has made in a cloud for one server, found by its names."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.mtv.openstack import names
from lab.world.cloud import BlockVolume, Cloud, Image, Server, VolumeSnapshot


@dataclass(frozen=True, slots=True)
class Traces:
    """Whatever has the right name, also what an earlier migration left; of several images the newest."""

    cloud: Cloud
    server: Server

    @property
    def id(self) -> str:
        return self.server.machine.id

    @property
    def volumes(self) -> list[str]:
        """Ids of what is attached to the server."""
        return [each.volume for each in self.server.attachments]

    def image(self, name: str) -> Image | None:
        found = [each for each in self.cloud.images.values() if each.name == name]
        return found[-1] if found else None

    @property
    def server_image(self) -> Image | None:
        return self.image(names.of_server(self.id))

    def volume_image(self, volume: str) -> Image | None:
        return self.image(names.of_volume(self.id, volume))

    def snapshot(self, volume: str) -> VolumeSnapshot | None:
        wanted = (names.snapshot_for(self.id), volume)
        return next((each for each in self.cloud.snapshots.values() if (each.name, each.volume) == wanted), None)

    def copy(self, volume: str) -> BlockVolume | None:
        """The volume that was made of its snapshot."""
        name = names.volume_for(self.id)
        for each in self.cloud.volumes.values():
            if each.name == name and each.metadata.get(names.ORIGINAL_VOLUME) == volume:
                return each
        return None

    def images(self) -> Iterator[Image]:
        """Of its volumes, then of itself."""
        found = [self.volume_image(each) for each in self.volumes]
        yield from (each for each in [*found, self.server_image] if each is not None)
