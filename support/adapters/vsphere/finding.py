"""From names to machines: by name, by run, always from one scan of names."""

import difflib
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from support.adapters.vsphere.faults import GONE, translated
from support.adapters.vsphere.reading import Row, Scanner, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import MachineNotFound, SourceError
from support.domain.names import is_of_run

_NEAR = 5


def find(session: Session, machines: Scanner, name: str) -> Any:
    """The machine or template of that name; raises MachineNotFound with near names, SourceError when ambiguous."""
    rows = _names(machines, name)
    found = _only(session, rows, name)
    if found is None:
        raise MachineNotFound(_nothing_found(name, rows))
    return found


class Origins:
    """Machines and templates that clones are made of, looked for among all names once however many clones there are."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def find(self, session: Session, machines: Scanner, name: str) -> Any:
        """As `find`; one that is gone or renamed since is looked for again."""
        known = self._known.get(name)
        if known is None or not _still_called(session, known, name):
            known = self._known[name] = find(session, machines, name)
        return known


def _still_called(session: Session, ref: Any, name: str) -> bool:
    with translated(f"machine '{name}': reading its name"):
        try:
            return plain_name(read_one(session, ref, ("name",))) == name
        except GONE:
            return False


def named(session: Session, machines: Scanner, name: str) -> Any | None:
    """As `find`, but None when there is none."""
    return _only(session, _names(machines, name), name)


def _names(machines: Scanner, name: str) -> list[Row]:
    with translated(f"machine '{name}': reading names"):
        return machines.rows(("name",))


def _only(session: Session, rows: Sequence[Row], name: str) -> Any | None:
    same = [row.ref for row in rows if plain_name(row) == name]
    if len(same) > 1:
        with translated(f"machine '{name}': reading folders"):
            places = ", ".join(sorted(inventory_path(session, ref) for ref in same))
        raise SourceError(f"machine '{name}': expected one of that name, found {len(same)}: {places}; rename one")
    return same[0] if same else None


def machines_of(machines: Scanner, run_id: str) -> list[tuple[str, str]]:
    """(id, name) of what carries the run id in its name and in its notes."""
    with translated(f"machines of run {run_id}"):
        rows = machines.rows(("name", "config.annotation"))
    return [
        (row.id, plain_name(row))
        for row in rows
        if is_of_run(run_id, plain_name(row), row.get("config.annotation") or "")
    ]


def plain_name(row: Row) -> str:
    """vCenter escapes `/`, `\\` and `%` in names as URLs do."""
    return unquote(row.get("name") or "")


def inventory_path(session: Session, ref: Any) -> str:
    """Where an entity lives, such as /DC/vm/folder/name; one request per level, so for messages only."""
    names: list[str] = []
    while ref is not None and not _is_root(session, ref):
        row = read_one(session, ref, ("name", "parent"))
        names.append(plain_name(row))
        ref = row.get("parent")
    return "/" + "/".join(reversed(names))


def _is_root(session: Session, ref: Any) -> bool:
    return isinstance(ref, vim.Folder) and bool(ref._moId == session.content.rootFolder._moId)


def _nothing_found(name: str, rows: Sequence[Row]) -> str:
    names = sorted({plain_name(row) for row in rows if row.get("name")})
    folded = {each.lower(): each for each in names}
    near = [folded[each] for each in difflib.get_close_matches(name.lower(), folded, n=_NEAR, cutoff=0.5)]
    seen = (
        f"near names: {', '.join(near)}" if near else f"{len(names)} machines and templates are visible, none like it"
    )
    hidden = sum(1 for row in rows if "name" in row.denied)
    return f"machine '{name}': not found on vSphere; {seen}" + (f"; {hidden} may not be read" if hidden else "")
