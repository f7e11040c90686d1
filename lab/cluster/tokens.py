"""Bearer tokens of the cluster: who holds them, until when, and the OAuthAccessToken objects that show them."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

_PREFIX = "sha256~"
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the cluster remembers of a token: never the secret itself."""

    name: str
    """`sha256~` and the hash of the secret part, as the object is called on OpenShift (facts/openshift.md 2.2)."""
    user: str
    client: str
    scope: str
    issued: float
    expires: float
    """Seconds since the epoch; expiry is never scaled by the lab's speed."""
    account: str = ""
    """Uid of the ServiceAccount that it stands and falls with; empty for a login."""


def token_name(secret: str) -> str:
    """Name of the object that stands for a token."""
    digest = hashlib.sha256(secret.removeprefix(_PREFIX).encode()).digest()
    return _PREFIX + urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(slots=True)
class Tokens:
    """All living tokens."""

    lifetime: float = _DAY
    """Seconds that a login lasts; tests shorten it."""
    holds: Callable[[Token], bool] = lambda _token: True
    """Whether what a token was made for is still there."""
    _tokens: dict[str, Token] = field(default_factory=dict)

    def issue(
        self, user: str, *, seconds: float | None = None, client: str = "embedded-lab", scope: str = "user:full"
    ) -> str:
        """A new secret for a user, good for `seconds` (default: the lifetime of a login)."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        now = time.time()
        name = token_name(secret)
        expires = now + (self.lifetime if seconds is None else seconds)
        self._tokens[name] = Token(name=name, user=user, client=client, scope=scope, issued=now, expires=expires)
        return secret

    def remember(self, secret: str, *, user: str, account: str, seconds: float) -> None:
        """A token of a ServiceAccount, which was made elsewhere; it belongs to no OAuth client."""
        now, name = time.time(), token_name(secret)
        self._tokens[name] = Token(
            name=name, user=user, client="", scope="", issued=now, expires=now + seconds, account=account
        )

    def user_of(self, secret: str) -> str | None:
        """Whose token it is; None when it is unknown, revoked or expired."""
        found = self.get(token_name(secret))
        return None if found is None else found.user

    def get(self, name: str) -> Token | None:
        found = self._tokens.get(name)
        return found if found is not None and self._good(found) else None

    def living(self) -> list[Token]:
        return [token for token in self._tokens.values() if self._good(token)]

    def _good(self, token: Token) -> bool:
        return token.expires > time.time() and self.holds(token)

    def revoke(self, name: str) -> bool:
        """Forget a token by the name of its object; False when there was none."""
        return self._tokens.pop(name, None) is not None
