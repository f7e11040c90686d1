"""The connection test of an OpenStack Provider: a login at its keystone with what its Secret says."""

import ssl
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from lab.cluster.store import Object
from lab.mtv.provider_secrets import value
from lab.mtv.trials.cluster import told

_SECONDS = 10.0
_CREATED = 201
_WORDS = {
    400: "Bad request with: [POST {url}], error message: {body}",
    401: "Authentication failed",
    404: "Resource not found: [POST {url}], error message: {body}",
}
"""How the product's client library tells refusals (gophercloud, errors.go)."""


class NoLogin(Exception):
    """Keystone did not let it in, or was not asked; the message is the client library's own."""


async def try_cloud(url: str, secret: Object | None, context: ssl.SSLContext) -> list[str]:
    """Log in as the Secret says. Returns the regions that the catalog knows; raises NoLogin.

    A refused login is no refusal to the product, which does not tell it from an endpoint that cannot be reached:
    the test is repeated (kubev2v/forklift, pkg/controller/provider/container/openstack/collector.go, Test).
    """
    asked = f"{url.rstrip('/')}/auth/tokens"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=_SECONDS)) as session,
            session.post(asked, json=_request(secret), ssl=context) as answer,
        ):
            if answer.status != _CREATED:
                words = _WORDS.get(answer.status, "Expected HTTP response code [201] when accessing [POST {url}]")
                raise NoLogin(words.format(url=asked, body=(await answer.text()).strip()))
            return _regions(await answer.json())
    except (ClientError, OSError, ValueError, TimeoutError) as error:
        raise NoLogin(f'Post "{asked}": {told(error)}') from error


def _regions(answer: Mapping[str, Any]) -> list[str]:
    catalog = answer["token"].get("catalog") or []
    found = [endpoint["region"] for service in catalog for endpoint in service["endpoints"]]
    return sorted(set(found))


def _request(secret: Object | None) -> Object:
    """Keystone's form of the Secret's keys; raises NoLogin for what the client library does not send."""
    kind = value(secret, "authType") or "password"
    if kind == "password":
        identity: Object = {"methods": ["password"], "password": {"user": _user(secret)}}
    elif kind == "token":
        identity = {"methods": ["token"], "token": {"id": value(secret, "token")}}
    elif kind == "applicationcredential":
        identity = {"methods": ["application_credential"], "application_credential": _credential(secret)}
        return {"auth": {"identity": identity}}
    else:
        raise NoLogin("unsupported authentication type")
    project = _named(secret, "project", "projectDomain")
    scope = {"scope": {"project": project}} if project else {}
    return {"auth": {"identity": identity} | scope}


def _user(secret: Object | None) -> Object:
    id_, name = value(secret, "userID"), value(secret, "username")
    if bool(id_) == bool(name):
        raise NoLogin("Exactly one of Username and UserID must be provided for password authentication")
    user: Object = {"id": id_} if id_ else {"name": name, "domain": _domain(secret, "userDomain")}
    return user | {"password": value(secret, "password")}


def _named(secret: Object | None, thing: str, domain: str) -> Object:
    """A project by its id, or by its name in a domain; empty when there is none."""
    id_, name = value(secret, f"{thing}ID"), value(secret, f"{thing}Name")
    if id_:
        return {"id": id_}
    return {"name": name, "domain": _domain(secret, domain)} if name else {}


def _domain(secret: Object | None, key: str) -> Object:
    """The key's own domain before the general ones; the library refuses both an id and a name."""
    id_ = value(secret, f"{key}ID")
    name = value(secret, f"{key}Name")
    if not id_ and not name:
        id_, name = value(secret, "domainID") or value(secret, "defaultDomain"), value(secret, "domainName")
    if bool(id_) == bool(name):
        raise NoLogin("You must provide exactly one of DomainID or DomainName to authenticate by Username")
    return {"id": id_} if id_ else {"name": name}


def _credential(secret: Object | None) -> Object:
    prefix = "applicationCredential"
    id_, known = value(secret, f"{prefix}ID"), {"secret": value(secret, f"{prefix}Secret")}
    if id_:
        return known | {"id": id_}
    return known | {"name": value(secret, f"{prefix}Name"), "user": _user(secret)}
