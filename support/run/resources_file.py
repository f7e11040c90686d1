"""Reads and writes resources.json as the older pytest suite does: what a run created, by kind, name and namespace."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.domain.errors import StartError
from support.domain.journal import Act, Realm, Record, Thing
from support.domain.names import ObjectRef, RunId
from support.workflow.clone import MACHINE
from support.workflow.shaping import DATASTORE, FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventoried:
    """One run's objects on the cluster, and what else the file names: machines and snapshots on the source."""

    run: RunId
    objects: tuple[ObjectRef, ...]
    on_source: tuple[ObjectRef, ...]


def read_resources(path: Path, prefix: str) -> Inventoried:
    """Read the file of one run, whose id is `prefix` with four characters; StartError lists all that is wrong."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise StartError(f"{path}: expected JSON of the form {_FORM}, found {error}") from error
    problems = list(_problems(content))
    if problems:
        raise StartError("\n  - ".join((f"{path}: expected the form {_FORM}:", *problems)))
    listed = [(_ref(kind, entry), _is_on_source(kind, entry)) for kind, some in content.items() for entry in some]
    return Inventoried(
        run=_run_of([ref for ref, _source in listed], prefix, path),
        objects=tuple(dict.fromkeys(ref for ref, source in listed if not source)),
        on_source=tuple(dict.fromkeys(ref for ref, source in listed if source)),
    )


def write_resources(path: Path, records: Sequence[Record], source: str, tests: Mapping[str, str]) -> None:
    """Write all that was created, whether it is still there or not.

    Args:
        source: type of the source, under which its machines stand.
        tests: name of the older suite's test by a thing's scope.
    """
    listed: dict[str, list[dict[str, str]]] = {}
    for record in records:
        if record.act is Act.INTENT and record.thing is not None and record.thing.kind not in _NOT_LISTED:
            kind = source if record.thing.kind == MACHINE else record.thing.kind
            listed.setdefault(kind, []).append(_entry(record.thing, tests.get(record.thing.scope, "")))
    path.write_text(json.dumps(listed, indent=2))
    path.chmod(0o600)


_NOT_LISTED = frozenset({"OAuthToken"})
"""What that suite knows no class for; it goes with the run's login in any case."""


def _entry(thing: Thing, test: str) -> dict[str, str]:
    """With the module of the class by which that suite's own cleaning tool deletes it."""
    entry = {"name": thing.name, "namespace": thing.namespace}
    if thing.kind == FOLDER:
        entry["id"] = thing.details.get(DATASTORE, "")
    if thing.realm is Realm.CLUSTER:
        entry["module"] = f"ocp_resources.{re.sub('(?<!^)(?=[A-Z])', '_', thing.kind).lower()}"
    return {**entry, "test_name": test} if test else entry


_FORM = '{"Kind": [{"name": "...", "namespace": "..."}]}'


def _problems(content: Any) -> Iterator[str]:
    if not isinstance(content, dict):
        yield f"found {type(content).__name__} at the top"
        return
    for kind, entries in content.items():
        if not isinstance(entries, list):
            yield f"{kind}: found {type(entries).__name__}, expected a list"
            continue
        for number, entry in enumerate(entries, start=1):
            if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
                yield f"{kind}, entry {number}: expected an object with a name"
            elif not isinstance(entry.get("namespace") or "", str):
                yield f"{kind}, entry {number}: expected the namespace to be a text"


def _ref(kind: str, entry: dict[str, Any]) -> ObjectRef:
    return ObjectRef(kind, entry["name"], entry.get("namespace") or "")


def _is_on_source(kind: str, entry: dict[str, Any]) -> bool:
    """Clones stand under the source's type, such as `vsphere`; volume snapshots carry the source's own id."""
    return not kind[:1].isupper() or "id" in entry


def _run_of(listed: list[ObjectRef], prefix: str, path: Path) -> RunId:
    pattern = re.compile(rf"{re.escape(prefix)}-[a-z0-9]{{4}}(?=-|$)")
    found = sorted({match.group() for ref in listed if (match := pattern.match(ref.name))})
    if len(found) != 1:
        told = f"those of {', '.join(found)}" if found else f"no name that begins with {prefix}-"
        advice = "set target_namespace_prefix as it was for the run" if not found else "clean them up one by one"
        raise StartError(f"{path}: expected the objects of one run, found {told}; {advice}")
    return RunId(found[0])
