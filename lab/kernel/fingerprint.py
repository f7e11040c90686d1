"""One hash for any piece of state, so that `lab diff` needs to know nothing about what it compares."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass

VOLATILE = frozenset({"resourceVersion", "creationTimestamp", "lastTransitionTime", "observedGeneration", "generation"})
"""Keys whose change alone is no difference: an object patched and restored is itself again."""
WHOLE = frozenset({"spec", "data", "stringData"})
"""Below these keys stands what somebody wanted, and all of it counts."""


def digest(value: object) -> str:
    """Hash of dataclasses, mappings, sequences, sets and scalars; order matters in sequences only."""
    return hashlib.sha256(_canonical(value, VOLATILE).encode()).hexdigest()[:16]


def _canonical(value: object, volatile: frozenset[str]) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        shown = ((field.name, getattr(value, field.name)) for field in fields(value) if not field.name.startswith("_"))
        return _canonical(dict(shown), volatile)
    if isinstance(value, Mapping):
        return (
            "{" + ",".join(sorted(_pair(str(key), value[key], volatile) for key in value if key not in volatile)) + "}"
        )
    if isinstance(value, Set):
        return "<" + ",".join(sorted(_canonical(item, volatile) for item in value)) + ">"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_canonical(item, volatile) for item in value) + "]"
    return repr(value)


def _pair(key: str, value: object, volatile: frozenset[str]) -> str:
    return f"{key!r}:{_canonical(value, frozenset() if key in WHOLE else volatile)}"
