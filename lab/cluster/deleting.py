"""DELETE of one object and of collections, with options from query and body (facts/openshift.md 1.5, 1.7)."""

from typing import Any

from aiohttp import web

from lab.cluster.admission import Admission
from lab.cluster.asked import Asked
from lab.cluster.bodies import decoded
from lab.cluster.history import Object
from lab.cluster.reading import listed
from lab.cluster.refusals import about, bad_request, conflict, invalid, not_found
from lab.kernel.service import Lab

_POLICIES = ("Background", "Foreground", "Orphan")
_STILL_GOING = (
    "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will "
    "automatically be purged by the system."
)


async def delete(lab: Lab, asked: Asked) -> web.Response:
    """The object while something still holds it, else a Status that says it is gone."""
    options = await _options(asked)
    found = lab.store.get(asked.kind.kind, asked.namespace, asked.name)
    if found is None:
        raise not_found(asked.kind, asked.name)
    _check_preconditions(asked, found, options.get("preconditions") or {})
    policy = _policy(asked, options)
    Admission(lab, asked).admit_deletion(found)
    if asked.kind.kind == "Namespace" and "deletionTimestamp" in found["metadata"]:
        raise conflict(asked.kind, asked.name, _STILL_GOING)
    if _dry(asked, options):
        return web.json_response(_gone(asked, found))
    last = lab.store.delete(asked.kind.kind, asked.namespace, asked.name, policy=policy)
    if asked.kind.kind == "Namespace" or lab.store.get(asked.kind.kind, asked.namespace, asked.name) is not None:
        return web.json_response(last)
    return web.json_response(_gone(asked, found))


async def delete_all(lab: Lab, asked: Asked) -> web.Response:
    """Everything that matches the selectors; answers with the list of it."""
    options = await _options(asked)
    policy, selector = _policy(asked, options), asked.selector
    found = [obj for obj in lab.store.list(asked.kind.kind, asked.everywhere) if selector.matches(obj)]
    for obj in found:
        Admission(lab, asked).admit_deletion(obj)
        if not _dry(asked, options):
            metadata = obj["metadata"]
            lab.store.delete(asked.kind.kind, metadata.get("namespace", ""), metadata["name"], policy=policy)
    return web.json_response(listed(asked.kind, found, {"resourceVersion": str(lab.store.version)}))


async def _options(asked: Asked) -> Object:
    body: Any = await decoded(asked.request)
    if body is None:
        return {}
    if not isinstance(body, dict) or body.get("kind", "DeleteOptions") != "DeleteOptions":
        raise bad_request("the body of a deletion must be DeleteOptions")
    return body


def _policy(asked: Asked, options: Object) -> str:
    policy = str(options.get("propagationPolicy") or asked.text("propagationPolicy") or "Background")
    if options.get("orphanDependents"):
        policy = "Orphan"
    if policy not in _POLICIES:
        message = f'Unsupported value: "{policy}": supported values: "Background", "Foreground", "Orphan"'
        raise invalid(asked.kind, asked.name, [("propagationPolicy", "FieldValueNotSupported", message)])
    return policy


def _dry(asked: Asked, options: Object) -> bool:
    return asked.dry or "All" in (options.get("dryRun") or [])


def _check_preconditions(asked: Asked, found: Object, wanted: Object) -> None:
    for key, title in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        there, given = found["metadata"][key], wanted.get(key)
        if given and given != there:
            why = f"the {title} in the precondition ({given}) does not match the {title} in record ({there})."
            more = " The object might have been deleted and then recreated" if key == "uid" else ""
            raise conflict(asked.kind, asked.name, why + more)


def _gone(asked: Asked, found: Object) -> Object:
    details = about(asked.kind, asked.name) | {"uid": found["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
