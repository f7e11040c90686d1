"""Projects: OpenShift's view of namespaces, and the way in which non-administrators ask for one."""

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.bodies import sent_object
from lab.cluster.history import Object
from lab.cluster.identity import USER
from lab.cluster.kinds import KINDS
from lab.cluster.names import complaints
from lab.cluster.reading import answer, collection
from lab.cluster.refusals import about, already_exists, bad_request, invalid, not_found, not_implemented
from lab.kernel.service import Lab

PROJECT_KINDS = frozenset({"Project", "ProjectRequest"})
_NOTES = {"displayName": "openshift.io/display-name", "description": "openshift.io/description"}


async def serve(lab: Lab, asked: Asked) -> web.Response:
    """get, list, delete of projects and creation of a request for one; raises Refused."""
    if asked.kind.kind == "ProjectRequest" and asked.verb == "create":
        return await _request(lab, asked)
    if asked.kind.kind == "Project" and asked.verb == "list":
        selector = asked.selector
        shown = [_project(namespace) for namespace in lab.store.list("Namespace")]
        return collection(lab.store, asked, [project for project in shown if selector.matches(project)])
    if asked.kind.kind != "Project" or asked.verb not in ("get", "delete"):
        raise not_implemented(asked.what)
    found = lab.store.get("Namespace", "", asked.name)
    if found is None:
        raise not_found(asked.kind, asked.name)
    if asked.verb == "get":
        return answer(asked, _project(found))
    lab.store.delete("Namespace", "", asked.name)
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return web.json_response(status | {"details": about(asked.kind, asked.name)})


async def _request(lab: Lab, asked: Asked) -> web.Response:
    body = await sent_object(asked.request)
    metadata = body.get("metadata")
    if not isinstance(metadata, dict):
        raise bad_request("metadata is missing in the body of the request")
    name = str(metadata.get("name", ""))
    notes = {key: str(body[field]) for field, key in _NOTES.items() if body.get(field)}
    notes["openshift.io/requester"] = asked.request[USER].name
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "annotations": notes}}
    found = complaints(KINDS["Namespace"], namespace)
    if found:
        raise invalid(asked.kind, name, found)
    if lab.store.get("Namespace", "", name) is not None:
        raise already_exists(KINDS["Project"], name)
    made = lab.store.create(namespace)
    return web.json_response(_project(lab.store.get("Namespace", "", name) or made), status=201)


def _project(namespace: Object) -> Object:
    return namespace | {"kind": "Project", "apiVersion": "project.openshift.io/v1"}
