"""The inventory of an OVA Provider: which networks and files appliances use, and what else is in them."""

from collections.abc import Mapping, Sequence

from support.adapters.inventory.provider import Found, ProviderInventory, places
from support.adapters.inventory.service import NotThere, NotYet
from support.domain.errors import ClusterError
from support.domain.source import Place


class OvaInventory(ProviderInventory):
    """The port Inventory for OVA, where nested parts have Go's own names (forklift.md 5.7).

    It is all that is known of appliances: the rest of the suite reads them here, too.
    """

    TYPE, STORES, PARTS = "ova", "storages", "disks and NICs"

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Of the NICs in their order; then what an appliance lists besides, since MTV wants that mapped, too."""
        machines = self._machines(machine_ids)
        used = [_network_of(nic, machine) for machine in machines for nic in _nics(machine)]
        listed = [identity for machine in machines for identity in _networks(machine).values()]
        return places((*used, *listed), {each["id"]: each for each in self._list("networks")})

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Every disk is a store of its own, and has its id."""
        disks = [str(disk["ID"]) for machine in self._machines(machine_ids) for disk in _disks(machine)]
        return places(disks, {each["id"]: each for each in self._list("storages")})

    def names(self, seconds: float) -> Mapping[str, str]:
        """Of all machines by id. Raises WaitTimeout where the inventory does not answer in time, ClusterError."""
        wait = self._wait("MTV's inventory of the share", "loaded", seconds)
        return wait.until(lambda: {str(each["id"]): str(each["name"]) for each in self._list("vms")})

    def machine(self, machine_id: str, seconds: float) -> Found | None:
        """All that is told of one; None when there is no such machine. Raises as `names`."""
        wait = self._wait(f"appliance {machine_id}", "in MTV's inventory", seconds)
        return wait.until(lambda: self._machine(machine_id))

    def _machine(self, machine_id: str) -> Found | None:
        try:
            return self._one("vms", machine_id)
        except NotThere:
            return None

    def _must_be_whole(self, listed: Found) -> None:
        machine = self._one("vms", str(listed["id"]))
        if not (_disks(machine) and _nics(machine)):
            raise NotYet(f"{len(_disks(machine))} disks, {len(_nics(machine))} NICs")

    def _disk_count(self, machine: Found) -> int:
        return len(_disks(machine))

    def _addresses_of(self, machine: Found) -> set[str]:
        return {str(machine.get("ipAddress") or "")} - {""}


def _networks(machine: Found) -> Mapping[str, str]:
    """Ids by name, which is what NICs refer to."""
    return {str(each["Name"]): str(each["ID"]) for each in machine.get("networks") or ()}


def _network_of(nic: Found, machine: Found) -> str:
    name, known = str(nic.get("Network") or ""), _networks(machine)
    if name not in known:
        there = ", ".join(known) or "none"
        raise ClusterError(f"{nic['Name']} of {machine['name']} is on {name!r}, the appliance only lists {there}")
    return known[name]


def _nics(machine: Found) -> list[Found]:
    """Lists that Go never filled are null (forklift.md 5.4)."""
    return list(machine.get("nics") or ())


def _disks(machine: Found) -> list[Found]:
    return list(machine.get("disks") or ())
