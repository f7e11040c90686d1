"""Just enough OpenAPI for kubectl to leave validation to the server (facts/openshift.md 1.8)."""

from aiohttp import web

from lab.cluster.discovery import SERVED
from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.refusals import no_such_resource

_VALIDATION = {"name": "fieldValidation", "in": "query", "schema": {"type": "string", "uniqueItems": True}}
_INFO = {"title": "Kubernetes", "version": "embedded-lab"}
_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"


async def v2(request: web.Request) -> web.Response:
    """`/openapi/v2`, without any definition: kubectl insists on it for files of kind List, which version 3 does not
    describe, and takes what is not defined there as it comes."""
    if _PROTOBUF in request.headers.get("Accept", ""):
        info = _field(1, _INFO["title"].encode()) + _field(2, _INFO["version"].encode())
        document = _field(1, b"2.0") + _field(2, info) + _field(8, b"")
        return web.Response(body=document, headers={"Content-Type": _PROTOBUF.replace("@", ".")})
    return web.json_response({"swagger": "2.0", "info": _INFO, "paths": {}})


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited protobuf field of fewer than 128 bytes."""
    return bytes((number << 3 | 2, len(body))) + body


async def index(request: web.Request) -> web.Response:
    """`/openapi/v3`."""
    served = request.app[SERVED]
    paths = {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash=lab"} for path in map(_path, served)}
    return web.json_response({"paths": paths})


async def document(request: web.Request) -> web.Response:
    """`/openapi/v3/apis/GROUP/VERSION`: the patch operations, which are all that kubectl looks for."""
    wanted = request.match_info["path"]
    for key, kinds in request.app[SERVED].items():
        if _path(key) == wanted:
            paths = dict(_operation(wanted, kind) for kind in kinds if "patch" in kind.verbs)
            return web.json_response({"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": {"schemas": {}}})
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
