"""What a request asks for: path, detail, page and filters, with the service's own order of refusals."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from lab.inventory.record import Record

ALL = 10
"""More detail than any resource has."""

TYPES = ("openshift", "vsphere", "ovirt", "openstack", "ova", "ec2", "hyperv")
"""Provider types of the summary, in its order (facts/forklift.md 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One GET; `parts` are what follows `/providers`."""

    parts: tuple[str, ...]
    detail: int
    limit: int | None
    offset: int
    name: str
    namespace: str
    watch: str | None
    token: str

    @property
    def uid(self) -> str:
        return self.parts[1] if len(self.parts) > 1 else ""

    def page(self, records: Iterable[Record]) -> list[Record]:
        """What of a collection is listed, named so, and on this page."""
        found = [record for record in records if record.listed and self._named(record)]
        end = None if self.limit is None else self.offset + self.limit
        return found[self.offset : end]

    def _named(self, record: Record) -> bool:
        """`a/b` is the end of an inventory path, anything else a name (forklift.md 5.1)."""
        if "/" in self.name:
            return f"/{record.path.strip('/')}".endswith(f"/{self.name.strip('/')}")
        return not self.name or record.name == self.name


def question(request: web.Request) -> Question:
    """Read a request; raises HTTPBadRequest with an empty body for a bad page or detail."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    limit = request.query.get("limit")
    return Question(
        parts=tuple(part for part in request.path.split("/")[2:] if part),
        limit=None if limit is None else _number(limit),
        offset=_number(request.query.get("offset", "0")),
        detail=_detail(request.query.get("detail", "0")),
        name=request.query.get("name", ""),
        namespace=request.query.get("namespace", ""),
        watch=request.headers.get("X-Watch"),
        token=token if scheme.lower() == "bearer" else "",
    )


def _detail(text: str) -> int:
    return ALL if text == "all" else _number(text)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise web.HTTPBadRequest(text="")
    return int(text)
