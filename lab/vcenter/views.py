"""ContainerView and ListView: moving lists of objects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from lab.vcenter.inventory import Inventory
from lab.vcenter.objects import View
from lab.vcenter.sdk import moid, ref, vim


@dataclass(slots=True)
class ObjectView:
    """A view object of one session."""

    ref: Any
    members: Callable[[], list[Any]]
    container: Any = None
    types: tuple[Any, ...] = ()
    recursive: bool = True

    def view(self) -> View:
        properties: dict[str, Callable[[], Any]] = {"view": self.members}
        if self.container is not None:
            properties |= {
                "container": lambda: self.container,
                "type": lambda: list(self.types),
                "recursive": lambda: self.recursive,
            }
        return View(self.ref, properties)


def container_view(
    inventory: Inventory, session: str, container: Any, types: list[Any], *, recursive: bool
) -> ObjectView:
    """Everything below a container that is of one of the types; no types means all."""
    inventory.view(container)
    wanted = tuple(types) or (vim.ManagedEntity,)

    def members() -> list[Any]:
        below = inventory.below(container, recursive=recursive)
        return [item for item in below if isinstance(item, wanted)]

    this = ref(vim.view.ContainerView, f"session[{session}]{uuid4()}")
    return ObjectView(this, members, container, tuple(types), recursive)


def list_view(inventory: Inventory, session: str, members: list[Any]) -> tuple[ObjectView, dict[str, Any]]:
    """Exactly the given objects while they exist; the dictionary is theirs to change."""
    listed = {moid(item): item for item in members}
    this = ref(vim.view.ListView, f"session[{session}]{uuid4()}")
    return ObjectView(this, lambda: [item for key, item in listed.items() if inventory.find(key)]), listed
