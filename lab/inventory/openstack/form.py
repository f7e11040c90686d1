"""One thing of a cloud in the words of the inventory, before it has a revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZERO_TIME = "0001-01-01T00:00:00Z"
"""How Go writes a time that nobody has told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a record will show: `body` at detail 1, `more` beside it above that."""

    id: str
    name: str
    path: str = ""
    body: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)


def told(**keys: Any) -> dict[str, Any]:
    """Keys that are left out when there is nothing to tell (Go's omitempty)."""
    return {key: value for key, value in keys.items() if value not in ("", None, [], {})}


def when(stamp: str) -> str:
    return stamp or ZERO_TIME
