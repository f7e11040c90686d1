"""The one way to read managed objects: exact paths by RetrievePropertiesEx, tokens followed.

Attributes of managed objects are never touched: each dot would be a request of its own, and an unset property or an
unknown enum text breaks the whole read (facts, sources 1.4 and 1.5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from support.adapters.vsphere.faults import GONE, error_of
from support.adapters.vsphere.sdk import vim, vmodl
from support.adapters.vsphere.session import Session

Wanted = Mapping[Any, Sequence[str]]
"""Property paths by managed object type."""

_Collector = vmodl.query.PropertyCollector
_AT_ONCE = 100
"""Objects whose large properties are read in one request."""
_STALE = (GONE, vmodl.fault.InvalidArgument, vmodl.query.InvalidCollectorVersion)
"""What views, tokens and filters of an ended session answer with."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was read of one object; an unset property is absent from `values`."""

    ref: Any
    values: Mapping[str, Any]
    denied: Mapping[str, Any] = field(default_factory=dict)
    """Faults by path, for properties the account may not read."""

    @property
    def id(self) -> str:
        return moid(self.ref)

    def get(self, path: str) -> Any:
        return self.values.get(path)


def moid(ref: Any) -> str:
    """The id that Forklift's inventory and vCenter's own events use."""
    return str(ref._moId)


def read(session: Session, refs: Iterable[Any], wanted: Wanted) -> dict[str, Row]:
    """Rows by id; raises ManagedObjectNotFound for one that is gone, SourceError for a forbidden property."""
    objects = [_Collector.ObjectSpec(obj=ref, skip=False) for ref in refs]
    if not objects:
        return {}
    kinds = {type(spec.obj) for spec in objects}
    rows = list(_retrieve(session, objects, {kind: paths for kind, paths in wanted.items() if kind in kinds}))
    for row in rows:
        _complain(row)
    return {row.id: row for row in rows}


def read_one(session: Session, ref: Any, paths: Sequence[str]) -> Row:
    """One object; raises ManagedObjectNotFound when it is gone."""
    rows = read(session, (ref,), {type(ref): paths})
    if not rows:
        raise GONE(obj=ref)
    return rows[moid(ref)]


def those_left(session: Session, refs: Sequence[Any], paths: Sequence[str]) -> Iterator[Row]:
    """Rows of many objects, some at a time, without those that went meanwhile; forbidden properties are in `denied`."""
    for start in range(0, len(refs), _AT_ONCE):
        some = refs[start : start + _AT_ONCE]
        try:
            yield from _of(session, some, paths)
        except GONE:
            for ref in some:
                with suppress(GONE):
                    yield from _of(session, (ref,), paths)


def _of(session: Session, refs: Sequence[Any], paths: Sequence[str]) -> list[Row]:
    objects = [_Collector.ObjectSpec(obj=ref, skip=False) for ref in refs]
    return list(_retrieve(session, objects, {type(ref): paths for ref in refs}))


@dataclass(slots=True)
class Scanner:
    """Reads all objects of one kind through a container view, which lives as long as the login."""

    session: Session
    kind: Any
    _view: Any = None
    _generation: int = -1

    def rows(self, paths: Sequence[str]) -> list[Row]:
        """All objects the account can see, in one request per page; forbidden properties are in `denied`."""
        try:
            return self._scan(paths)
        except _STALE:
            # The view went with its login, which a server may say instead of NotAuthenticated; a new one asks again.
            self._generation = -1
            return self._scan(paths)

    def _scan(self, paths: Sequence[str]) -> list[Row]:
        return _rows_of(self.session, self._current_view(), self.kind, paths)

    def _current_view(self) -> Any:
        if self._generation != self.session.generation:
            view = _view_of(self.session, self.kind)
            # The creation itself may have logged in again; the view then belongs to the newer session.
            self._view, self._generation = view, self.session.generation
        return self._view


def scan(session: Session, kind: Any, paths: Sequence[str]) -> list[Row]:
    """As `Scanner.rows`, for what is asked once: the server keeps no view of it."""
    view = _view_of(session, kind)
    try:
        return _rows_of(session, view, kind, paths)
    finally:
        with suppress(*_STALE):
            view.DestroyView()


def _view_of(session: Session, kind: Any) -> Any:
    content = session.content
    return content.viewManager.CreateContainerView(container=content.rootFolder, type=[kind], recursive=True)


def _rows_of(session: Session, view: Any, kind: Any, paths: Sequence[str]) -> list[Row]:
    through = _Collector.TraversalSpec(type=vim.view.ContainerView, path="view", skip=False)
    start = _Collector.ObjectSpec(obj=view, skip=True, selectSet=[through])
    return list(_retrieve(session, [start], {kind: paths}))


def _retrieve(session: Session, objects: Sequence[Any], wanted: Wanted) -> Iterator[Row]:
    properties = [_Collector.PropertySpec(type=kind, pathSet=list(paths), all=False) for kind, paths in wanted.items()]
    spec = _Collector.FilterSpec(objectSet=list(objects), propSet=properties)
    collector = session.content.propertyCollector
    page = collector.RetrievePropertiesEx([spec], _Collector.RetrieveOptions())
    while page is not None:
        for found in page.objects:
            yield _row(found)
        page = collector.ContinueRetrievePropertiesEx(page.token) if page.token else None


def _row(found: Any) -> Row:
    values = {each.name: each.val for each in found.propSet or () if each.val is not None}
    denied = {each.path: each.fault for each in found.missingSet or () if _is_complaint(each.fault)}
    return Row(found.obj, values, denied)


def _is_complaint(fault: Any) -> bool:
    """Other faults stand for "has no such part now", as the configuration of an inaccessible machine."""
    return isinstance(fault, vim.fault.NoPermission | vmodl.fault.SecurityError | vmodl.query.InvalidProperty)


def _complain(row: Row) -> None:
    for path, fault in row.denied.items():
        raise error_of(f"{type(row.ref).__name__} {row.id}: reading {path}", fault) from fault
