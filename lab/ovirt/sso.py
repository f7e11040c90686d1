"""The engine's SSO and its other services outside the API: tokens, logout, the certificate of its authority."""

import hmac

from aiohttp import web

from lab.ovirt.engine import Engine

_FOREVER = "9223372036854775807"
_SCOPE = "ovirt-app-api"


def routes(engine: Engine) -> list[web.RouteDef]:
    """What is answered without a token."""
    doors = _Doors(engine)
    return [
        web.post("/ovirt-engine/sso/oauth/token", doors.token),
        web.post("/ovirt-engine/services/sso-logout", doors.logout),
        web.get("/ovirt-engine/services/pki-resource", doors.certificate, allow_head=False),
    ]


class _Doors:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def token(self, request: web.Request) -> web.Response:
        """Errors are JSON with the status 400, as the SDK expects them (facts/sources.md 3.1)."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("grant_type") != "password":
            return _error("unsupported_grant_type", "The authorization grant type is not supported.")
        if _SCOPE not in form.get("scope", "").split():
            return _error("invalid_scope", f"The embedded lab knows the scope {_SCOPE} only.")
        user, account = form.get("username", ""), self._engine.estate.account
        right = hmac.compare_digest(form.get("password", "").encode(), account.password.encode())
        if user != account.user or not right:
            return _error(
                "access_denied",
                f"Cannot authenticate user '{user}': The username or password is incorrect..",
            )
        token = self._engine.sessions.begin(user)
        return web.json_response({"access_token": token, "scope": _SCOPE, "exp": _FOREVER, "token_type": "bearer"})

    async def logout(self, request: web.Request) -> web.Response:
        self._engine.sessions.end(str((await request.post()).get("token", "")))
        return web.json_response({})

    async def certificate(self, request: web.Request) -> web.Response:
        wanted = (request.query.get("resource"), request.query.get("format", "X509-PEM-CA"))
        if wanted != ("ca-certificate", "X509-PEM-CA"):
            self._engine.lab.requests.refused[f"ovirt pki-resource {wanted[0]} {wanted[1]}"] += 1
            raise web.HTTPNotFound(text="the embedded lab serves resource=ca-certificate as X509-PEM-CA only")
        pem = self._engine.lab.authority.ca_pem
        return web.Response(body=pem.encode(), content_type="application/x-x509-ca-cert")


def _error(code: str, text: str) -> web.Response:
    return web.json_response({"error_code": code, "error": text}, status=400)
