"""Glance: images; how they come about is nova's affair."""

import re

from lab.openstack.api import PATCH, Answer, Call, Object, Part, Route, empty, ok
from lab.openstack.discovery import IMAGE, image_versions
from lab.openstack.identity import project_id
from lab.openstack.listing import Listing, is_, page
from lab.openstack.refusals import NotImplementedHere, Refused, glance_error
from lab.world.cloud import Image

_BY_NAME = "name:asc"
_MARKER = re.compile(r"[?&]marker=[^&]*")


def _shown(call: Call, image: Image) -> Object:
    """Custom properties stand beside the others, as text."""
    path = f"/v2/images/{image.id}"
    settled = image.status == "active"
    return image.properties | {
        "id": image.id,
        "name": image.name,
        "status": image.status,
        "size": image.size if settled else None,
        "virtual_size": None,
        "disk_format": image.disk_format or None,
        "container_format": "bare",
        "visibility": image.visibility,
        "min_disk": image.min_disk,
        "min_ram": 0,
        "protected": False,
        "os_hidden": False,
        "checksum": None,
        "owner": project_id(call.cloud) if image.visibility == "private" else None,
        "created_at": image.created,
        "updated_at": image.created,
        "tags": [],
        "self": path,
        "file": f"{path}/file",
        "schema": "/v2/schemas/image",
    }


def _image_of(call: Call) -> Image:
    image = call.cloud.images.get(call.match("id"))
    if image is None:
        raise Refused(404, f"No image found with ID {call.match('id')}")
    return image


def _ordered(call: Call) -> list[Image]:
    """Newest first, or by name."""
    images = list(reversed(call.cloud.images.values()))
    return sorted(images, key=lambda image: image.name) if call.request.query.get("sort") == _BY_NAME else images


def _list(call: Call) -> Answer:
    """Glance's links to pages are paths below its endpoint."""
    listing = Listing(
        key="images",
        things=_ordered(call),
        show=lambda image: _shown(call, image),
        filters={
            "name": is_("name"),
            "id": is_("id"),
            "status": is_("status"),
            "visibility": is_("visibility"),
            "disk_format": is_("disk_format"),
            "os_hidden": lambda _image, wanted: wanted.lower() == "false",
        },
        without_effect={"sort": (_BY_NAME,)},
    )
    images, following = page(call, listing)
    found: Object = {"images": [_shown(call, image) for image in images], "schema": "/v2/schemas/images"}
    found["first"] = _MARKER.sub("", call.request.path_qs.removeprefix(IMAGE))
    if following:
        found["next"] = following.removeprefix(IMAGE)
    return ok(found)


def _one(call: Call) -> Answer:
    return ok(_shown(call, _image_of(call)))


def _update(call: Call) -> Answer:
    """Custom properties only; glance keeps them as text, and knows of no changes in the middle of one."""
    image, properties = _image_of(call), {}
    for change in call.body.get(PATCH) or [{}]:
        name, value = str(change.get("path", "")).removeprefix("/"), change.get("value")
        if change.get("op") not in ("add", "replace") or not isinstance(value, str):
            raise NotImplementedHere(f"PATCH of an image but to add or replace properties: {change}")
        if name in _shown(call, image).keys() - image.properties.keys():
            raise NotImplementedHere(f"PATCH of an image's {name}")
        properties[name] = value
    image.properties |= properties
    call.platform.touch()
    return ok(_shown(call, image))


def _delete(call: Call) -> Answer:
    """Snapshots that an image names stay, and nova goes on with those it has begun (facts/sources.md 4.4)."""
    image = _image_of(call)
    if image.visibility != "private":
        raise Refused(403, "You are not permitted to delete this image.")
    del call.cloud.images[image.id]
    call.platform.touch()
    return empty()


PART = Part(
    name="image",
    prefix=IMAGE,
    render=glance_error,
    routes=(
        *(Route("GET", path, image_versions, public=True) for path in ("", "/", "/versions")),
        Route("GET", "/v2/images", _list),
        Route("GET", "/v2/images/{id}", _one),
        Route("PATCH", "/v2/images/{id}", _update),
        Route("DELETE", "/v2/images/{id}", _delete),
    ),
)
