"""POST, PUT and PATCH: one object comes in, is admitted, and stored (facts/openshift.md 1.5)."""

from copy import deepcopy

from aiohttp import web

from lab.cluster import patching
from lab.cluster.admission import Admission
from lab.cluster.asked import Asked
from lab.cluster.bodies import decoded, media_type, sent_object
from lab.cluster.granting import must_be_let_block, must_hold
from lab.cluster.history import Object
from lab.cluster.identity import USER
from lab.cluster.kinds import KINDS, Kind
from lab.cluster.metadata import generated, newborn, successor
from lab.cluster.reading import answer
from lab.cluster.refusals import already_exists, bad_request, conflict, invalid, not_found, terminating
from lab.kernel.service import Lab

_BORN_PENDING = ("Pod", "PersistentVolume", "PersistentVolumeClaim")
"""Kinds whose first phase the API server itself writes."""


async def create(lab: Lab, asked: Asked) -> web.Response:
    new = _checked(asked, await sent_object(asked.request))
    metadata = new["metadata"]
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = generated(str(metadata["generateName"]))
    if asked.kind.status_subresource:
        new.pop("status", None)
    if asked.kind.kind in _BORN_PENDING:
        new["status"] = {"phase": "Pending"}
    _check_namespace(lab, asked, new)
    _check_giver(lab, asked, new, None)
    admission = Admission(lab, asked)
    admitted = admission.admit(new, None)
    if lab.store.get(asked.kind.kind, asked.namespace, metadata["name"]) is not None:
        raise already_exists(asked.kind, metadata["name"])
    stored = newborn(asked.kind, admitted) if asked.dry else lab.store.create(admitted)
    return _answer(asked, stored, admission, status=201)


async def update(lab: Lab, asked: Asked) -> web.Response:
    new = _checked(asked, await sent_object(asked.request))
    if new["metadata"].get("name") != asked.name:
        given = new["metadata"].get("name", "")
        raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({asked.name})")
    old = _existing(lab, asked)
    if asked.kind.custom and not new["metadata"].get("resourceVersion"):
        cause = ("metadata.resourceVersion", "FieldValueInvalid", "Invalid value: 0x0: must be specified for an update")
        raise invalid(asked.kind, asked.name, [cause])
    return _store(lab, asked, old, new)


async def patch(lab: Lab, asked: Asked) -> web.Response:
    change = await decoded(asked.request)
    patching.check(asked.kind, media_type(asked.request))
    old = _existing(lab, asked)
    new = patching.patched(asked.kind, media_type(asked.request), old, change)
    if isinstance(change, dict) and "resourceVersion" not in (change.get("metadata") or {}):
        new["metadata"] = {key: value for key, value in new["metadata"].items() if key != "resourceVersion"}
    for key in ("apiVersion", "kind"):
        if new.get(key) != old[key]:
            raise bad_request(f"the {key} in the data ({new.get(key)}) does not match the expected one ({old[key]})")
    if new["metadata"].get("name") != asked.name:
        cause = ("metadata.name", "FieldValueInvalid", f'Invalid value: "{asked.name}": field is immutable')
        raise invalid(asked.kind, asked.name, [cause])
    return _store(lab, asked, old, new)


def _store(lab: Lab, asked: Asked, old: Object, new: Object) -> web.Response:
    """Everything after the new state is known: preconditions, subresources, admission."""
    _check_preconditions(asked, old, new)
    wanted = _parted(asked, old, new)
    _check_giver(lab, asked, wanted, old)
    admission = Admission(lab, asked)
    admitted = admission.admit(wanted, old)
    stored = successor(asked.kind, old, admitted) if asked.dry else lab.store.replace(admitted)
    if stored is None:
        raise not_found(asked.kind, asked.name)
    return _answer(asked, stored, admission)


def _parted(asked: Asked, old: Object, new: Object) -> Object:
    """`/status` writes nothing but the status, and the main resource everything else."""
    if asked.subresource == "status":
        return old | {"status": new.get("status") or {}}
    if not asked.kind.status_subresource:
        return new
    rest = {key: value for key, value in new.items() if key != "status"}
    return rest | ({"status": old["status"]} if "status" in old else {})


def _check_preconditions(asked: Asked, old: Object, new: Object) -> None:
    version, uid = new["metadata"].get("resourceVersion"), new["metadata"].get("uid")
    if version and version != old["metadata"]["resourceVersion"]:
        raise conflict(asked.kind, asked.name)
    if uid and uid != old["metadata"]["uid"]:
        there = old["metadata"]["uid"]
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {there}"
        raise conflict(asked.kind, asked.name, why)


def _check_giver(lab: Lab, asked: Asked, new: Object, old: Object | None) -> None:
    user = asked.request[USER]
    must_hold(lab.store, user, new, old)
    must_be_let_block(lab.store, user, new, old)


def _existing(lab: Lab, asked: Asked) -> Object:
    found = lab.store.get(asked.kind.kind, asked.namespace, asked.name)
    if found is None:
        raise not_found(asked.kind, asked.name)
    return found


def _checked(asked: Asked, sent: Object) -> Object:
    """A copy that says of itself what the URL says; raises Refused (400)."""
    kind = asked.kind
    if not sent.get("kind"):
        raise bad_request("Object 'Kind' is missing in the body of the request")
    if sent.get("apiVersion") != kind.api_version:
        raise bad_request(
            f"the API version in the data ({sent.get('apiVersion', '')}) does not match the expected API version "
            f"({kind.api_version})"
        )
    if sent["kind"] != kind.kind:
        raise bad_request(f"{sent['kind']} in version {kind.version!r} cannot be handled as a {kind.kind}")
    metadata = sent.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    return deepcopy(sent | {"metadata": _placed(kind, asked, metadata)})


def _placed(kind: Kind, asked: Asked, metadata: Object) -> Object:
    if not kind.namespaced:
        return {key: value for key, value in metadata.items() if key != "namespace"}
    if not asked.namespace:
        raise bad_request("an empty namespace may not be set during creation")
    if metadata.get("namespace") not in (None, "", asked.namespace):
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    return metadata | {"namespace": asked.namespace}


def _check_namespace(lab: Lab, asked: Asked, new: Object) -> None:
    if not asked.namespace:
        return
    home = lab.store.get("Namespace", "", asked.namespace)
    if home is None:
        raise not_found(KINDS["Namespace"], asked.namespace)
    if "deletionTimestamp" in home["metadata"]:
        raise terminating(asked.kind, str(new["metadata"].get("name", "")), asked.namespace)


def _answer(asked: Asked, stored: Object, admission: Admission, *, status: int = 200) -> web.Response:
    response = answer(asked, stored, status=status)
    for warning in admission.warnings:
        response.headers.add("Warning", f'299 - "{warning.replace(chr(34), chr(92) + chr(34))}"')
    return response
