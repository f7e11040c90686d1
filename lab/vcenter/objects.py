"""Managed objects as views: a reference and a function per property, read when somebody asks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.vcenter.faults import invalid_property
from lab.vcenter.sdk import support, typed

_SEGMENT = re.compile(r'([A-Za-z_]\w*)((?:\[(?:"[^"]*"|[^\]]*)\])*)')
_KEY = re.compile(r'\[(?:"([^"]*)"|([^\]]*))\]')


@dataclass(slots=True)
class View:
    """A managed object; a declared property without a function is unset."""

    ref: Any
    properties: Mapping[str, Callable[[], Any]]
    _read: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Any:
        return type(self.ref)

    def root(self, name: str) -> Any:
        """Value of a property, None when unset; raises InvalidProperty when the type has no such property."""
        if name not in self._read:
            declared = declared_type(self.kind, name)
            read = self.properties.get(name)
            self._read[name] = typed(read(), declared) if read is not None else None
        return self._read[name]

    def roots(self) -> list[str]:
        return [info.name for info in self.kind._GetPropertyList() if info.name in self.properties]

    def value(self, path: str) -> Any:
        """Value at a dotted path such as `config.hardware.device[4000].macAddress`, None when unset."""
        names = _split(path)
        value = _pick(self.root(names[0][0]), names[0][1], path)
        for name, keys in names[1:]:
            if value is None:
                return None
            value = _pick(_attribute(value, name, path), keys, path)
        return None if isinstance(value, list) and not value else value


def declared_type(kind: Any, name: str) -> Any:
    """Type of a managed object's property; raises InvalidProperty when it has none of this name."""
    info = next((info for info in kind._GetPropertyList() if info.name == name), None)
    if info is None:
        raise invalid_property(name)
    return info.type


def check_path(kind: Any, path: str) -> None:
    """Raise InvalidProperty unless the type has the first segment of the path."""
    declared_type(kind, _split(path)[0][0])


def _split(path: str) -> list[tuple[str, str]]:
    segments, position = [], 0
    while position < len(path):
        match = _SEGMENT.match(path, position)
        if match is None:
            raise invalid_property(path)
        segments.append((match[1], match[2]))
        position = match.end()
        if position < len(path):
            if path[position] != ".":
                raise invalid_property(path)
            position += 1
    if not segments:
        raise invalid_property(path)
    return segments


def _attribute(value: Any, name: str, path: str) -> Any:
    if not isinstance(value, support.DataObject):
        raise invalid_property(path)
    info = next((info for info in value._GetPropertyList() if info.name == name), None)
    if info is None:
        raise invalid_property(path)
    return typed(getattr(value, name), info.type)


def _pick(value: Any, keys: str, path: str) -> Any:
    for quoted, plain in _KEY.findall(keys):
        if value is None:
            return None
        if not isinstance(value, list):
            raise invalid_property(path)
        key = quoted or plain
        value = next((item for item in value if _key_of(item) == key), None)
    return value


def _key_of(item: Any) -> str:
    if isinstance(item, support.ManagedObject):
        return str(item._moId)
    return str(getattr(item, "key", item))
