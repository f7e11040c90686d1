"""What the inventory service needs of each type of provider, and the one way in which collections are asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from lab.cluster.store import Object
from lab.inventory.providers import loaded
from lab.inventory.questions import ALL, Question
from lab.inventory.record import Record
from lab.kernel.service import Lab


class NotServed(Exception):
    """The lab does not answer this; the service counts it and says so."""

    def __init__(self, status: int = 404) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One type of provider: what is below `providers/<type>/<uid>`, and what the Provider object tells of it."""

    answer: Callable[[Lab, Question, Object], Any]
    """(lab, question, Provider) -> JSON; raises NotServed, web.HTTPException, and Refused by the provider's cluster."""
    facts: Callable[[Lab, Object], dict[str, Any]]
    """Counts and versions in the Provider object (facts/forklift.md 5.3)."""


Collections = Mapping[str, Callable[[Lab], Iterable[Record]]]
Link = Callable[[Record], str]
T = TypeVar("T")


def ask(lab: Lab, asked: Question, collections: Collections, link: Link) -> Any:
    """A list, or one record by its id, of a provider whose collections lie in the service's database."""
    collection, *rest = asked.parts[2:]
    if collection not in collections or len(rest) > 1:
        raise NotServed
    if rest:
        record = found(by_id(collections[collection](lab), rest[0]))
        return record.shown(ALL, link(record))
    return [record.shown(asked.detail, link(record)) for record in asked.page(collections[collection](lab))]


def counts(lab: Lab, provider: Object, collections: Collections, counted: Mapping[str, str]) -> dict[str, Any]:
    """Numbers of the Provider object by the collections they count, listed or not; none before the first load."""
    ready = loaded(provider)
    return {key: sum(1 for _ in collections[name](lab)) if ready else 0 for key, name in counted.items()}


def by_id(records: Iterable[Record], id_: str) -> Record | None:
    """Listed or not."""
    return next((record for record in records if record.id == id_), None)


def found(thing: T | None) -> T:
    """Raises HTTPNotFound with an empty body for nothing."""
    if thing is None:
        raise web.HTTPNotFound(text="")
    return thing
