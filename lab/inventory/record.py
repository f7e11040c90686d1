"""One entry of any inventory collection, and how much of it a question gets to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Ref = dict[str, str]


def ref(kind: str, id_: str) -> Ref:
    return {"kind": kind, "id": id_}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A resource with its common keys apart from the rest; `always_full` where lists ignore `detail`."""

    kind: str
    id: str
    name: str
    path: str
    resource: Mapping[str, Any]
    body: Mapping[str, Any]
    listed: bool = True
    """Whether collections show it; it can be had by id anyway."""
    always_full: bool = False
    brief: Mapping[str, Any] | None = None
    """What detail 1 adds, where that is less than everything."""

    def shown(self, detail: int, link: str) -> dict[str, Any]:
        """As JSON; detail 0 is the common keys alone."""
        common = {**self.resource, "selfLink": link}
        if detail == 1 and self.brief is not None:
            return {**common, **self.brief}
        return {**common, **self.body} if detail > 0 or self.always_full else common
