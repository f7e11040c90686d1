"""Who asked what, how often and how long it took: the journal of every request to every service."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    service: str
    what: str
    """Verb and resource, without names: `GET pods`, `watch plans`, `RetrievePropertiesEx VirtualMachine`."""
    agent: str
    status: int
    seconds: float


@dataclass(slots=True)
class RequestJournal:
    """Every request, and every field that was pruned from what the client sent."""

    entries: list[Request] = field(default_factory=list)
    pruned: Counter[str] = field(default_factory=Counter)
    """`Kind field.path` -> how often an unknown field was dropped; a run that caused one fails its test."""
    refused: Counter[str] = field(default_factory=Counter)
    """What was asked for and is not implemented."""

    def note(self, request: Request) -> None:
        self.entries.append(request)

    def counts(self, services: Iterable[str] = ()) -> dict[str, dict[str, int]]:
        """Service -> what -> number."""
        wanted = set(services)
        totals: dict[str, Counter[str]] = {}
        for entry in self.entries:
            if not wanted or entry.service in wanted:
                totals.setdefault(entry.service, Counter())[entry.what] += 1
        return {service: dict(counter.most_common()) for service, counter in totals.items()}
