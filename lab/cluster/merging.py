"""JSON merge patch (RFC 7386) on objects that are never changed in place."""

from copy import deepcopy
from typing import Any


def merge(target: Any, change: Any) -> Any:
    """The target after the change: objects merge, null removes, anything else replaces. Neither argument changes."""
    if not isinstance(change, dict):
        return deepcopy(change)
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged
