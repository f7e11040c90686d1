"""Tokens and users as objects: OAuthAccessToken, UserOAuthAccessToken, User."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.identity import USER, user_named
from lab.cluster.reading import answer, collection
from lab.cluster.refusals import about, not_found, not_implemented
from lab.cluster.tokens import Token
from lab.kernel.service import Lab

_TOKENS = ("OAuthAccessToken", "UserOAuthAccessToken")
KINDS = frozenset({*_TOKENS, "User"})
"""Served from here instead of the store."""


async def serve(lab: Lab, asked: Asked) -> web.Response:
    """get, list and delete; raises Refused (404, 501)."""
    found = _users(lab, asked) if asked.kind.kind == "User" else _tokens(lab, asked)
    if asked.verb == "list":
        selector = asked.selector
        return collection(lab.store, asked, [obj for obj in found if selector.matches(obj)])
    name = asked.request[USER].name if (asked.kind.kind, asked.name) == ("User", "~") else asked.name
    obj = next((item for item in found if item["metadata"]["name"] == name), None)
    if obj is None:
        raise not_found(asked.kind, asked.name)
    if asked.verb == "get":
        return answer(asked, obj)
    if asked.verb == "delete" and asked.kind.kind in _TOKENS:
        lab.tokens.revoke(asked.name)
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
        return web.json_response(status | {"details": about(asked.kind, asked.name)})
    raise not_implemented(asked.what)


def _users(lab: Lab, asked: Asked) -> list[Object]:
    account = user_named(lab.world.cluster_account.user)
    names = {user.name: user.groups for user in (account, asked.request[USER])}
    return [
        {"kind": "User", "apiVersion": "user.openshift.io/v1", "metadata": {"name": name}, "groups": list(groups)}
        for name, groups in sorted(names.items())
    ]


def _tokens(lab: Lab, asked: Asked) -> list[Object]:
    """An owner sees no tokens but his own among the UserOAuthAccessTokens."""
    living: Iterable[Token] = sorted(lab.tokens.living(), key=lambda token: token.name)
    if asked.kind.kind == "UserOAuthAccessToken":
        me = asked.request[USER].name
        living = [token for token in living if user_named(token.user).name == me]
    return [_shown(asked, token) for token in living if token.client]


def _shown(asked: Asked, token: Token) -> Object:
    return {
        "kind": asked.kind.kind,
        "apiVersion": asked.kind.api_version,
        "metadata": {
            "name": token.name,
            "uid": str(uuid5(NAMESPACE_URL, token.name)),
            "creationTimestamp": _stamp(token.issued),
        },
        "clientName": token.client,
        "expiresIn": int(token.expires - token.issued),
        "scopes": [token.scope],
        "userName": user_named(token.user).name,
    }


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
