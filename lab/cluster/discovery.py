"""What the API server says about its own resources, classic and aggregated (facts/openshift.md 1.1, 1.8)."""

from collections.abc import Iterator

from aiohttp import web

from lab.cluster.history import Object
from lab.cluster.kinds import Groups, Kind
from lab.cluster.refusals import no_such_resource

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
SUBRESOURCES = ("subresources.kubevirt.io", "v1")
"""The aggregated API of KubeVirt; its documents list names with an empty kind (facts/openshift.md 3.3)."""
_ACTIONS = {
    "virtualmachines/start": "update",
    "virtualmachines/stop": "update",
    "virtualmachines/restart": "update",
    "virtualmachines/expand-spec": "get",
    "virtualmachines/portforward": "get",
    "virtualmachineinstances/pause": "update",
    "virtualmachineinstances/unpause": "update",
    "virtualmachineinstances/guestosinfo": "get",
    "virtualmachineinstances/userlist": "get",
    "virtualmachineinstances/filesystemlist": "get",
    "virtualmachineinstances/portforward": "get",
    "expand-vm-spec": "update",
}
_OPTIONS = {"exec": "PodExecOptions", "token": "TokenRequest"}
"""Kind of what is sent to a subresource, where it is not the object itself."""
SERVED: web.AppKey[Groups] = web.AppKey("served", Groups)
"""The API groups of the application's cluster."""


def subresources(kind: Kind) -> dict[str, tuple[str, ...]]:
    """Name -> verbs."""
    found: dict[str, tuple[str, ...]] = {}
    if kind.status_subresource:
        found["status"] = ("get", "patch", "update")
    if kind.kind == "Pod":
        found |= {"exec": ("create", "get"), "log": ("get",)}
    if kind.kind == "ServiceAccount":
        found["token"] = ("create",)
    return found


async def core_versions(request: web.Request) -> web.Response:
    """`/api`."""
    if _wants_aggregated(request):
        return _aggregated(request.app[SERVED], [""])
    return web.json_response({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})


async def groups(request: web.Request) -> web.Response:
    """`/apis`."""
    served = request.app[SERVED]
    names = list(dict.fromkeys(name for name, _ in _group_versions(served)))
    if _wants_aggregated(request):
        return _aggregated(served, names)
    body = {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(served, name) for name in names]}
    return web.json_response(body)


async def group(request: web.Request) -> web.Response:
    """`/apis/GROUP`."""
    served, name = request.app[SERVED], request.match_info["group"]
    if not _versions(served, name):
        raise no_such_resource()
    return web.json_response({"kind": "APIGroup", "apiVersion": "v1"} | _group(served, name))


async def resources(request: web.Request) -> web.Response:
    """`/api/v1` and `/apis/GROUP/VERSION`."""
    served, key = request.app[SERVED], (request.match_info.get("group", ""), request.match_info.get("version", "v1"))
    if key == SUBRESOURCES:
        listed = [_action(name, verb) for name, verb in _ACTIONS.items()]
    elif key in served:
        listed = [entry for kind in served[key] for entry in _entries(kind)]
    else:
        raise no_such_resource()
    version = "/".join(part for part in key if part)
    body = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": listed}
    return web.json_response(body)


def _group_versions(served: Groups) -> list[tuple[str, str]]:
    """The core apart."""
    return [*(key for key in served if key[0]), SUBRESOURCES]


def _versions(served: Groups, group_name: str) -> list[str]:
    return [version for name, version in _group_versions(served) if name == group_name]


def _group(served: Groups, name: str) -> Object:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in _versions(served, name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _action(name: str, verb: str) -> Object:
    return {"name": name, "singularName": "", "namespaced": True, "kind": "", "verbs": [verb]}


def _entries(kind: Kind) -> Iterator[Object]:
    entry: Object = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    yield entry
    for name, verbs in subresources(kind).items():
        yield {
            "name": f"{kind.plural}/{name}",
            "singularName": "",
            "namespaced": kind.namespaced,
            "kind": _OPTIONS.get(name, kind.kind),
            "verbs": list(verbs),
        }


def _wants_aggregated(request: web.Request) -> bool:
    accepted = request.headers.get("Accept", "").replace(" ", "").split(",")
    return any("as=APIGroupDiscoveryList" in item and "v=v2" in item.split(";") for item in accepted)


def _aggregated(served: Groups, names: list[str]) -> web.Response:
    items = [{"metadata": {"name": name} if name else {}, "versions": _described(served, name)} for name in names]
    body = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}
    return web.Response(text=web.json_response(body).text, headers={"Content-Type": _AGGREGATED})


def _described(served: Groups, name: str) -> list[Object]:
    versions = ["v1"] if not name else _versions(served, name)
    return [
        {"version": version, "freshness": "Current", "resources": list(_descriptions(served, name, version))}
        for version in versions
    ]


def _descriptions(served: Groups, name: str, version: str) -> Iterator[Object]:
    for kind in served.get((name, version), ()):
        reply = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        described: Object = {
            "resource": kind.plural,
            "responseKind": reply,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "singularResource": kind.singular,
            "verbs": list(kind.verbs),
            "shortNames": list(kind.short_names),
            "categories": list(kind.categories),
        }
        described["subresources"] = [
            {"subresource": sub, "responseKind": reply, "verbs": list(verbs)}
            for sub, verbs in subresources(kind).items()
        ]
        yield {key: value for key, value in described.items() if value}
