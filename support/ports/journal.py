"""Where the run writes down what it owns, before it owns it."""

from collections.abc import Mapping
from typing import Protocol

from support.domain.journal import Realm


class Journal(Protocol):
    """Append-only; every call is durable (one write, flushed to the disk) before it returns."""

    def intent(
        self, realm: Realm, kind: str, name: str, *, namespace: str = "", scope: str = "", details: Mapping[str, str] | None = None
    ) -> str:
        """About to create; returns the key of the thing."""
        ...

    def noted(self, key: str, details: Mapping[str, str]) -> None:
        """What was learnt on the way, such as a clone's task id."""
        ...

    def created(self, key: str, uid: str) -> None: ...

    def patching(self, kind: str, name: str, details: Mapping[str, str], *, namespace: str = "", scope: str = "") -> str: ...

    def patched(self, key: str) -> None: ...

    def gone(self, key: str) -> None:
        """Deleted, restored, or found absent."""
        ...
