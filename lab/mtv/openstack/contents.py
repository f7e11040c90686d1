"""What a populator downloads from glance."""

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.world.model import Volume
from lab.world.physics import copy_guest


def image_content(lab: Lab, populator: Object) -> Volume | None:
    """What is in an image; None when it is gone, or not there yet."""
    image = lab.world.cloud.images.get(str(populator["spec"]["imageId"]))
    if image is None or image.content is None or image.status != "active":
        return None
    return Volume(
        size=image.content.size,
        digest=image.content.digest,
        files=image.content.files,
        guest=copy_guest(image.guest) if image.guest is not None else None,
        source_machine=str((populator["metadata"].get("labels") or {}).get("vmID", "")),
    )
