"""One column of a table: its title, and how an object fills it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lab.cluster.printing.ages import age

Object = dict[str, Any]
Cell = Callable[[Object, datetime], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`cell` gets the object and the present; columns of priority 1 are for `kubectl get -o wide` alone."""

    name: str
    cell: Cell
    type: str = "string"
    priority: int = 0

    def definition(self) -> Object:
        """As in `columnDefinitions` of a meta.k8s.io/v1 Table."""
        kind = "name" if self.name == "Name" else ""
        return {"name": self.name, "type": self.type, "format": kind, "description": "", "priority": self.priority}


Columns = tuple[Column, ...]
Table = Mapping[str, Columns]
"""Kind -> its columns."""


def value(obj: Any, path: str) -> Any:
    """What stands at `spec.a.0.b`, None when nothing does; `status.?Ready` is the status of the condition of that type,
    `status.?Ready.message` its message."""
    found = obj
    for key in path.split("."):
        found = _below(found, key)
    return found["status"] if path.rpartition(".")[2].startswith("?") and found else found


def _below(obj: Any, key: str) -> Any:
    if isinstance(obj, list):
        return obj[int(key)] if key.isdecimal() and int(key) < len(obj) else None
    if not isinstance(obj, dict):
        return None
    if not key.startswith("?"):
        return obj.get(key)
    return next((item for item in obj.get("conditions") or [] if item["type"] == key[1:]), None)


def at(path: str, missing: Any = None) -> Cell:
    """A cell that shows one field."""

    def cell(obj: Object, _now: datetime) -> Any:
        found = value(obj, path)
        return missing if found is None else found

    return cell


def since(path: str) -> Cell:
    """A cell that shows how long ago a stamp was."""

    def cell(obj: Object, now: datetime) -> str:
        return age(value(obj, path), now)

    return cell


def of(read: Callable[[Object], Any]) -> Cell:
    """A cell for which the present does not matter."""

    def cell(obj: Object, _now: datetime) -> Any:
        return read(obj)

    return cell


def count(path: str) -> Cell:
    """A cell that shows how many entries a field has."""
    return of(lambda obj: len(value(obj, path) or ()))


def joined(found: Mapping[str, str] | None) -> str:
    """Labels as a selector."""
    return ",".join(f"{key}={item}" for key, item in sorted((found or {}).items())) or "<none>"


NAME = Column("Name", at("metadata.name"))
AGE = Column("Age", since("metadata.creationTimestamp"))
CREATED_AT = Column("Created At", at("metadata.creationTimestamp"))
