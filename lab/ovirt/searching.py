"""The engine's search language, as far as clients of a migration use it: terms joined by `and`, wildcards, pages."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.ovirt.documents import Doc
from lab.ovirt.faults import Refused, not_implemented

_TERM = re.compile(
    r"""\s*(?:\w+\.)?(?P<field>\w+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))\s*(?P<rest>.*)""",
    re.DOTALL,
)
_PAGE_SIZE = 100
_FIELDS = {
    "datacenters": ("name", "status", "id", "description", "comment"),
    "clusters": ("name", "id", "description", "comment"),
    "hosts": ("name", "status", "id", "address"),
    "storagedomains": ("name", "type", "id"),
    "networks": ("name", "id", "description"),
    "templates": ("name", "status", "id", "description"),
    "vms": ("name", "status", "id", "description", "memory", "fqdn"),
    "disks": ("alias", "name", "status", "id", "description", "provisioned_size"),
    "events": ("type", "severity", "message", "time", "event_id", "vm_name"),
    "jobs": (),
}
_ELSEWHERE: Mapping[str, Callable[[Doc], object]] = {
    "id": lambda doc: doc["@id"],
    "event_id": lambda doc: doc["@id"],
    "message": lambda doc: doc["description"],
    "vm_name": lambda doc: doc.get("vm", {}).get("name", ""),
}
_OF_EVENTS: Mapping[str, Callable[[Doc], object]] = {**_ELSEWHERE, "type": lambda doc: doc["code"]}


@dataclass(frozen=True, slots=True)
class Term:
    field: str
    sign: str
    value: str


def search(collection: str, docs: list[Doc], text: str, *, exact_case: bool = True) -> list[Doc]:
    """Those that a search finds; raises Refused for what is no search, or one that the lab cannot do."""
    text, page = _paged(text)
    found = docs
    for term in _terms(collection, text):
        found = [doc for doc in found if _holds(_value(collection, doc, term.field), term, exact_case=exact_case)]
    return found if page is None else found[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]


def _paged(text: str) -> tuple[str, int | None]:
    head, word, number = text.rpartition("page ")
    if not word or not number.strip().isdecimal() or (head and not head.endswith(" ")):
        return text, None
    return head, max(1, int(number))


def _terms(collection: str, text: str) -> list[Term]:
    terms, rest = [], re.sub(r"^\s*\w+\s*:", "", text).strip()
    while rest:
        match = _TERM.fullmatch(rest)
        if match is None:
            raise not_implemented(f"the search '{text}'")
        field = match["field"].lower()
        if field not in _FIELDS.get(collection, ()):
            raise Refused(400, "Bad Request", f"The embedded lab cannot search {collection} by '{field}'.")
        terms.append(Term(field, match["sign"], match["bare"] if match["quoted"] is None else match["quoted"]))
        rest = _joined(match["rest"], text)
    return terms


def _joined(rest: str, text: str) -> str:
    if not rest:
        return ""
    word, _, more = rest.partition(" ")
    if word.lower() != "and" or not more.strip():
        raise not_implemented(f"the search '{text}'")
    return more.strip()


def _value(collection: str, doc: Doc, field: str) -> str:
    reading = (_OF_EVENTS if collection == "events" else _ELSEWHERE).get(field)
    return str(doc.get(field, "") if reading is None else reading(doc))


def _holds(value: str, term: Term, *, exact_case: bool) -> bool:
    if term.sign in ("=", "!="):
        pattern = ".*".join(map(re.escape, term.value.split("*")))
        same = re.fullmatch(pattern, value, 0 if exact_case else re.IGNORECASE) is not None
        return same == (term.sign == "=")
    return _compared(_ordered(value), term.sign, _ordered(term.value))


def _ordered(text: str) -> tuple[int, str]:
    """Numbers by size, everything else (times) by its text."""
    return (int(text), "") if text.isdecimal() else (0, text)


def _compared(value: tuple[int, str], sign: str, other: tuple[int, str]) -> bool:
    return {">": value > other, "<": value < other, ">=": value >= other, "<=": value <= other}[sign]
