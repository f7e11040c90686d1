"""From names to servers: by name, by run."""

import difflib
import re
from typing import Any

from support.adapters.openstack.faults import translated
from support.adapters.openstack.marks import NOTES
from support.adapters.openstack.session import Session
from support.domain.errors import MachineNotFound, SourceError

_NEAR = 5


def find(session: Session, name: str) -> Any:
    """The server of that name; raises MachineNotFound with near names, SourceError when ambiguous."""
    found = named(session, name)
    if found is None:
        raise MachineNotFound(_nothing_found(session, name))
    return found


def named(session: Session, name: str) -> Any | None:
    """As `find`, but None when there is none."""
    with translated(f"server '{name}': looking for it"):
        same = [each for each in session.compute.servers(name=f"^{_literal(name)}$") if each.name == name]
    if len(same) > 1:
        ids = ", ".join(sorted(each.id for each in same))
        raise SourceError(f"server '{name}': expected one of that name, found {len(same)}: {ids}; rename one")
    return same[0] if same else None


def machines_of(session: Session, run_id: str) -> list[tuple[str, str]]:
    """(id, name) of what carries the run id in its name *and* in its notes; look-alikes are somebody else's."""
    own_name = re.compile(rf"{re.escape(run_id)}(?![A-Za-z0-9])")
    own_notes = re.compile(rf"(?<![\w-]){re.escape(run_id)}(?![\w-])")
    with translated(f"servers of run {run_id}"):
        servers = list(session.compute.servers(name=f"^{_literal(run_id)}"))
    return [
        (each.id, each.name)
        for each in servers
        if own_name.match(each.name) and own_notes.search((each.metadata or {}).get(NOTES, ""))
    ]


def _literal(name: str) -> str:
    """For the database's regular expressions; Python's own quoting escapes more than those know."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", name)


def _nothing_found(session: Session, name: str) -> str:
    with translated(f"server '{name}': reading names"):
        names = sorted({each.name for each in session.compute.servers(details=False) if each.name})
    folded = {each.lower(): each for each in names}
    near = [folded[each] for each in difflib.get_close_matches(name.lower(), folded, n=_NEAR, cutoff=0.5)]
    seen = f"near names: {', '.join(near)}" if near else f"{len(names)} servers are visible, none like it"
    return f"server '{name}': not found in the project of the profile; {seen}"
