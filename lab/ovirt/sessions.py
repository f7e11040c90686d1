"""Tokens of the engine's SSO; one that nobody used for a while is worth nothing any more."""

import secrets
import time
from dataclasses import dataclass, field

_IDLE_SECONDS = 30 * 60.0


@dataclass(slots=True)
class Session:
    """One login."""

    user: str
    seen: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class Sessions:
    """`idle` wall seconds without a request end a session."""

    idle: float = _IDLE_SECONDS
    open: dict[str, Session] = field(default_factory=dict)
    """By token."""

    def begin(self, user: str) -> str:
        """A new token."""
        token = secrets.token_urlsafe(48)
        self.open[token] = Session(user)
        return token

    def of(self, token: str) -> Session | None:
        """The session of a token, used now."""
        session = self.open.get(token)
        if session is None or time.monotonic() - session.seen > self.idle:
            self.open.pop(token, None)
            return None
        session.seen = time.monotonic()
        return session

    def end(self, token: str) -> None:
        self.open.pop(token, None)
