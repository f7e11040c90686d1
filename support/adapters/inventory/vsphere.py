"""The inventory of a vSphere Provider: which networks and datastores machines use, as MTV will look for them."""

from collections.abc import Sequence

from support.adapters.inventory.provider import Found, ProviderInventory, places
from support.adapters.inventory.service import NotYet
from support.domain.source import Place


class VsphereInventory(ProviderInventory):
    """The port Inventory for vSphere. It keeps a guest's addresses when the guest goes down."""

    TYPE, STORES, PARTS = "vsphere", "datastores", "disks and NICs"

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        # The least detail of a network lacks the key that an opaque one is referred to by (forklift.md 5.4).
        known = self._list("networks", detail="1")
        names = {each["key"]: each for each in known if each.get("key")} | {each["id"]: each for each in known}
        machines = self._machines(machine_ids)
        return places((nic["network"]["id"] for machine in machines for nic in _nics(machine)), names)

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        names = {each["id"]: each for each in self._list("datastores")}
        machines = self._machines(machine_ids)
        return places((disk["datastore"]["id"] for machine in machines for disk in _disks(machine)), names)

    def _must_be_whole(self, listed: Found) -> None:
        """The list is always complete here, whatever detail is asked for (forklift.md 5.4)."""
        if not (_disks(listed) and _nics(listed)):
            raise NotYet(f"{len(_disks(listed))} disks, {len(_nics(listed))} NICs")

    def _disk_count(self, machine: Found) -> int:
        return len(_disks(machine))

    def _addresses_of(self, machine: Found) -> set[str]:
        return {str(each.get("ip")) for each in machine.get("guestNetworks") or ()}


def _nics(machine: Found) -> list[Found]:
    """In device order. Lists that Go never filled are null (forklift.md 5.4)."""
    return sorted(machine.get("nics") or (), key=lambda nic: int(nic.get("order") or 0))


def _disks(machine: Found) -> list[Found]:
    return list(machine.get("disks") or ())
