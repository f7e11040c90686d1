"""What the API server refuses, as Status bodies in Kubernetes' own words (facts/openshift.md 1.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from lab.cluster.kinds import Kind

Cause = tuple[str, str, str]
"""Field, reason, message."""


class Refused(Exception):
    """A request that ends in a Status; admitters raise it too (`Refused(403, "Forbidden", why)`)."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        causes: Sequence[Cause] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.causes, self.details = tuple(causes), dict(details or {})

    @property
    def headers(self) -> dict[str, str]:
        """429 says when to come back, as priority and fairness does (facts/openshift.md 1.6)."""
        return {"Retry-After": "1"} if self.code == 429 else {}

    def status(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        body |= {"message": self.message, "reason": self.reason, "code": self.code}
        details = dict(self.details)
        if self.causes:
            keys = ("field", "reason", "message")
            details["causes"] = [
                {key: value for key, value in zip(keys, cause, strict=True) if value} for cause in self.causes
            ]
        return body | {"details": details} if details else body


def about(kind: Kind, name: str) -> dict[str, Any]:
    """`details` of a Status: which object it speaks of."""
    details = {"name": name, "group": kind.group, "kind": kind.plural}
    return {key: value for key, value in details.items() if value}


def not_found(kind: Kind, name: str) -> Refused:
    return Refused(404, "NotFound", f'{kind.resource} "{name}" not found', details=about(kind, name))


def no_such_resource() -> Refused:
    return Refused(404, "NotFound", "the server could not find the requested resource")


def already_exists(kind: Kind, name: str) -> Refused:
    return Refused(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', details=about(kind, name))


def conflict(kind: Kind, name: str, why: str = "") -> Refused:
    """`why` defaults to the words for a stale resourceVersion."""
    stale = "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why or stale}'
    return Refused(409, "Conflict", message, details=about(kind, name))


def terminating(kind: Kind, name: str, namespace: str) -> Refused:
    """Nothing new in a namespace that goes away."""
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    cause = ("metadata.namespace", "NamespaceTerminating", f"namespace {namespace} is being terminated")
    message = f'{kind.resource} "{name}" is forbidden: {why}'
    return Refused(403, "Forbidden", message, [cause], about(kind, name))


def invalid(kind: Kind, name: str, causes: Sequence[Cause]) -> Refused:
    """422 with one cause per field."""
    subject = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    texts = [f"{field}: {message}" if field else message for field, _, message in causes]
    why = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details = about(kind, name) | {"kind": kind.kind}
    return Refused(422, "Invalid", f'{subject} "{name}" is invalid: {why}', causes, details)


def bad_request(message: str) -> Refused:
    return Refused(400, "BadRequest", message)


def expired(asked: int, oldest: int) -> Refused:
    return Refused(410, "Expired", f"too old resource version: {asked} ({oldest})")


def unsupported_media(given: str, *, accepted: Sequence[str]) -> Refused:
    shown = ", ".join(accepted)
    message = f"the body of the request was in an unknown format - accepted media types include: {shown}"
    return Refused(415, "UnsupportedMediaType", f"{message} (got {given})" if given else message)


def not_allowed(what: str = "") -> Refused:
    message = what or "the server does not allow this method on the requested resource"
    return Refused(405, "MethodNotAllowed", message)


def unauthorized() -> Refused:
    return Refused(401, "Unauthorized", "Unauthorized")


def not_implemented(what: str) -> Refused:
    """What the lab does not emulate is refused loudly, never answered with something that looks right."""
    return Refused(501, "NotImplemented", f"the embedded lab does not implement {what}")
