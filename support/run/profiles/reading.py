"""Reads .providers.json as strict JSON; whatever is wrong with it becomes one error that says what to do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from support.domain.errors import StartError

_HELP = "see .providers.json.example and docs/providers.schema.json"
SCHEMA_KEY = "$schema"
"""Lets an editor find the published schema; no profile."""


class _DuplicateKey(ValueError):
    """A key given twice in one object, where JSON parsers silently keep the last."""


def read_entries(path: Path) -> dict[str, object]:
    """Entries by profile name; raises StartError with file, place, expectation and remedy."""
    text = _text(path)
    if not text.strip():
        raise StartError(f"providers file {path}: is empty, expected a JSON object with one entry per profile; {_HELP}")
    try:
        content = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise StartError(
            f"providers file {path}: not JSON, line {error.lineno} column {error.colno}: {error.msg}; "
            f"JSON knows no comments and no trailing commas; {_HELP}"
        ) from error
    except _DuplicateKey as error:
        raise StartError(f"providers file {path}: {error}, expected each key once; remove one of the two") from error
    return _entries(path, content)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StartError(
            f"providers file {path}: does not exist (looked in {path.absolute().parent}); copy .providers.json.example "
            "there and fill it in, or name another file with the setting providers_file"
        ) from error
    except UnicodeDecodeError as error:
        raise StartError(f"providers file {path}: byte {error.start} is no UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise StartError(
            f"providers file {path}: cannot be read: {error.strerror}, expected a file this user may read"
        ) from error


def _entries(path: Path, content: object) -> dict[str, object]:
    if not isinstance(content, dict):
        raise StartError(
            f"providers file {path}: expected a JSON object with one entry per profile, found {kind_of(content)}; "
            f"{_HELP}"
        )
    entries = {name: entry for name, entry in content.items() if name != SCHEMA_KEY}
    if not entries:
        raise StartError(f"providers file {path}: has no profile, expected one entry per profile; {_HELP}")
    return entries


def kind_of(value: object) -> str:
    """JSON's own word for what a value is."""
    if value is None:
        return "null"
    words: Mapping[type, str] = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return words[type(value)]


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKey(f"the key {key!r} is there twice in one object")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON value", name, 0)
