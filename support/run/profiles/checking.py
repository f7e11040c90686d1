"""Checks one entry against the model of its type and says all that is wrong with it, never a secret's value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from support.run.profiles import array_address
from support.run.profiles.copy_offload_model import (
    CopyOffloadEntry,
    advised,
    from_environment,
    missing,
    named_twice,
    variable,
)
from support.run.profiles.models import ENTRIES, KNOWN_KEYS, Entry, OpenshiftEntry, VsphereEntry
from support.run.profiles.reading import kind_of
from support.run.roles import known_role, nearest_role

BLOCK = "copyoffload"
_TYPES = "vsphere, ovirt (or rhv), openstack, openshift or ova"
_SHOWN = frozenset({"api_url", "storage_vendor_product", "esxi_clone_method"})
"""Fields whose value a message may show."""


@dataclass(slots=True)
class Checked:
    """An entry with its problems and warnings, each `profile.field: ...`; `entry` is there when nothing is wrong."""

    entry: Entry | None = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_entry(name: str, raw: object, environ: Mapping[str, str]) -> Checked:
    """Check one entry; `environ` completes its copyoffload block (pass an empty one for entries nobody uses)."""
    checked = Checked()
    if not isinstance(raw, dict):
        checked.problems.append(f"{name}: expected an object, found {kind_of(raw)}")
        return checked
    given = _completed(_present(raw), environ)
    model = _model(name, given, checked)
    if model is None:
        return checked
    try:
        entry = model.model_validate(given)
    except ValidationError as error:
        checked.problems += (f"{name}.{text}" for text in _explained(error, model, given, environ))
        if issubclass(model, VsphereEntry):
            checked.problems += (f"{name}.{text}" for text in _incomplete_block(given, environ))
        return checked
    checked.problems += (f"{name}.{text}" for text in _incomplete(entry, given, environ))
    checked.warnings += (f"{name}.{text}" for text in _doubtful(entry))
    checked.entry = None if checked.problems else entry
    return checked


def _present(raw: Mapping[str, object]) -> dict[str, object]:
    """Without what is empty: an empty text, or null, means that nothing was given."""
    cleaned = {key: _present(value) if isinstance(value, dict) else value for key, value in raw.items()}
    return {key: value for key, value in cleaned.items() if value not in ("", None)}


def _completed(given: dict[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    block = given.get(BLOCK)
    return {**given, BLOCK: {**block, **from_environment(environ)}} if isinstance(block, dict) else given


def _model(name: str, given: Mapping[str, object], checked: Checked) -> type[Entry] | None:
    kind = given.get("type")
    if isinstance(kind, str) and kind in ENTRIES:
        return ENTRIES[kind]
    found = f"found {kind!r}" if isinstance(kind, str) else "found none" if kind is None else f"found {kind_of(kind)}"
    checked.problems.append(f"{name}.type: expected {_TYPES}, {found}")
    return None


def _explained(
    error: ValidationError, model: type[Entry], given: Mapping[str, object], environ: Mapping[str, str]
) -> Iterator[str]:
    for each in error.errors(include_url=False):
        path = [str(part) for part in each["loc"]]
        fields = CopyOffloadEntry.model_fields if path[0] == BLOCK and len(path) > 1 else model.model_fields
        name = path[1] if fields is CopyOffloadEntry.model_fields else path[0]
        expected = fields[name].description
        found = _found(given, path)
        wrong = "missing" if found is None else "wrong"
        found = _meant(given, path) if found is None else f"{found}{_given_by(path, environ)}"
        yield f"{'.'.join(path)}: {wrong}, expected {expected}{found}"


def _meant(given: Mapping[str, object], path: list[str]) -> str:
    """A key that nobody knows and that looks like the missing one, for the end of its message."""
    block, known = (
        (given.get(BLOCK), frozenset(CopyOffloadEntry.model_fields)) if len(path) > 1 else (given, KNOWN_KEYS)
    )
    strangers = [key for key in block if key not in known] if isinstance(block, dict) else []
    near = get_close_matches(path[-1], strangers, n=1)
    return f"; there is an unknown key {near[0]!r}" if near else ""


def _given_by(path: list[str], environ: Mapping[str, str]) -> str:
    """The variable that won over the file, for the end of a message."""
    won = path[0] == BLOCK and len(path) > 1 and path[1] in from_environment(environ)
    return f" in the variable {variable(path[1])}" if won else ""


def _found(given: Mapping[str, object], path: list[str]) -> str | None:
    """What stands at a path, for the end of a message; None when nothing does."""
    value: object = given
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    if isinstance(value, str) and path[-1] in _SHOWN and "@" not in value:
        return f", found {value!r}"
    return f", found {kind_of(value)}"


def _incomplete(entry: Entry, given: Mapping[str, object], environ: Mapping[str, str]) -> Iterator[str]:
    for family in ("linux", "win"):
        user, password = f"guest_vm_{family}_user", f"guest_vm_{family}_password"
        there = {name: getattr(entry, name) is not None for name in (user, password)}
        if there[user] != there[password]:
            yield f"{password if there[user] else user}: missing, expected {user} and {password} together"
    if isinstance(entry, VsphereEntry):
        yield from _incomplete_block(given, environ)
    if isinstance(entry, OpenshiftEntry):
        yield from entry.missing()


def _incomplete_block(given: Mapping[str, object], environ: Mapping[str, str]) -> Iterator[str]:
    block = given.get(BLOCK)
    if not isinstance(block, dict):
        return
    for key, text in missing(block):
        yield f"{BLOCK}.{text}{_meant(given, [BLOCK, key])}"
    yield from (f"{BLOCK}.{text}" for text in named_twice(block))
    where = _given_by([BLOCK, array_address.KEY], environ) or f"; correct it, or give {variable(array_address.KEY)}"
    yield from (f"{BLOCK}.{text}{where}" for text in array_address.wrong(block))


def _doubtful(entry: Entry) -> Iterator[str]:
    yield from _unknown_keys(entry, KNOWN_KEYS)
    if isinstance(entry, VsphereEntry) and entry.copyoffload is not None:
        keys = frozenset(CopyOffloadEntry.model_fields)
        yield from (f"{BLOCK}.{text}" for text in _unknown_keys(entry.copyoffload, keys))
        yield from (f"{BLOCK}.{text}" for text in advised(entry.copyoffload))
        if entry.copyoffload.esxi_clone_method == "ssh" and entry.copyoffload.esxi_host_key is None:
            yield f"{BLOCK}.esxi_host_key: absent, so the ESXi host's SSH key is taken unseen"
    elif BLOCK in (entry.model_extra or {}):
        yield f"{BLOCK}: means nothing for type {entry.kind.value}, only for vsphere"
    for role in entry.machines or {}:
        if known_role(role) is None:
            yield f"machines: {role!r} is a role no feature of this suite is known for; {nearest_role(role)}"
    host = urlsplit(entry.api_url or "").hostname
    if entry.fqdn and host and entry.fqdn.casefold() != host.casefold():
        yield f"fqdn: {entry.fqdn!r} is not the host of api_url, which is the one that is used"


def _unknown_keys(entry: BaseModel, known: frozenset[str]) -> Iterator[str]:
    """Keys that begin with "_" are people's own remarks, since JSON has no comments."""
    for key in entry.model_extra or {}:
        if key in known or key.startswith("_"):
            continue
        near = get_close_matches(key, known, n=1)
        yield f"{key}: unknown key, ignored" + (f"; did you mean {near[0]}?" if near else "")
