"""Reads the field tables, so that the structure of each custom resource is data and not code.

One line per field: `name! type =default @release`. `!` is required, `[]` a list of, `{}` a map of, `&Name` a shared
block, `?` may be null, `+` keeps unknown fields; `@2.11+` holds since that MTV release, `@2.11-` up to it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lab.kernel.releases import at_least

_FILES = {"forklift.konveyor.io": "forklift", "kubevirt.io": "kubevirt", "cdi.kubevirt.io": "kubevirt"}
_NO_DEFAULT = object()
_TYPE = re.compile(r"(?P<base>[a-zA-Z0-9]+)(?P<null>\?)?(?P<keep>\+)?(?P<rule>(:|>=|<=|~).*)?$")


@dataclass(slots=True)
class Field:
    """What one value may be; `base` is list, map, object, any or a scalar type."""

    base: str
    rule: str = ""
    nullable: bool = False
    keeps_unknown: bool = False
    inner: "Field | None" = None
    fields: dict[str, "Field"] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)


@cache
def structure(group: str, kind: str, mtv: str) -> Field | None:
    """The fields of a kind below its metadata; None when there is no table for it."""
    name = _FILES.get(group)
    return _tables(name, mtv).get(kind) if name else None


@cache
def _tables(name: str, mtv: str) -> Mapping[str, Field]:
    tables: dict[str, Field] = {}
    stack: list[Field] = []
    for depth, words in _lines(Path(__file__).with_name(f"{name}.fields"), mtv):
        if depth == 0:
            stack = [tables.setdefault(words[0], Field("object"))]
            continue
        del stack[depth:]
        made = _typed(words[1], tables)
        _add(stack[-1], words, made)
        stack.append(_innermost(made))
    return tables


def _lines(path: Path, mtv: str) -> Iterator[tuple[int, list[str]]]:
    """Depth and words of the lines that hold for this release, without those below a line that does not."""
    skipped = 1000
    for line in path.read_text(encoding="utf-8").splitlines():
        depth = len(line) - len(line.lstrip())
        if depth > skipped:
            continue
        words = line.split()
        skipped = 1000 if _holds(words[-1], mtv) else depth
        if skipped == 1000:
            yield depth, words


def _holds(mark: str, mtv: str) -> bool:
    if not mark.startswith("@"):
        return True
    release = mark[1:-1]
    return at_least(mtv, release) if mark.endswith("+") else at_least(release, mtv)


def _add(parent: Field, words: list[str], made: Field) -> None:
    name = words[0].removesuffix("!")
    parent.fields[name] = made
    if words[0].endswith("!"):
        parent.required.append(name)
    default = next((json.loads(word[1:]) for word in words[2:] if word.startswith("=")), _NO_DEFAULT)
    if default is not _NO_DEFAULT:
        parent.defaults[name] = default


def _typed(text: str, tables: dict[str, Field]) -> Field:
    if text[:2] in ("[]", "{}"):
        return Field("list" if text[0] == "[" else "map", inner=_typed(text[2:], tables))
    if text.startswith("&"):
        return tables.setdefault(text, Field("object"))
    found = _TYPE.match(text)
    if found is None:
        raise ValueError(f"not a type of a field table: {text}")
    return Field(found["base"], found["rule"] or "", bool(found["null"]), bool(found["keep"]))


def _innermost(made: Field) -> Field:
    while made.inner is not None:
        made = made.inner
    return made
