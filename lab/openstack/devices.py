"""What a new server boots from: `block_device_mapping_v2` and `imageRef`, checked as nova checks them."""

from collections.abc import Mapping
from dataclasses import dataclass

from lab.openstack.api import Call, Object
from lab.openstack.refusals import NotImplementedHere, Refused
from lab.world.cloud import BlockVolume, Flavor, Image, VolumeSnapshot
from lab.world.model import GIB, Guest

_KNOWN = {
    "uuid",
    "source_type",
    "destination_type",
    "boot_index",
    "delete_on_termination",
    "volume_size",
    "volume_type",
    "device_name",
}
_INVALID = "Block Device Mapping is Invalid: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One disk of a new server; a local one when `source` is an image and `local` is set."""

    source: BlockVolume | VolumeSnapshot | Image
    size: int = 0
    """GiB of a volume that is to be made; 0 for as much as the source has."""
    type: str = ""
    local: bool = False
    delete_on_termination: bool = False

    @property
    def guest(self) -> Guest | None:
        return self.source.guest

    @property
    def properties(self) -> dict[str, str]:
        """What is known of the machine that boots from it."""
        return self.source.properties if isinstance(self.source, Image) else self.source.image_metadata


def devices_of(call: Call, body: Object, flavor: Flavor) -> list[Device]:
    """All disks, the one to boot from first, then as they were listed; raises Refused."""
    mapping = body.get("block_device_mapping_v2") or []
    booting = [each for each in mapping if str(each.get("boot_index")) == "0"]
    others = [each for each in mapping if each not in booting]
    image = body.get("imageRef")
    if image and booting:
        # Clients name the image twice: nova takes a mapping of the same image for the root disk itself.
        if booting[0].get("source_type") != "image" or booting[0].get("uuid") != image:
            raise Refused(
                400,
                f"{_INVALID}Boot sequence for the instance and image/block device mapping combination is not valid.",
            )
        if booting[0].get("destination_type") == "local":
            booting = []
        else:
            image = None
    if not image and len(booting) != 1:
        raise Refused(400, _no_root(bool(mapping)))
    devices = [_root(call, image, flavor)] if image else []
    devices += [_device(call, each) for each in (*booting, *others)]
    _check(devices)
    return devices


def _no_root(mapped: bool) -> str:
    if not mapped:
        return "Invalid imageRef provided."
    return f"{_INVALID}Boot sequence for the instance and image/block device mapping combination is not valid."


def _check(devices: list[Device]) -> None:
    root, volumes = devices[0], [each.source.id for each in devices if isinstance(each.source, BlockVolume)]
    if root.guest is None:
        raise Refused(400, f"Block Device {root.source.id} is not bootable.")
    if len(volumes) != len(set(volumes)):
        raise Refused(400, f"{_INVALID}the same volume is mapped twice.")


def _root(call: Call, image: str, flavor: Flavor) -> Device:
    """The image on a local disk, of the flavor's size."""
    found = call.cloud.images.get(image)
    if found is None:
        raise Refused(400, f"Invalid imageRef provided: Image {image} could not be found.")
    if found.status != "active":
        raise Refused(400, f"Image {image} is not active.")
    if found.content is None:
        raise NotImplementedHere("booting from an image of a server on volumes")
    if found.min_disk > flavor.disk:
        raise Refused(
            400,
            "Flavor's disk is too small for requested image. "
            f"Flavor disk is {flavor.disk * GIB} bytes, image is {found.min_disk * GIB} bytes.",
        )
    return Device(source=found, size=flavor.disk, local=True)


def _device(call: Call, entry: Object) -> Device:
    for key in entry.keys() - _KNOWN:
        raise NotImplementedHere(f"'{key}' of a block device")
    kinds = (entry.get("source_type"), entry.get("destination_type"))
    if kinds not in (("volume", "volume"), ("snapshot", "volume"), ("image", "volume")):
        raise NotImplementedHere(f"block devices from {kinds[0]} to {kinds[1]}")
    source = _source(call, str(kinds[0]), str(entry.get("uuid")))
    return Device(
        source=source,
        size=int(entry.get("volume_size") or 0),
        type=str(entry.get("volume_type") or ""),
        delete_on_termination=bool(entry.get("delete_on_termination")),
    )


def _source(call: Call, kind: str, id_: str) -> BlockVolume | VolumeSnapshot | Image:
    """Volume, snapshot or image of a mapping; raises Refused."""
    cloud = call.cloud
    stores: dict[str, Mapping[str, BlockVolume | VolumeSnapshot | Image]]
    stores = {"volume": cloud.volumes, "snapshot": cloud.snapshots, "image": cloud.images}
    source = stores[kind].get(id_)
    if source is None:
        raise Refused(400, f"{_INVALID}failed to get {kind} {id_}.")
    if isinstance(source, BlockVolume) and source.status != "available":
        message = f"volume {id_} status must be 'available', but current status is '{source.status}'"
        raise Refused(400, f"Invalid volume: {message}")
    if isinstance(source, Image) and (source.content is None or source.status != "active"):
        raise Refused(400, f"{_INVALID}failed to get image {id_}.")
    return source
