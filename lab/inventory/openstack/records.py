"""Rows of the collector's database as records of the inventory."""

from collections.abc import Iterator
from typing import Any

from lab.inventory.openstack.collector import Stored, collector_of
from lab.inventory.openstack.concerns import concerns_of
from lab.inventory.questions import ALL
from lab.inventory.record import Record
from lab.kernel.service import Lab


def records(lab: Lab, collection: str) -> Iterator[Record]:
    """All rows of a collection."""
    for row in tuple(collector_of(lab).rows[collection].values()):
        yield record_of(lab, collection, row)


def record_of(lab: Lab, collection: str, row: Stored) -> Record:
    """One row; a server has its concerns beside."""
    form = row.form
    resource: dict[str, Any] = {"id": form.id, "revision": row.revision}
    resource |= {"path": form.path} if form.path else {}
    body = dict(form.body)
    if collection == "vms":
        concerns = concerns_of(collector_of(lab).rows, form) if row.validated else None
        body |= {"revisionValidated": row.validated, "concerns": concerns}
    return Record(
        kind=collection,
        id=form.id,
        name=form.name,
        path=form.path,
        resource=resource | {"name": form.name},
        body=body | dict(form.more),
        brief=body if form.more else None,
    )


def link(root: str, record: Record) -> str:
    return f"{root}/{record.kind}/{record.id}"


def linked(root: str, record: Record) -> dict[str, Any]:
    """The whole record."""
    return record.shown(ALL, link(root, record))
