"""What the inventories of all providers have in common: how they are opened, asked, and waited for.

None of them tells of its changes in a way that outlives a reload, so a wait is a look that is repeated.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import tenacity

from support.adapters.inventory.service import InventoryService, NotYet
from support.adapters.pacing import PacedWait
from support.domain.errors import ClusterError
from support.domain.names import MachineName
from support.domain.source import Place

Found = Mapping[str, Any]

PAUSE = 0.5
"""Seconds between two looks. The service's own pace is the collector's, which is seconds (forklift.md 5.9)."""


class ProviderInventory(ABC):
    """The part of the port Inventory that no source has for itself; a subclass knows the shapes of its provider."""

    TYPE: ClassVar[str]
    """The provider's type, as paths of the inventory have it."""
    STORES: ClassVar[str]
    """The collection that disks are mapped by."""
    PARTS: ClassVar[str]
    """What a machine must have besides itself, for people."""
    ID: ClassVar[str] = "id"
    """The key that single objects are asked for by."""

    def __init__(self, service: InventoryService, pause: float = PAUSE) -> None:
        self._service = service
        self._pause = pause
        self._base = ""

    def open(self, provider_uid: str, seconds: float) -> None:
        """Wait until the collections answer. Raises WaitTimeout with the last answer, ClusterError."""
        self._base = f"providers/{self.TYPE}/{provider_uid}"
        wait = self._wait(f"inventory of Provider {provider_uid}", "loaded", seconds, "provider")
        wait.until(lambda: self._list(self.STORES))

    def await_machine(self, name: MachineName, seconds: float) -> str:
        """Wait for the machine with its parts: a plan made before would not be ready for it."""
        wait = self._wait(f"machine {name}", f"in MTV's inventory with its {self.PARTS}", seconds)
        return wait.until(lambda: self._id_of(name))

    def await_disks(self, machine_id: str, count: int, seconds: float) -> None:
        """Wait for disks that were added since: a plan made before would not map their stores, or leave them out."""
        wait = self._wait(f"machine {machine_id}", f"in MTV's inventory with {count} disks", seconds)
        wait.until(lambda: self._must_have(machine_id, count))

    def await_addresses(self, machine_id: str, addresses: Collection[str], seconds: float) -> None:
        """Wait for what MTV will hand to the conversion."""
        wait = self._wait(f"machine {machine_id}", "in MTV's inventory with its addresses", seconds)
        wait.until(lambda: self._must_know(machine_id, addresses))

    def await_concerns(self, machine_id: str, seconds: float) -> Mapping[str, str]:
        """Concerns are computed after a change was stored, by another service (forklift.md 5.9)."""
        wait = self._wait(f"machine {machine_id}", "judged by MTV's inventory", seconds)
        return wait.until(lambda: self._concerns_of(machine_id))

    def _wait(self, subject: str, wanted: str, seconds: float, budget: str = "inventory") -> PacedWait:
        return PacedWait(
            subject=subject,
            wanted=wanted,
            budget=budget,
            seconds=seconds,
            not_yet=NotYet,
            pace=tenacity.wait_fixed(self._pause),
        )

    @abstractmethod
    def _must_be_whole(self, listed: Found) -> None:
        """Raises NotYet for a machine, as its list has it, some of whose parts are not there."""

    @abstractmethod
    def _disk_count(self, machine: Found) -> int:
        """How many disks the inventory tells of a machine."""

    @abstractmethod
    def _addresses_of(self, machine: Found) -> set[str]:
        """Every address that the inventory tells of a machine."""

    def _id_of(self, name: str) -> str:
        found = [each for each in self._list("vms", name=name, **self._places) if each.get("name") == name]
        if len(found) > 1:
            ids = ", ".join(str(each[self.ID]) for each in found)
            raise ClusterError(f"MTV's inventory knows {len(found)} machines called {name} ({ids}), expected one")
        if not found:
            raise NotYet("not there")
        self._must_be_whole(found[0])
        return str(found[0][self.ID])

    def _must_have(self, machine_id: str, count: int) -> None:
        known = self._disk_count(self._one("vms", machine_id))
        if known < count:
            raise NotYet(f"{known} disks")

    def _must_know(self, machine_id: str, addresses: Collection[str]) -> None:
        known = self._addresses_of(self._one("vms", machine_id))
        missing = [each for each in addresses if each not in known]
        if missing:
            raise NotYet(f"without {', '.join(missing)}, it knows {', '.join(sorted(known)) or 'none'}")

    def _concerns_of(self, machine_id: str) -> Mapping[str, str]:
        """Older releases give a concern no id; null stands for none at all."""
        found = self._one("vms", machine_id)
        revision, judged = int(found.get("revision") or 0), int(found.get("revisionValidated") or 0)
        if judged < revision:
            raise NotYet(f"its revision {revision} is not judged yet, {judged} is")
        return {str(each.get("id") or ""): str(each.get("category") or "") for each in found.get("concerns") or ()}

    def _machines(self, machine_ids: Sequence[str]) -> list[Found]:
        return [self._one("vms", machine_id) for machine_id in machine_ids]

    def _one(self, collection: str, identity: str) -> Found:
        found: Found = self._service.get(f"{self._opened}/{collection}/{identity}")
        return found

    def _list(self, collection: str, **query: str) -> list[Found]:
        return list(self._service.get(f"{self._opened}/{collection}", **query))

    @property
    def _places(self) -> Mapping[str, str]:
        """What else a machine is asked for by, beside its name."""
        return {}

    @property
    def _opened(self) -> str:
        if not self._base:
            raise ClusterError("MTV's inventory was not opened yet, expected `open` first")
        return self._base


def places(ids: Iterable[str], known: Mapping[str, Found]) -> tuple[Place, ...]:
    """Places in the order of first use. Raises ClusterError for an id that no collection explains."""
    unique = list(dict.fromkeys(ids))
    unknown = [each for each in unique if each not in known]
    if unknown:
        raise ClusterError(f"MTV's inventory refers to {', '.join(unknown)} but does not list it")
    found = [known[each] for each in unique]
    # By id after all: two keys may lead to the same network.
    return tuple({each["id"]: Place(id=str(each["id"]), name=str(each["name"])) for each in found}.values())
