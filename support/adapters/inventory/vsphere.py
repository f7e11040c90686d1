"""The inventory of a vSphere Provider: which networks and datastores machines use, as MTV will look for them."""

from collections.abc import Collection, Sequence

from support.adapters.inventory.looking import PAUSE, Found, Look, places
from support.adapters.inventory.service import InventoryService, NotYet
from support.domain.errors import ClusterError
from support.domain.names import MachineName
from support.domain.source import Place


class VsphereInventory:
    """The port Inventory for vSphere."""

    def __init__(self, service: InventoryService, pause: float = PAUSE) -> None:
        self._service = service
        self._pause = pause
        self._base = ""

    def open(self, provider_uid: str, seconds: float) -> None:
        """Wait until the collections answer. Raises WaitTimeout with the last answer, ClusterError."""
        self._base = f"providers/vsphere/{provider_uid}"
        look = Look(f"inventory of Provider {provider_uid}", "loaded", "provider", seconds)
        look.until(lambda: self._list("datastores"), self._pause)

    def await_machine(self, name: MachineName, seconds: float) -> str:
        """Wait for the machine with disks and NICs: a plan made before would not be ready for it."""
        look = Look(f"machine {name}", "in MTV's inventory with its disks and NICs", "inventory", seconds)
        return look.until(lambda: self._id_of(name), self._pause)

    def await_addresses(self, machine_id: str, addresses: Collection[str], seconds: float) -> None:
        """What MTV will hand to the conversion; it keeps it when the guest goes down."""
        look = Look(f"machine {machine_id}", "in MTV's inventory with its addresses", "inventory", seconds)
        look.until(lambda: self._knows(machine_id, addresses), self._pause)

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        # The least detail of a network lacks the key that an opaque one is referred to by (forklift.md 5.4).
        known = self._list("networks", detail="1")
        names = {each["key"]: each for each in known if each.get("key")} | {each["id"]: each for each in known}
        machines = [self._machine(machine_id) for machine_id in machine_ids]
        return places((nic["network"]["id"] for machine in machines for nic in _nics(machine)), names)

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        names = {each["id"]: each for each in self._list("datastores")}
        machines = [self._machine(machine_id) for machine_id in machine_ids]
        return places((disk["datastore"]["id"] for machine in machines for disk in _disks(machine)), names)

    def _id_of(self, name: str) -> str:
        """The list is always complete here, whatever detail is asked for (forklift.md 5.4)."""
        found = [each for each in self._list("vms", name=name) if each.get("name") == name]
        if len(found) > 1:
            ids = ", ".join(str(each["id"]) for each in found)
            raise ClusterError(f"MTV's inventory knows {len(found)} machines called {name} ({ids}), expected one")
        if not found:
            raise NotYet("not there")
        if not (_disks(found[0]) and _nics(found[0])):
            raise NotYet(f"{len(_disks(found[0]))} disks, {len(_nics(found[0]))} NICs")
        return str(found[0]["id"])

    def _knows(self, machine_id: str, addresses: Collection[str]) -> None:
        known = {str(each.get("ip")) for each in self._machine(machine_id).get("guestNetworks") or ()}
        missing = [each for each in addresses if each not in known]
        if missing:
            raise NotYet(f"without {', '.join(missing)}, it knows {', '.join(sorted(known)) or 'none'}")

    def _machine(self, machine_id: str) -> Found:
        machine: Found = self._service.get(f"{self._opened}/vms/{machine_id}")
        return machine

    def _list(self, collection: str, **query: str) -> list[Found]:
        return list(self._service.get(f"{self._opened}/{collection}", **query))

    @property
    def _opened(self) -> str:
        if not self._base:
            raise ClusterError("MTV's inventory was not opened yet, expected `open` first")
        return self._base


def _nics(machine: Found) -> list[Found]:
    """In device order. Lists that Go never filled are null (forklift.md 5.4)."""
    return sorted(machine.get("nics") or (), key=lambda nic: int(nic.get("order") or 0))


def _disks(machine: Found) -> list[Found]:
    return list(machine.get("disks") or ())
