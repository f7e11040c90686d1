"""Cinder: snapshots of volumes."""

from lab.openstack import blocks
from lab.openstack.api import Answer, Call, Part, Route, empty, ok
from lab.openstack.discovery import VOLUME, volume_versions
from lab.openstack.listing import Listing, is_, listed
from lab.openstack.refusals import Refused, fault
from lab.openstack.removing import remove_snapshot
from lab.openstack.volume_view import snapshot_detail
from lab.openstack.volumes import ROUTES as VOLUME_ROUTES
from lab.openstack.volumes import require_known, volume_of
from lab.world.cloud import VolumeSnapshot

_KNOWN = {"name", "description", "volume_id", "metadata", "force"}
_ALWAYS_FORCED = (3, 66)


def _snapshot_of(call: Call) -> VolumeSnapshot:
    snapshot = call.cloud.snapshots.get(call.match("id"))
    if snapshot is None:
        raise Refused(404, f"Snapshot {call.match('id')} could not be found.")
    return snapshot


def _list(call: Call) -> Answer:
    listing = Listing(
        key="snapshots",
        things=reversed(call.cloud.snapshots.values()),
        show=lambda snapshot: snapshot_detail(call, snapshot),
        filters={"name": is_("name"), "status": is_("status"), "volume_id": is_("volume")},
        without_effect={"all_tenants": ("False", "false", "0")},
    )
    return ok(listed(call, listing))


def _one(call: Call) -> Answer:
    return ok({"snapshot": snapshot_detail(call, _snapshot_of(call))})


def _create(call: Call) -> Answer:
    """A volume in use needs force up to 3.65, and must not be told about it from 3.66 on (facts/sources.md 4.3)."""
    body = call.wanted("snapshot")
    require_known(body, _KNOWN, "a new snapshot")
    volume, force = volume_of(call, str(body.get("volume_id"))), body.get("force")
    forced = str(force).lower() == "true"
    if call.version >= _ALWAYS_FORCED:
        if force is not None and not forced:
            message = (
                f"Invalid value '{force}' for force. Note: the force parameter is not valid since microversion 3.66."
            )
            raise Refused(400, message)
        forced = True
    if volume.status != "available" and not (forced and volume.status == "in-use"):
        message = f"Volume {volume.id} status must be available, but current status is: {volume.status}."
        raise Refused(400, f"Invalid volume: {message}")
    snapshot = blocks.new_snapshot(call.platform, volume, str(body.get("name") or ""))
    snapshot.description = str(body.get("description") or "")
    snapshot.metadata = {str(key): str(value) for key, value in (body.get("metadata") or {}).items()}
    call.platform.works.start(snapshot.id, blocks.settle(call.platform, snapshot))
    return ok({"snapshot": snapshot_detail(call, snapshot)}, 202)


def _delete(call: Call) -> Answer:
    snapshot = _snapshot_of(call)
    if snapshot.status not in ("available", "error"):
        message = "Volume Snapshot status must be available or error."
        raise Refused(400, f"Invalid snapshot: {message}")
    remove_snapshot(call.platform, snapshot)
    return empty(202)


def _add_metadata(call: Call) -> Answer:
    """POST merges; what is there already and not named stays."""
    snapshot, told = _snapshot_of(call), call.wanted("metadata")
    snapshot.metadata |= {str(key): str(value) for key, value in told.items()}
    call.platform.touch()
    return ok({"metadata": snapshot.metadata})


_SNAPSHOT_ROUTES = (
    Route("GET", "/snapshots", _list),
    Route("GET", "/snapshots/detail", _list),
    Route("GET", "/snapshots/{id}", _one),
    Route("POST", "/snapshots", _create),
    Route("DELETE", "/snapshots/{id}", _delete),
    Route("POST", "/snapshots/{id}/metadata", _add_metadata),
)

PART = Part(
    name="volume",
    prefix=VOLUME,
    render=fault,
    kind="volume",
    oldest=(3, 0),
    routes=(
        *(Route("GET", path, volume_versions, public=True) for path in ("", "/", "/v3", "/v3/")),
        *(
            Route(each.method, f"/v3/{{project}}{each.path}", each.handler)
            for each in (*VOLUME_ROUTES, *_SNAPSHOT_ROUTES)
        ),
    ),
)
