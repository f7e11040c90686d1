"""Where the run writes down what it owns, before it owns it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from support.domain.journal import Record, Thing


class Journal(Protocol):
    """Append-only; every call is durable (one write, flushed to the disk) before it returns."""

    def opened(self, details: Mapping[str, str]) -> None:
        """Which run, cluster and source this process speaks of."""
        ...

    def intent(self, thing: Thing) -> str:
        """About to create; returns the key of the thing."""
        ...

    def noted(self, key: str, details: Mapping[str, str]) -> None:
        """What was learnt on the way, such as a clone's task id."""
        ...

    def created(self, key: str, uid: str) -> None: ...

    def patching(self, thing: Thing) -> str:
        """About to change something shared; `details` hold the original."""
        ...

    def patched(self, key: str) -> None: ...

    def gone(self, key: str) -> None:
        """Deleted, given back, or found absent."""
        ...

    def restored(self, key: str) -> None:
        """A shared thing has its original value back, or another holder's."""
        ...

    def closed(self) -> None: ...

    def records(self) -> Sequence[Record]:
        """What this process wrote so far."""
        ...
