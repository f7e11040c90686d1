"""A request that changes something, and what may be in it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.faults import Refused, conflict, incomplete, invalid, not_implemented, unknown_reference
from lab.ovirt.machine_view import status
from lab.ovirt.resources import machine_of
from lab.world.model import Machine

Answer = tuple[str, Doc]
"""Root element and its content."""
COMPLETE: Answer = ("action", {"status": "complete"})


@dataclass(frozen=True, slots=True)
class Request:
    engine: Engine
    user: str
    ids: list[str]
    """In the path, outermost first."""
    body: Doc
    query: Mapping[str, str]

    def machine(self) -> Machine:
        """The machine that the path begins with; raises Refused (404)."""
        return machine_of(self.engine, "vms", self.ids[0])

    def flag(self, name: str, *, default: bool) -> bool:
        return is_true(self.query[name]) if name in self.query else default


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`ids` is how many of them are in its path; `action` that its faults come inside an action."""

    run: Callable[[Request], Awaitable[Answer]]
    ids: int
    status: int = 200
    parameters: frozenset[str] = frozenset()
    action: bool = False


def is_true(text: object) -> bool:
    """A boolean as XML has it; raises Refused (400)."""
    if str(text).lower() not in ("true", "false"):
        raise invalid(str(text), "boolean")
    return str(text).lower() == "true"


def number(text: object) -> int:
    """Raises Refused (400)."""
    try:
        return int(str(text))
    except ValueError:
        raise Refused(400, "Bad Request", f"'{text}' is not a number.") from None


def only(doc: Doc, known: Iterable[str], what: str) -> None:
    """Raise Refused (501) for an element that the lab would have to ignore."""
    for name in doc:
        if name not in known:
            raise not_implemented(f"{what}.{name}")


def required(doc: Doc, name: str, what: str) -> str:
    """Text of an element; raises Refused (400) when it is not there."""
    if not doc.get(name):
        raise incomplete(what, name, "add")
    return str(doc[name])


def chosen(doc: Doc, docs: Iterable[Doc], what: str) -> Doc:
    """What a body refers to by id or name; raises Refused (404)."""
    wanted = {"@id": doc.get("@id"), "name": doc.get("name")}
    for each in docs:
        if any(value is not None and each.get(key) == value for key, value in wanted.items()):
            return each
    raise unknown_reference(f"{what}: {wanted['@id'] or wanted['name']}")


def refuse_busy(engine: Engine, machine: Machine, action: str, kind: str) -> None:
    """Raise Refused (409) while a job has the machine, or one of its snapshots."""
    if status(engine, machine) == "image_locked":
        raise conflict(action, kind, ": VM is locked. Please try again in a few minutes.")
    if machine.id in engine.locked:
        why = (
            ". The VM is performing an operation on a Snapshot. Please wait for the operation to finish, and try again."
        )
        raise conflict(action, kind, why)
