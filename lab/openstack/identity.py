"""Keystone v3: logging in, and what the project can see of itself."""

from uuid import NAMESPACE_DNS, uuid5

from lab.openstack import discovery
from lab.openstack.api import Answer, Call, Object, Part, Route, empty, ok
from lab.openstack.discovery import COMPUTE, IDENTITY, IMAGE, NETWORK, VOLUME
from lab.openstack.refusals import NotImplementedHere, Refused, keystone_error, unauthorized
from lab.openstack.tokens import Token
from lab.world.cloud import Cloud

DOMAIN = "default"
"""Id of the one domain."""
_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
_ROLES = [{"id": "9fe2ff9ee4384b1894a90878d3e92bab", "name": "member"}]


def _hex(text: str) -> str:
    return uuid5(NAMESPACE_DNS, text).hex


def project_id(cloud: Cloud) -> str:
    return _hex(f"project {cloud.project}")


def user_id(cloud: Cloud) -> str:
    return _hex(f"user {cloud.user}")


def _domain(cloud: Cloud) -> Object:
    return {"id": DOMAIN, "name": cloud.domain}


def _is_domain(cloud: Cloud, wanted: Object) -> bool:
    """An id counts more than a name."""
    return bool(wanted["id"] == DOMAIN if "id" in wanted else wanted.get("name") == cloud.domain)


def _is(cloud: Cloud, wanted: Object, id_: str, name: str) -> bool:
    """Whether user or project is meant: by id, or by name in its domain."""
    if "id" in wanted:
        return bool(wanted["id"] == id_)
    return wanted.get("name") == name and _is_domain(cloud, wanted.get("domain") or {})


def _login(call: Call) -> Answer:
    """`POST /auth/tokens`; whatever is wrong with it, the answer says no more than that it is wrong."""
    auth = call.wanted("auth")
    identity = auth.get("identity") or {}
    methods = tuple(identity.get("methods") or ())
    expires = None
    if methods == ("password",):
        _check_password(call.cloud, (identity.get("password") or {}).get("user") or {})
    elif methods == ("token",):
        old = call.platform.tokens.find(str((identity.get("token") or {}).get("id")))
        if old is None:
            raise unauthorized()
        expires = old.expires
    else:
        raise NotImplementedHere(f"authentication by {', '.join(methods) or 'nothing'}")
    scoped = _scoped(call.cloud, auth.get("scope"))
    text, token = call.platform.tokens.issue(methods, expires)
    return ok({"token": _shown(call, token, scoped=scoped)}, 201, {"X-Subject-Token": text, "Vary": "X-Auth-Token"})


def _check_password(cloud: Cloud, user: Object) -> None:
    if not _is(cloud, user, user_id(cloud), cloud.user) or user.get("password") != cloud.password:
        raise unauthorized()


def _scoped(cloud: Cloud, scope: object) -> bool:
    """A token without a scope is good for finding out what there is; raises Refused for a scope that is not there."""
    if scope is None or scope == "unscoped":
        return False
    project = scope.get("project") if isinstance(scope, dict) else None
    if not isinstance(project, dict):
        raise NotImplementedHere("tokens for anything but a project")
    if not _is(cloud, project, project_id(cloud), cloud.project):
        raise unauthorized()
    return True


def _shown(call: Call, token: Token, *, scoped: bool) -> Object:
    cloud = call.cloud
    found: Object = {
        "methods": list(token.methods),
        "user": {"id": user_id(cloud), "name": cloud.user, "domain": _domain(cloud), "password_expires_at": None},
        "audit_ids": [_hex(token.issued.isoformat())[:22]],
        "issued_at": token.issued.strftime(_STAMP),
        "expires_at": token.expires.strftime(_STAMP),
    }
    if scoped:
        found["project"] = {"id": project_id(cloud), "name": cloud.project, "domain": _domain(cloud)}
        found |= {"is_domain": False, "roles": _ROLES, "catalog": catalog(call)}
    return found


def catalog(call: Call) -> list[Object]:
    """All services of the region, at the address by which the client came."""
    places = (
        ("identity", "keystone", f"{IDENTITY}/v3"),
        ("compute", "nova", f"{COMPUTE}/v2.1"),
        ("volumev3", "cinderv3", f"{VOLUME}/v3/{project_id(call.cloud)}"),
        ("image", "glance", IMAGE),
        ("network", "neutron", NETWORK),
    )
    return [_service(call, *place) for place in places]


def _service(call: Call, type_: str, name: str, path: str) -> Object:
    region = call.cloud.region
    endpoints = [
        {
            "id": _hex(f"{interface} {type_}"),
            "interface": interface,
            "region": region,
            "region_id": region,
            "url": f"{call.base}{path}",
        }
        for interface in ("public", "internal", "admin")
    ]
    return {"id": _hex(type_), "type": type_, "name": name, "endpoints": endpoints}


def _validate(call: Call) -> Answer:
    text = call.request.headers.get("X-Subject-Token", "")
    token = call.platform.tokens.find(text)
    if token is None:
        raise Refused(404, "Failed to validate token")
    return ok({"token": _shown(call, token, scoped=True)}, headers={"X-Subject-Token": text})


def _revoke(call: Call) -> Answer:
    call.platform.tokens.revoke(call.request.headers.get("X-Subject-Token", ""))
    return empty()


def _project(cloud: Cloud) -> Object:
    return {
        "id": project_id(cloud),
        "name": cloud.project,
        "domain_id": DOMAIN,
        "parent_id": DOMAIN,
        "enabled": True,
        "is_domain": False,
        "description": "",
        "tags": [],
        "options": {},
        "links": {},
    }


def _projects(call: Call) -> Answer:
    name = call.request.query.get("name")
    found = [_project(call.cloud)] if name in (None, call.cloud.project) else []
    return ok({"projects": found, "links": {"next": None, "self": None, "previous": None}})


def _one_project(call: Call) -> Answer:
    if call.match("id") != project_id(call.cloud):
        raise Refused(404, f"Could not find project: {call.match('id')}.")
    return ok({"project": _project(call.cloud)})


def _regions(call: Call) -> Answer:
    region: Object = {"id": call.cloud.region, "description": "", "parent_region_id": None, "links": {}}
    return ok({"regions": [region], "links": {"next": None, "self": None, "previous": None}})


def _catalog(call: Call) -> Answer:
    return ok({"catalog": catalog(call), "links": {}})


PART = Part(
    name="identity",
    prefix=IDENTITY,
    render=keystone_error,
    routes=(
        Route("GET", "", discovery.identity_versions, public=True),
        Route("GET", "/", discovery.identity_versions, public=True),
        Route("GET", "/v3", discovery.identity_v3, public=True),
        Route("GET", "/v3/", discovery.identity_v3, public=True),
        Route("POST", "/v3/auth/tokens", _login, public=True),
        Route("GET", "/v3/auth/tokens", _validate),
        Route("DELETE", "/v3/auth/tokens", _revoke),
        Route("GET", "/v3/auth/catalog", _catalog),
        Route("GET", "/v3/auth/projects", _projects),
        Route("GET", "/v3/projects", _projects),
        Route("GET", "/v3/projects/{id}", _one_project),
        Route("GET", "/v3/regions", _regions),
    ),
)
