"""The property collector of a session: pages of a big answer, and filters that report what changed."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from lab.vcenter import selection
from lab.vcenter.changes import Changes
from lab.vcenter.faults import Refused, canceled, invalid_argument
from lab.vcenter.inventory import Inventory
from lab.vcenter.objects import View
from lab.vcenter.sdk import moid, ref, vmodl
from lab.vcenter.soap import serialize

PAGE = 100
"""Objects in one answer, whatever the client asked for (server policy: facts/sources.md 1.4)."""

_PC = vmodl.query.PropertyCollector


def _mark(value: Any) -> str:
    return serialize(value, "val", object)


@dataclass(slots=True)
class Filter:
    """What a client watches, and what it was told last."""

    id: str
    spec: Any
    told: dict[str, tuple[Any, dict[str, str]]] = field(default_factory=dict)

    @property
    def ref(self) -> Any:
        return ref(_PC.Filter, self.id)

    def updates(self, inventory: Inventory, limit: int) -> tuple[list[Any], bool]:
        """Up to `limit` object updates, and whether there are more; what is returned counts as told."""
        current = {moid(view.ref): (view, values) for view, values in _read_existing(inventory, self.spec)}
        updates: list[Any] = []
        for identity in [identity for identity in self.told if identity not in current]:
            if len(updates) >= limit:
                return updates, True
            gone, _ = self.told.pop(identity)
            updates.append(_PC.ObjectUpdate(kind="leave", obj=gone))
        for identity, (view, values) in current.items():
            marks = {path: _mark(value) for path, value in values.items()}
            before = self.told.get(identity)
            if before is not None and before[1] == marks:
                continue
            if len(updates) >= limit:
                return updates, True
            updates.append(_object_update(view, values, marks, before[1] if before else None))
            self.told[identity] = (view.ref, marks)
        return updates, False


def _read_existing(inventory: Inventory, spec: Any) -> selection.Readings:
    """Like a plain read, but an object of the filter that vanished is just not there any more."""
    readings: selection.Readings = []
    for object_spec in spec.objectSet:
        if inventory.find(moid(object_spec.obj)) is not None:
            part = _PC.FilterSpec(propSet=spec.propSet, objectSet=[object_spec])
            readings += selection.read(inventory, part)
    return readings


def _object_update(view: View, values: dict[str, Any], marks: dict[str, str], before: dict[str, str] | None) -> Any:
    old = before or {}
    changes = [
        _PC.Change(name=path, op="assign", val=value) for path, value in values.items() if marks[path] != old.get(path)
    ]
    changes += [_PC.Change(name=path, op="assign", val=None) for path in old if path not in marks]
    return _PC.ObjectUpdate(kind="enter" if before is None else "modify", obj=view.ref, changeSet=changes)


@dataclass(slots=True)
class Collector:
    """One PropertyCollector of one session."""

    id: str
    inventory: Inventory
    changes: Changes
    filters: dict[str, Filter] = field(default_factory=dict)
    _version: int = 0
    _cancellations: int = 0
    _pages: dict[str, list[Any]] = field(default_factory=dict)
    _tokens: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def retrieve(self, specs: list[Any]) -> list[Any]:
        """ObjectContents of all specifications."""
        contents = []
        for spec in specs:
            for view, values in selection.read(self.inventory, spec):
                properties = [vmodl.DynamicProperty(name=path, val=value) for path, value in values.items()]
                contents.append(_PC.ObjectContent(obj=view.ref, propSet=properties))
        return contents

    def first_page(self, specs: list[Any], maximum: int | None) -> Any:
        """RetrieveResult, None when nothing matched; raises InvalidArgument for a maximum below one."""
        if maximum is not None and maximum < 1:
            raise invalid_argument("options.maxObjects")
        return self._page(self.retrieve(specs), min(maximum or PAGE, PAGE))

    def _page(self, contents: list[Any], size: int) -> Any:
        if not contents:
            return None
        result = _PC.RetrieveResult(objects=contents[:size])
        if len(contents) > size:
            result.token = f"{next(self._tokens)}-{size}"
            self._pages[result.token] = contents[size:]
        return result

    def next_page(self, token: str) -> Any:
        """The page after a token; a token works once."""
        contents = self._pages.pop(token, None)
        if contents is None:
            raise invalid_argument("token")
        return self._page(contents, int(token.partition("-")[2]))

    def forget_page(self, token: str) -> None:
        if self._pages.pop(token, None) is None:
            raise invalid_argument("token")

    def add(self, spec: Any, session: str) -> Filter:
        """A new filter; its objects are reported with the next update."""
        selection.check(spec)
        for object_spec in spec.objectSet:
            self.inventory.view(object_spec.obj)
        made = Filter(f"session[{session}]filter-{next(self._tokens)}", spec)
        self.filters[made.id] = made
        self.changes.tell()
        return made

    def cancel(self) -> None:
        """End all waits of this collector with RequestCanceled."""
        self._cancellations += 1
        self.changes.tell()

    async def wait(self, version: str, seconds: float | None, maximum: int | None) -> Any:
        """UpdateSet, or None when nothing changed for so many wall seconds; None seconds wait for ever."""
        self._check(version)
        cancellations = self._cancellations
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            found = self._updates(min(maximum or PAGE, PAGE))
            if found is not None:
                return found
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return None
            await self.changes.wait(left)
            if self._cancellations != cancellations:
                raise canceled()

    def _check(self, version: str) -> None:
        if version == "":
            for item in self.filters.values():
                item.told.clear()
        elif version != str(self._version):
            fault = vmodl.query.InvalidCollectorVersion()
            raise Refused(fault, f"'{version}' is not the latest version, which is '{self._version}'.")

    def _updates(self, limit: int) -> Any:
        sets, truncated = [], False
        for item in tuple(self.filters.values()):
            updates, more = item.updates(self.inventory, limit)
            limit -= len(updates)
            truncated = truncated or more
            if updates:
                sets.append(_PC.FilterUpdate(filter=item.ref, objectSet=updates))
        if not sets:
            return None
        self._version += 1
        return _PC.UpdateSet(version=str(self._version), filterSet=sets, truncated=truncated)
