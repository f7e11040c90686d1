"""Holds one value against its table: what is pruned, what is filled in, what is wrong, in the API server's words."""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lab.cluster.structural.tables import Field

Cause = tuple[str, str, str]
"""Field, reason, message."""
_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,), "enum": (str,), "time": (str,), "bool": (bool,), "number": (int, float), "double": (int, float),
    "int": (int,), "int32": (int,), "int64": (int,), "quantity": (int, float, str),
    "list": (list,), "map": (dict,), "object": (dict,),
}  # fmt: skip
_NAMES = {
    "enum": "string", "time": "string", "bool": "boolean", "int": "integer", "int32": "integer",
    "int64": "integer", "double": "number", "list": "array", "map": "object", "quantity": "integer or string",
}  # fmt: skip
_SHOWN = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


@dataclass(slots=True)
class Checking:
    """One pass over one object; `causes` and `pruned` fill up."""

    causes: list[Cause] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)

    def value(self, wanted: Field, given: Any, path: str) -> Any:
        """The value as it is stored."""
        if wanted.base == "any" or (given is None and wanted.nullable):
            return given
        if not _fits(wanted, given):
            self._wrong_type(wanted, given, path)
            return given
        if wanted.base == "list" and wanted.inner:
            return [self.value(wanted.inner, item, f"{path}[{at}]") for at, item in enumerate(given)]
        if wanted.base == "map" and wanted.inner:
            return {key: self.value(wanted.inner, item, f"{path}.{key}") for key, item in given.items()}
        if wanted.base == "object":
            return self.fields(wanted, given, path)
        self._rule(wanted, given, path)
        return given

    def fields(self, wanted: Field, given: dict[str, Any], path: str, keep: frozenset[str] = frozenset()) -> Any:
        """Prune, default and check the fields of an object; null for a field that may not be null counts as absent
        only where there is a default, as on a server."""
        made: dict[str, Any] = {}
        for name, item in given.items():
            below = f"{path}.{name}" if path else name
            if name in keep:
                made[name] = item
            elif name in wanted.fields:
                if item is not None or name not in wanted.defaults:
                    made[name] = self.value(wanted.fields[name], item, below)
            elif wanted.keeps_unknown:
                made[name] = item
            else:
                self.pruned.append(below)
        for name, default in wanted.defaults.items():
            made.setdefault(name, deepcopy(default))
        for name in wanted.required:
            if name not in made:
                self.causes.append((f"{path}.{name}" if path else name, "FieldValueRequired", "Required value"))
        return made

    def _wrong_type(self, wanted: Field, given: Any, path: str) -> None:
        shown = "null" if given is None else _SHOWN[type(given)]
        name = _NAMES.get(wanted.base, wanted.base)
        why = f'Invalid value: "{shown}": {path} in body must be of type {name}: "{shown}"'
        self.causes.append((path, "FieldValueTypeInvalid", why))

    def _rule(self, wanted: Field, given: Any, path: str) -> None:
        rule, why, reason = wanted.rule, "", "FieldValueInvalid"
        shown = json.dumps(given)
        if wanted.base == "enum" and given not in rule[1:].split("|"):
            allowed = ", ".join(f'"{item}"' for item in rule[1:].split("|"))
            why, reason = f"Unsupported value: {shown}: supported values: {allowed}", "FieldValueNotSupported"
        elif wanted.base == "time" and not _TIME.match(given):
            why = f"Invalid value: {shown}: {path} in body must be of type date-time: {shown}"
        elif rule.startswith(">=") and given < int(rule[2:]):
            why = f"Invalid value: {shown}: {path} in body should be greater than or equal to {rule[2:]}"
        elif rule.startswith("<=") or rule.startswith("~"):
            why = _text_rule(rule, given, shown, path)
        if why:
            self.causes.append((path, reason, why))


def _fits(wanted: Field, given: Any) -> bool:
    if isinstance(given, bool) and wanted.base != "bool":
        return False
    return isinstance(given, _PYTHON[wanted.base])


def _text_rule(rule: str, given: str, shown: str, path: str) -> str:
    limit, _, pattern = rule.partition("~")
    if limit and len(given) > int(limit[2:]):
        return f"Too long: may not be more than {limit[2:]} bytes"
    if pattern and not re.search(pattern, given):
        return f"Invalid value: {shown}: {path} in body should match '{pattern}'"
    return ""
