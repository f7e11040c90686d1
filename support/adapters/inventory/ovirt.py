"""The inventory of an oVirt Provider: which networks and storage domains machines use, as MTV will look for them."""

from collections.abc import Collection, Sequence

from support.adapters.inventory.looking import PAUSE, Found, Look, places
from support.adapters.inventory.service import InventoryService, NotYet
from support.domain.errors import ClusterError
from support.domain.names import MachineName
from support.domain.source import Place


class OvirtInventory:
    """The port Inventory for oVirt. Its lists are thin, single objects are whole (forklift.md 5.5)."""

    def __init__(self, service: InventoryService, pause: float = PAUSE) -> None:
        self._service = service
        self._pause = pause
        self._base = ""

    def open(self, provider_uid: str, seconds: float) -> None:
        """Wait until the collections answer. Raises WaitTimeout with the last answer, ClusterError."""
        self._base = f"providers/ovirt/{provider_uid}"
        look = Look(f"inventory of Provider {provider_uid}", "loaded", "provider", seconds)
        look.until(lambda: self._list("storagedomains"), self._pause)

    def await_machine(self, name: MachineName, seconds: float) -> str:
        """Wait for the machine with disks and NICs, and for the disks themselves: each is an object of its own."""
        look = Look(f"machine {name}", "in MTV's inventory with its disks and NICs", "inventory", seconds)
        return look.until(lambda: self._id_of(name), self._pause)

    def await_addresses(self, machine_id: str, addresses: Collection[str], seconds: float) -> None:
        look = Look(f"machine {machine_id}", "in MTV's inventory with its addresses", "inventory", seconds)
        look.until(lambda: self._knows(machine_id, addresses), self._pause)

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """A NIC names a profile and the profile its network; one without a profile is on no network."""
        profiles = [str(nic["profile"]) for machine in self._machines(machine_ids) for nic in _nics(machine)]
        behind = {each: str(self._one("nicprofiles", each)["network"]) for each in dict.fromkeys(profiles) if each}
        names = {each["id"]: each for each in self._list("networks")}
        return places((behind[each] for each in profiles if each), names)

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Of images only: a direct LUN is in no storage domain, and MTV maps none for it."""
        disks = [disk for machine in self._machines(machine_ids) for disk in _disks(machine)]
        domains = [str(self._one("disks", disk).get("storageDomain") or "") for disk in disks]
        names = {each["id"]: each for each in self._list("storagedomains")}
        return places(filter(None, domains), names)

    def _id_of(self, name: str) -> str:
        found = [each for each in self._list("vms", name=name) if each.get("name") == name]
        if len(found) > 1:
            ids = ", ".join(str(each["id"]) for each in found)
            raise ClusterError(f"MTV's inventory knows {len(found)} machines called {name} ({ids}), expected one")
        if not found:
            raise NotYet("not there")
        machine = self._one("vms", str(found[0]["id"]))
        if not (_disks(machine) and _nics(machine)):
            raise NotYet(f"{len(_disks(machine))} disks, {len(_nics(machine))} NICs")
        for disk in _disks(machine):
            self._one("disks", disk)
        return str(machine["id"])

    def _knows(self, machine_id: str, addresses: Collection[str]) -> None:
        told = [each for nic in _nics(self._one("vms", machine_id)) for each in nic.get("ipAddress") or ()]
        known = {str(each.get("address")) for each in told}
        missing = [each for each in addresses if each not in known]
        if missing:
            raise NotYet(f"without {', '.join(missing)}, it knows {', '.join(sorted(known)) or 'none'}")

    def _machines(self, machine_ids: Sequence[str]) -> list[Found]:
        return [self._one("vms", machine_id) for machine_id in machine_ids]

    def _one(self, collection: str, identity: str) -> Found:
        found: Found = self._service.get(f"{self._opened}/{collection}/{identity}")
        return found

    def _list(self, collection: str, **query: str) -> list[Found]:
        return list(self._service.get(f"{self._opened}/{collection}", **query))

    @property
    def _opened(self) -> str:
        if not self._base:
            raise ClusterError("MTV's inventory was not opened yet, expected `open` first")
        return self._base


def _nics(machine: Found) -> list[Found]:
    """Lists that Go never filled are null (forklift.md 5.4)."""
    return list(machine.get("nics") or ())


def _disks(machine: Found) -> list[str]:
    """Ids of the disks, in the order of their attachments."""
    return [str(each["disk"]) for each in machine.get("diskAttachments") or ()]
