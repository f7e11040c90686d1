"""Which function answers which method; each module in `methods` adds its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lab.kernel.service import Lab
from lab.vcenter.changes import Changes
from lab.vcenter.inventory import Inventory
from lab.vcenter.programs import Programs
from lab.vcenter.sdk import moid
from lab.vcenter.sessions import Session, Sessions
from lab.vcenter.soap import Request
from lab.vcenter.tasks import Job, Tasks, Work
from lab.vcenter.transfers import Transfers
from lab.world.model import Machine
from lab.world.world import World

Handler = Callable[["Call"], Any]

_HANDLERS: dict[str, list[tuple[Any, Handler]]] = {}


@dataclass(slots=True)
class Vcenter:
    """What methods work on."""

    lab: Lab
    tasks: Tasks
    sessions: Sessions
    changes: Changes
    half_made: dict[str, Machine]
    """Clones under way, by task id: their names and bytes are taken already."""
    programs: Programs
    """What runs in guests on vCenter's behalf."""
    transfers: Transfers = field(default_factory=Transfers)

    @property
    def world(self) -> World:
        return self.lab.world


@dataclass(slots=True)
class Call:
    """One method call of one session."""

    vcenter: Vcenter
    session: Session
    inventory: Inventory
    request: Request

    @property
    def this(self) -> Any:
        return self.request.this

    @property
    def world(self) -> World:
        return self.vcenter.world

    def argument(self, name: str, default: Any = None) -> Any:
        value = self.request.arguments.get(name)
        return default if value is None else value

    def machine(self) -> Machine:
        return self.inventory.machine(self.this)

    def exists(self, reference: Any) -> Any:
        """The reference itself, if given and there; raises ManagedObjectNotFound."""
        if reference is not None:
            self.inventory.view(reference)
        return reference

    def task(
        self, description: str, body: Callable[[Job], Any], *, cancelable: bool = False, alone: bool = True
    ) -> Any:
        """Start a task named after this call on this call's object; `alone` excludes others on the same object."""
        name = self.inventory.view(self.this).properties.get("name", lambda: moid(self.this))
        work = Work(
            method=self.request.method,
            description=description,
            entity=self.this,
            entity_name=name(),
            cancelable=cancelable,
        )
        return self.vcenter.tasks.start(work, body, user=self.session.user, exclusive=alone)


def answers(kind: Any, method: str) -> Callable[[Handler], Handler]:
    """Register a function for a method of a type and its subtypes."""

    def register(handler: Handler) -> Handler:
        _HANDLERS.setdefault(method, []).append((kind, handler))
        return handler

    return register


def handler_for(request: Request) -> Handler | None:
    """The function for a request, None when the lab has none."""
    candidates = _HANDLERS.get(request.method, [])
    return next((handler for kind, handler in candidates if isinstance(request.this, kind)), None)
