"""Lists in pages: `limit` and `marker`, filters, and links to what follows (facts/sources.md 4.3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from lab.openstack.api import Call, Object
from lab.openstack.refusals import NotImplementedHere, Refused

T = TypeVar("T")
Filter = Callable[[T, str], bool]
_NO_FILTERS = ("limit", "marker", "fields")
MOST = 1000
"""As much as any answer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """What is listed and how each of them is shown."""

    key: str
    things: Iterable[T]
    show: Callable[[T], Object]
    filters: Mapping[str, Filter[T]] = field(default_factory=dict)
    without_effect: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Query names that clients send, and the values that change nothing."""
    partial: bool = False
    """Whether clients may name the `fields` they want to see."""
    identity: Callable[[T], str] = lambda thing: str(getattr(thing, "id", ""))


def is_(name: str) -> Filter[Any]:
    """A filter that compares an attribute."""
    return lambda thing, wanted: str(getattr(thing, name)) == wanted


def listed(call: Call, listing: Listing[T]) -> Object:
    """One page, as nova, cinder and neutron have it."""
    things, following = page(call, listing)
    fields = call.request.query.getall("fields", [])
    shown = (listing.show(thing) for thing in things)
    found: Object = {
        listing.key: [{key: each[key] for key in each if key in fields} if fields else each for each in shown]
    }
    if following:
        found[f"{listing.key}_links"] = [{"rel": "next", "href": f"{call.base}{following}"}]
    return found


def page(call: Call, listing: Listing[T]) -> tuple[list[T], str]:
    """The things of a page and the path of the next one, empty after the last; raises Refused."""
    if "fields" in call.request.query and not listing.partial:
        raise NotImplementedHere(f"{listing.key} with some of their fields")
    things = _wanted(call, listing)
    query = call.request.query
    limit, marker = _limit(query.get("limit")), query.get("marker")
    start = 0
    if marker:
        ids = [listing.identity(thing) for thing in things]
        if marker not in ids:
            raise Refused(400, f"marker [{marker}] not found")
        start = ids.index(marker) + 1
    shown = things[start : start + limit]
    if not shown or start + limit >= len(things):
        return shown, ""
    again = [(key, value) for key, value in query.items() if key != "marker"]
    return shown, f"{call.request.path}?{urlencode([*again, ('marker', listing.identity(shown[-1]))])}"


def _limit(text: str | None) -> int:
    if text is None:
        return MOST
    if not text.isdigit():
        raise Refused(400, f"Invalid input for query parameters 'limit'. Value: {text}. '{text}' is not an integer")
    return min(int(text) or MOST, MOST)


def _wanted(call: Call, listing: Listing[T]) -> list[T]:
    """What all filters let through; a filter that is not there is refused, since ignoring it would show too much."""
    things = list(listing.things)
    for key in set(call.request.query) - set(_NO_FILTERS):
        values = call.request.query.getall(key)
        if all(value in listing.without_effect.get(key, ()) for value in values):
            continue
        keep = listing.filters.get(key)
        if keep is None:
            raise NotImplementedHere(f"{listing.key} by {key}={','.join(values)}")
        things = [thing for thing in things if any(keep(thing, value) for value in values)]
    return things
