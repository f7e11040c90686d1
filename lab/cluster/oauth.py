"""OpenShift's OAuth server: the login with user and password that clients do on their own (facts/openshift.md 2.2)."""

import hmac
import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from lab.kernel.http import WHAT
from lab.kernel.service import Lab

_CHALLENGING = "openshift-challenging-client"
_NEEDS_HEADER = "A non-empty X-CSRF-Token header is required to receive basic-auth challenges"


@dataclass(slots=True)
class OAuth:
    """Authorization codes live until they are used once."""

    lab: Lab
    _codes: dict[str, str] = field(default_factory=dict)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/.well-known/oauth-authorization-server", self._describe),
            web.get("/oauth/authorize", self._authorize),
            web.post("/oauth/token", self._token),
        ]

    async def _describe(self, request: web.Request) -> web.Response:
        request[WHAT] = "get oauth-authorization-server"
        issuer = self.lab.endpoints["oauth"]
        return web.json_response(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/oauth/authorize",
                "token_endpoint": f"{issuer}/oauth/token",
                "scopes_supported": ["user:check-access", "user:full", "user:info", "user:list-projects"],
                "response_types_supported": ["code", "token"],
                "grant_types_supported": ["authorization_code", "implicit"],
                "code_challenge_methods_supported": ["plain", "S256"],
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        """302 with a code, or for `response_type=token` with the token behind the #."""
        request[WHAT] = "authorize"
        if request.query.get("client_id") != _CHALLENGING:
            return _problem("unauthorized_client", "The client is not authorized to request a token using this method.")
        if not request.headers.get("X-CSRF-Token"):
            warning = f'199 Origin "{_NEEDS_HEADER}"'
            return web.Response(status=401, text=_NEEDS_HEADER, headers={"Warning": warning})
        if not self._known(*_basic(request)):
            return web.Response(
                status=401, text="Unauthorized", headers={"WWW-Authenticate": 'Basic realm="openshift"'}
            )
        state = {"state": request.query["state"]} if "state" in request.query else {}
        implicit = f"{self.lab.endpoints['oauth']}/oauth/token/implicit"
        if request.query.get("response_type") == "token":
            where = f"{implicit}#{urlencode(self._issued(_basic(request)[0]) | state)}"
        elif request.query.get("response_type") == "code":
            code = f"sha256~{secrets.token_urlsafe(32)}"
            self._codes[code] = _basic(request)[0]
            where = f"{implicit}?{urlencode({'code': code} | state)}"
        else:
            return _problem("unsupported_response_type", "The response type is not supported.")
        return web.Response(status=302, headers={"Location": where, "Cache-Control": "no-store"})

    async def _token(self, request: web.Request) -> web.Response:
        request[WHAT] = "token"
        form = await request.post()
        client = _basic(request)[0] or str(form.get("client_id", ""))
        if client != _CHALLENGING:
            return _problem("unauthorized_client", "The client is not authorized.", status=401)
        if form.get("grant_type") != "authorization_code":
            return _problem("unsupported_grant_type", "The authorization grant type is not supported.")
        user = self._codes.pop(str(form.get("code", "")), None)
        if user is None:
            return _problem("invalid_grant", "The provided authorization grant is invalid, expired, or revoked.")
        return web.json_response(self._issued(user))

    def _known(self, user: str, password: str) -> bool:
        account = self.lab.world.cluster_account
        return user == account.user and hmac.compare_digest(password.encode(), account.password.encode())

    def _issued(self, user: str) -> dict[str, str | int]:
        token = self.lab.tokens.issue(user, client=_CHALLENGING)
        lifetime = int(self.lab.tokens.lifetime)
        return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": "user:full"}


def _basic(request: web.Request) -> tuple[str, str]:
    """User and password of Basic authentication; empty when there are none."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = b64decode(encoded).decode().partition(":")
    except ValueError:
        return "", ""
    return user, password


def _problem(error: str, description: str, *, status: int = 400) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)
