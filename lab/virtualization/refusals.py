"""Refusals of KubeVirt's API in Kubernetes' own form."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A Status body with a code; raised by a handler, answered by its route."""

    def __init__(self, code: int, reason: str, message: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.details = dict(details or {})

    def status_body(self) -> dict[str, Any]:
        body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        return body | {"details": self.details} if self.details else body


def not_found(plural: str, name: str) -> Refusal:
    """The object that a subresource belongs to does not exist."""
    details = {"name": name, "group": "kubevirt.io", "kind": plural}
    return Refusal(404, "NotFound", f'{plural}.kubevirt.io "{name}" not found', details)
