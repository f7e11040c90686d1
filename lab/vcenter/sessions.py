"""Sessions and what belongs to them: views, collectors and pages die with their session."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lab.vcenter.sdk import vim

if TYPE_CHECKING:
    from lab.vcenter.collector import Collector
    from lab.vcenter.views import ObjectView

COOKIE = "vmware_soap_session"
_COOKIE = re.compile(rf'{COOKIE}="?([^";,\s]+)')
_IDLE_SECONDS = 30 * 60


@dataclass(slots=True)
class Session:
    """One client; anonymous until it logs in."""

    cookie: str
    agent: str
    key: str = field(default_factory=lambda: str(uuid4()))
    user: str = ""
    login_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    seen: float = field(default_factory=time.monotonic)
    active: datetime = field(default_factory=lambda: datetime.now(UTC))
    calls: int = 0
    collectors: dict[str, "Collector"] = field(default_factory=dict)
    views: dict[str, "ObjectView"] = field(default_factory=dict)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Members of the list views, by id of the view."""

    def user_session(self) -> Any:
        """UserSession of a session that logged in, None for an anonymous one."""
        if not self.user:
            return None
        return vim.UserSession(
            key=self.key,
            userName=self.user.upper() if "\\" in self.user else self.user,
            fullName="Administrator vsphere.local",
            loginTime=self.login_time,
            lastActiveTime=self.active,
            locale="en",
            messageLocale="en",
            extensionSession=False,
            ipAddress="127.0.0.1",
            userAgent=self.agent,
            callCount=self.calls,
        )


@dataclass(slots=True)
class Sessions:
    """All sessions; `idle` wall seconds without a call end one."""

    idle: float = _IDLE_SECONDS
    open: dict[str, Session] = field(default_factory=dict)

    def of(self, cookie_header: str, agent: str) -> tuple[Session, bool]:
        """The session of a request and whether its cookie is new to the client."""
        self._expire()
        match = _COOKIE.search(cookie_header)
        session = self.open.get(match[1]) if match else None
        fresh = session is None
        if session is None:
            session = Session(cookie=uuid4().hex, agent=agent)
            self.open[session.cookie] = session
        session.seen, session.active = time.monotonic(), datetime.now(UTC)
        session.calls += 1
        return session, fresh

    def _expire(self) -> None:
        horizon = time.monotonic() - self.idle
        for session in [session for session in self.open.values() if session.seen < horizon]:
            self.end(session)

    def end(self, session: Session) -> None:
        self.open.pop(session.cookie, None)

    def logged_in(self) -> list[Session]:
        return [session for session in self.open.values() if session.user]

    def by_key(self, key: str) -> Session | None:
        return next((session for session in self.logged_in() if session.key == key), None)
