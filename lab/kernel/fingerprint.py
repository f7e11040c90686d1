"""One hash for any piece of state, so that `lab diff` needs to know nothing about what it compares."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass

VOLATILE = frozenset({"resourceVersion", "creationTimestamp", "lastTransitionTime", "observedGeneration", "generation"})
"""Keys whose change alone is no difference: an object patched and restored is itself again."""


def digest(value: object) -> str:
    """Hash of dataclasses, mappings, sequences, sets and scalars; order matters in sequences only."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[:16]


def _canonical(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        shown = ((field.name, getattr(value, field.name)) for field in fields(value) if not field.name.startswith("_"))
        return _canonical(dict(shown))
    if isinstance(value, Mapping):
        pairs = sorted((str(key), _canonical(item)) for key, item in value.items() if str(key) not in VOLATILE)
        return "{" + ",".join(f"{key}:{item}" for key, item in pairs) + "}"
    if isinstance(value, Set):
        return "<" + ",".join(sorted(_canonical(item) for item in value)) + ">"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_canonical(item) for item in value) + "]"
    return repr(value)
