"""Just enough OpenAPI v3 for kubectl to leave validation to the server (facts/openshift.md 1.8)."""

from aiohttp import web

from lab.cluster.history import Object
from lab.cluster.kinds import GROUPS, Kind
from lab.cluster.refusals import no_such_resource

_VALIDATION = {"name": "fieldValidation", "in": "query", "schema": {"type": "string", "uniqueItems": True}}


async def index(_request: web.Request) -> web.Response:
    """`/openapi/v3`."""
    paths = {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash=lab"} for path in map(_path, GROUPS)}
    return web.json_response({"paths": paths})


async def document(request: web.Request) -> web.Response:
    """`/openapi/v3/apis/GROUP/VERSION`: the patch operations, which are all that kubectl looks for."""
    wanted = request.match_info["path"]
    for key, kinds in GROUPS.items():
        if _path(key) == wanted:
            paths = dict(_operation(wanted, kind) for kind in kinds if "patch" in kind.verbs)
            info = {"title": "Kubernetes", "version": "embedded-lab"}
            return web.json_response({"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": {}}})
    raise no_such_resource()


def _path(key: tuple[str, str]) -> str:
    group, version = key
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _operation(path: str, kind: Kind) -> tuple[str, Object]:
    scope = "namespaces/{namespace}/" if kind.namespaced else ""
    identity = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    operation = {
        "operationId": f"patch{kind.kind}",
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": identity,
        "parameters": [_VALIDATION],
        "responses": {"200": {"description": "OK"}},
    }
    return f"/{path}/{scope}{kind.plural}/{{name}}", {"patch": operation}
