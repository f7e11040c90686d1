"""Which objects and which properties a filter specification means."""

from collections.abc import Iterator
from typing import Any

from lab.vcenter.faults import Refused, invalid_argument
from lab.vcenter.inventory import Inventory
from lab.vcenter.objects import View, check_path
from lab.vcenter.sdk import moid, vmodl

Readings = list[tuple[View, dict[str, Any]]]


def select(inventory: Inventory, spec: Any) -> Iterator[View]:
    """Objects of a FilterSpec, each once; raises ManagedObjectNotFound for an unknown starting point."""
    seen: set[str] = set()
    for object_spec in spec.objectSet:
        for view in _Walk(inventory, object_spec.selectSet).from_(object_spec):
            if moid(view.ref) not in seen:
                seen.add(moid(view.ref))
                yield view


class _Walk:
    """Follows traversal specifications, which may call each other by name and so go round in circles."""

    def __init__(self, inventory: Inventory, specs: list[Any]) -> None:
        self._inventory = inventory
        self._named: dict[str, Any] = {}
        self._visited: set[tuple[str, int]] = set()
        self._learn(specs)

    def _learn(self, specs: list[Any]) -> None:
        for spec in specs or []:
            if isinstance(spec, vmodl.query.PropertyCollector.TraversalSpec):
                if spec.name:
                    self._named[spec.name] = spec
                self._learn(spec.selectSet)

    def from_(self, object_spec: Any) -> Iterator[View]:
        start = self._inventory.view(object_spec.obj)
        if not object_spec.skip:
            yield start
        yield from self._follow(start, object_spec.selectSet)

    def _follow(self, view: View, specs: list[Any]) -> Iterator[View]:
        for spec in (self._resolve(spec) for spec in specs or []):
            if not issubclass(view.kind, spec.type) or (moid(view.ref), id(spec)) in self._visited:
                continue
            self._visited.add((moid(view.ref), id(spec)))
            for child in self._children(view, spec.path):
                if not spec.skip:
                    yield child
                yield from self._follow(child, spec.selectSet)

    def _resolve(self, spec: Any) -> Any:
        if isinstance(spec, vmodl.query.PropertyCollector.TraversalSpec):
            return spec
        if spec.name not in self._named:
            raise invalid_argument("specSet.objectSet.selectSet.name")
        return self._named[spec.name]

    def _children(self, view: View, path: str) -> Iterator[View]:
        value = view.value(path)
        for reference in value if isinstance(value, list) else [value]:
            if reference is not None:
                try:
                    yield self._inventory.view(reference)
                except Refused:
                    continue  # gone since the list was made


def paths_for(view: View, spec: Any) -> list[str]:
    """Property paths that the matching PropertySpecs ask of one object."""
    paths: dict[str, None] = {}
    for property_spec in spec.propSet:
        if not issubclass(view.kind, property_spec.type):
            continue
        for path in view.roots() if property_spec.all else property_spec.pathSet or []:
            paths[str(path)] = None
    return list(paths)


def wanted(view: View, spec: Any) -> bool:
    """Only objects for which there is a PropertySpec are reported."""
    return any(issubclass(view.kind, property_spec.type) for property_spec in spec.propSet)


def check(spec: Any) -> None:
    """Raise InvalidProperty for the first path whose type has no such property."""
    for property_spec in spec.propSet:
        for path in property_spec.pathSet or []:
            check_path(property_spec.type, str(path))


def read(inventory: Inventory, spec: Any) -> Readings:
    """Values of all set properties of all objects a FilterSpec means."""
    check(spec)
    readings = []
    for view in select(inventory, spec):
        if wanted(view, spec):
            values = {path: view.value(path) for path in paths_for(view, spec)}
            readings.append((view, {path: value for path, value in values.items() if value is not None}))
    return readings
