"""Cinder: volumes and their types."""

from lab.openstack import blocks
from lab.openstack.api import Answer, Call, Object, Route, empty, ok
from lab.openstack.blocks import Wish
from lab.openstack.identity import project_id
from lab.openstack.listing import Listing, is_, listed
from lab.openstack.refusals import NotImplementedHere, Refused
from lab.openstack.removing import remove_volume
from lab.openstack.volume_view import brief_volume, type_detail, volume_detail
from lab.world.cloud import BlockVolume, Image, VolumeSnapshot
from lab.world.model import GIB

_KNOWN = {"name", "description", "size", "volume_type", "snapshot_id", "imageRef", "metadata", "availability_zone"}
_WITHOUT_EFFECT = {"all_tenants": ("False", "false", "0")}
_DELETABLE = ("available", "error")
_UNDELETABLE = (
    "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing "
    "and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated "
    "from snapshots after volume transfer."
)


def volume_of(call: Call, id_: str) -> BlockVolume:
    """A volume by id; raises Refused."""
    volume = call.cloud.volumes.get(id_)
    if volume is None:
        raise Refused(404, f"Volume {id_} could not be found.")
    return volume


def require_known(body: Object, known: set[str], thing: str) -> None:
    """Refuse what a real service has and the lab has not; what is empty is not asked for."""
    for key in body.keys() - known:
        if body[key] not in (None, False, "", [], {}):
            raise NotImplementedHere(f"'{key}' of {thing}")


def _volumes(call: Call, *, detail: bool) -> Answer:
    show = volume_detail if detail else brief_volume
    listing = Listing(
        key="volumes",
        things=reversed(call.cloud.volumes.values()),
        show=lambda volume: show(call, volume),
        filters={
            "name": is_("name"),
            "status": is_("status"),
            "bootable": lambda volume, wanted: str(volume.guest is not None).lower() == wanted.lower(),
        },
        without_effect=_WITHOUT_EFFECT,
    )
    return ok(listed(call, listing))


def _brief(call: Call) -> Answer:
    return _volumes(call, detail=False)


def _detail(call: Call) -> Answer:
    return _volumes(call, detail=True)


def _one(call: Call) -> Answer:
    return ok({"volume": volume_detail(call, volume_of(call, call.match("id")))})


def _create(call: Call) -> Answer:
    body = call.wanted("volume")
    require_known(body, _KNOWN, "a new volume")
    volume = blocks.new_volume(call.platform, _wish(call, body))
    call.platform.works.start(volume.id, blocks.fill(call.platform, volume))
    return ok({"volume": volume_detail(call, volume)}, 202)


def _wish(call: Call, body: Object) -> Wish:
    source = _source(call, body)
    smallest = _smallest(source)
    size = body.get("size") or smallest
    if not str(size).isdigit() or not int(size):
        raise Refused(400, f"Invalid input received: Volume size '{size}' must be an integer and greater than 0")
    size = int(size)
    if size < smallest:
        kind = "snapshot" if isinstance(source, VolumeSnapshot) else "image"
        message = f"Volume size '{size}'GB cannot be smaller than the {kind} size {smallest}GB."
        raise Refused(400, f"Invalid input received: {message} They must be >= original {kind} size.")
    inherited = source.type if isinstance(source, VolumeSnapshot) else None
    return Wish(
        name=str(body.get("name") or ""),
        size=size,
        type=blocks.type_named(call.cloud, body.get("volume_type") or inherited),
        source=source,
        description=str(body.get("description") or ""),
        metadata={str(key): str(value) for key, value in (body.get("metadata") or {}).items()},
    )


def _source(call: Call, body: Object) -> VolumeSnapshot | Image | None:
    """What the new volume is made of; raises Refused."""
    if body.get("snapshot_id"):
        snapshot = call.cloud.snapshots.get(body["snapshot_id"])
        if snapshot is None:
            raise Refused(404, f"Snapshot {body['snapshot_id']} could not be found.")
        if snapshot.status != "available":
            message = f"Originating snapshot status must be one of 'available' values, not {snapshot.status}"
            raise Refused(400, f"Invalid snapshot: {message}")
        return snapshot
    if body.get("imageRef"):
        image = call.cloud.images.get(body["imageRef"])
        if image is None or image.content is None:
            raise Refused(400, f"Invalid image identifier or unable to access requested image: {body['imageRef']}.")
        return image
    return None


def _smallest(source: VolumeSnapshot | Image | None) -> int:
    if isinstance(source, VolumeSnapshot):
        return source.size
    return -(-source.content.size // GIB) if source is not None and source.content is not None else 0


def _delete(call: Call) -> Answer:
    volume, cloud = volume_of(call, call.match("id")), call.cloud
    if call.request.query.get("force", "False").lower() == "true":
        raise NotImplementedHere("deleting volumes by force")
    cascade = call.request.query.get("cascade", "False").lower() == "true"
    snapshots = blocks.snapshots_of(cloud, volume)
    if volume.status not in _DELETABLE or cloud.holder_of(volume.id) or (snapshots and not cascade):
        raise Refused(400, _UNDELETABLE)
    remove_volume(call.platform, volume)
    return empty(202)


def _types(call: Call) -> Answer:
    listing = Listing(
        key="volume_types",
        things=call.cloud.volume_types.values(),
        show=type_detail,
        without_effect={"is_public": ("None", "none", "True", "true")},
    )
    return ok(listed(call, listing))


def _type(call: Call) -> Answer:
    for each in call.cloud.volume_types.values():
        if call.match("id") in (each.id, each.name):
            return ok({"volume_type": type_detail(each)})
    raise Refused(404, f"Volume type {call.match('id')} could not be found.")


def _quota(call: Call) -> Answer:
    quota = call.cloud.quota
    shown = {"volumes": quota.volumes, "snapshots": quota.snapshots, "gigabytes": quota.gigabytes}
    return ok({"quota_set": {"id": project_id(call.cloud)} | shown})


ROUTES = (
    Route("GET", "/volumes", _brief),
    Route("GET", "/volumes/detail", _detail),
    Route("GET", "/volumes/{id}", _one),
    Route("POST", "/volumes", _create),
    Route("DELETE", "/volumes/{id}", _delete),
    Route("GET", "/types", _types),
    Route("GET", "/types/{id}", _type),
    Route("GET", "/os-quota-sets/{quota}", _quota),
)
