"""Keystone's tokens: opaque to clients, gone after their time."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    issued: datetime
    expires: datetime
    methods: tuple[str, ...]


@dataclass(slots=True)
class Tokens:
    """All tokens; `lifetime` is wall seconds."""

    lifetime: float = 3600.0
    _known: dict[str, Token] = field(default_factory=dict)

    def issue(self, methods: tuple[str, ...], expires: datetime | None = None) -> tuple[str, Token]:
        """A new token; one that was made of another ends with it."""
        now = datetime.now(UTC)
        end = expires or now + timedelta(seconds=self.lifetime)
        token = Token(issued=now, expires=end, methods=methods)
        text = f"gAAAAA{secrets.token_urlsafe(48)}"
        self._known[text] = token
        return text, token

    def find(self, text: str) -> Token | None:
        token = self._known.get(text)
        if token is not None and token.expires <= datetime.now(UTC):
            del self._known[text]
            return None
        return token

    def revoke(self, text: str) -> None:
        self._known.pop(text, None)

    def revoke_all(self) -> None:
        """As when somebody's password changes."""
        self._known.clear()
