"""Machines and templates by name, and machines by the run they belong to; one search each."""

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from support.adapters.ovirt.faults import translated
from support.adapters.ovirt.session import Session
from support.domain.errors import MachineNotFound, SourceError
from support.domain.names import is_of_run

_NEAR = 5


def find(session: Session, name: str) -> Any:
    """The machine of that name, else the template.

    Raises MachineNotFound with near names, SourceError when ambiguous.
    """
    found = named(session, name) or _template(session, name)
    if found is None:
        raise MachineNotFound(_nothing_found(name, "machine or template", (*_machines(session), *_templates(session))))
    return found


def named(session: Session, name: str) -> Any | None:
    """The machine of that name, None when there is none."""
    with translated(f"machine '{name}': looking for it"):
        same = _same(session, session.system.vms_service().list, name)
    if len(same) > 1:
        ids = ", ".join(sorted(each.id for each in same))
        raise SourceError(f"machine '{name}': expected one of that name, found {len(same)} ({ids}); rename one")
    return same[0] if same else None


def template(session: Session, name: str) -> Any:
    """The newest version of the template of that name; raises MachineNotFound with near names."""
    found = _template(session, name)
    if found is None:
        raise MachineNotFound(_nothing_found(name, "template", _templates(session)))
    return found


def machines_of(session: Session, run_id: str) -> list[tuple[str, str]]:
    """(id, name) of machines that carry the run id in name and notes."""
    with translated(f"machines of run {run_id}"):
        rows = session.read(lambda: session.system.vms_service().list(search=f"name={run_id}*"))
    return [(row.id, row.name) for row in rows if is_of_run(run_id, row.name, row.description or "")]


def _template(session: Session, name: str) -> Any | None:
    """All versions of a template have its name (facts, sources 3.3)."""
    with translated(f"template '{name}': looking for it"):
        same = _same(session, session.system.templates_service().list, name)
    return max(same, key=_version, default=None)


def _version(template: Any) -> int:
    return (template.version.version_number or 0) if template.version is not None else 0


def _same(session: Session, listing: Callable[..., Sequence[Any]], name: str) -> list[Any]:
    """The search is asked for as little as it can be, since `*` means any text to it."""
    found = session.read(lambda: listing(search=f'name="{name}"'))
    return [each for each in found if each.name == name]


def _machines(session: Session) -> set[str]:
    with translated("names of machines"):
        return {each.name for each in session.read(session.system.vms_service().list)}


def _templates(session: Session) -> set[str]:
    with translated("names of templates"):
        return {each.name for each in session.read(session.system.templates_service().list)}


def _nothing_found(name: str, kind: str, visible: Sequence[str] | set[str]) -> str:
    folded = {each.lower(): each for each in sorted(visible)}
    near = [folded[each] for each in difflib.get_close_matches(name.lower(), folded, n=_NEAR, cutoff=0.5)]
    seen = f"near names: {', '.join(near)}" if near else f"{len(folded)} are visible, none like it"
    return f"{kind} '{name}': not found on oVirt; {seen}"
