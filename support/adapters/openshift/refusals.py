"""What the API server says when it refuses, turned into the suite's errors with the server's own reason."""

import json
from typing import Any

from support.domain.errors import AlreadyExists, ClusterError, ClusterLoginError


class Refused(ClusterError):
    """The API answered with an error; `code` is the HTTP status, `reason` the machine-readable word beside it."""

    def __init__(self, message: str, code: int, reason: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason

    @property
    def transient(self) -> bool:
        """It was refused for load, or the server is in trouble that passes."""
        return self.code == 429 or self.code >= 500


class Conflict(Refused):
    """A precondition (resourceVersion or uid) no longer holds."""


class Expired(Refused):
    """The resourceVersion or continue token is older than what the server remembers."""


def refusal(subject: str, code: int, body: bytes) -> ClusterError:
    """The error for an answer outside 2xx; `subject` says what was asked of what, such as "create Plan ns/p"."""
    status = _status(body)
    reason = str(status.get("reason") or "")
    said = str(status.get("message") or "") or body[:300].decode(errors="replace").strip() or f"HTTP {code}"
    message = f"{subject}: {said} ({reason or 'no reason'}, HTTP {code})"
    if code == 401:
        return ClusterLoginError(f"{message}; the token is not, or no longer, accepted")
    # Both are 409; only the reason tells them apart (facts/openshift.md 1.6).
    if code == 409 and reason == "AlreadyExists":
        return AlreadyExists(message)
    if code == 409:
        return Conflict(message, code, reason)
    if code == 410:
        return Expired(message, code, reason)
    return Refused(message, code, reason)


def _status(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
