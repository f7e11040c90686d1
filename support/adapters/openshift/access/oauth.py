"""Login with user and password at OpenShift's OAuth server, as `oc login` does it.

Our own three requests, because the wrapper's flow has no time-out, takes no CA file and hides why a login failed
(facts/openshift.md 2.2).
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from support.adapters.openshift.transport import Answer, Call, Transport
from support.domain.errors import ClusterLoginError
from support.domain.secret import Secret

_CLIENT = "openshift-challenging-client"
_PREFIX = "sha256~"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordLogin:
    """One user at one cluster."""

    host: str
    username: str
    password: Secret

    def token(self, transport: Transport) -> Secret:
        """A fresh access token. Raises ClusterLoginError, ClusterUnreachable."""
        endpoints = self._endpoints(transport)
        code = self._code(transport, endpoints["authorization_endpoint"])
        form = urlencode({"grant_type": "authorization_code", "code": code, "client_id": _CLIENT})
        headers = {"Authorization": _basic(_CLIENT, ""), "Content-Type": "application/x-www-form-urlencoded"}
        url = endpoints["token_endpoint"]
        answer = transport.send(
            Call(method="POST", url=url, headers=headers, body=form.encode(), repeatable=False),
        )
        token = _json(answer).get("access_token")
        if answer.code != 200 or not token:
            raise ClusterLoginError(f"{self._subject}: the OAuth server gave no token (HTTP {answer.code})")
        return Secret(str(token))

    @property
    def _subject(self) -> str:
        return f"login at {self.host} as {self.username}"

    def _endpoints(self, transport: Transport) -> dict[str, Any]:
        answer = transport.send(Call(method="GET", url=f"{self.host}/.well-known/oauth-authorization-server"))
        found = _json(answer)
        if answer.code != 200 or not {"authorization_endpoint", "token_endpoint"} <= found.keys():
            raise ClusterLoginError(
                f"{self._subject}: no OAuth server announced there (HTTP {answer.code}); "
                "is cluster_host the URL of an OpenShift API?"
            )
        return found

    def _code(self, transport: Transport, endpoint: str) -> str:
        query = urlencode({"client_id": _CLIENT, "response_type": "code"})
        headers = {"Authorization": _basic(self.username, self.password.reveal()), "X-CSRF-Token": "1"}
        # Not repeatable only in the sense of effects; a login attempt counts where accounts are locked.
        answer = transport.send(Call(method="GET", url=f"{endpoint}?{query}", headers=headers, repeatable=False))
        if answer.code == 401:
            advice = "correct the settings cluster_username and cluster_password"
            raise ClusterLoginError(f"{self._subject}: user or password refused (HTTP 401); {advice}")
        # Whatever the redirect leads to, the code is in its query; the page itself is for browsers.
        found = parse_qs(urlsplit(answer.headers.get("location", "")).query)
        if answer.code != 302 or "code" not in found:
            said = "; ".join(found.get("error_description", found.get("error", ())))
            raise ClusterLoginError(
                f"{self._subject}: no authorization code (HTTP {answer.code}{f', {said}' if said else ''}); "
                "an identity provider without password login needs a token or a kubeconfig"
            )
        return found["code"][0]


def token_object_name(token: Secret) -> str | None:
    """Name of the token's UserOAuthAccessToken; None for tokens of another make, such as service accounts'."""
    text = token.reveal()
    if not text.startswith(_PREFIX):
        return None
    digest = hashlib.sha256(text.removeprefix(_PREFIX).encode()).digest()
    return _PREFIX + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def expiry_of(token: Secret) -> float | None:
    """When a token that carries its claims ends, in seconds since 1970; None for one that carries none."""
    claims = token.reveal().split(".")
    if len(claims) != 3:
        return None
    try:
        told = json.loads(base64.urlsafe_b64decode(claims[1] + "=" * (-len(claims[1]) % 4)))
        return float(told["exp"])
    except (ValueError, KeyError, TypeError):
        return None


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _json(answer: Answer) -> dict[str, Any]:
    try:
        parsed = json.loads(answer.body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
