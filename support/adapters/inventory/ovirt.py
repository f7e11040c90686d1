"""The inventory of an oVirt Provider: which networks and storage domains machines use, as MTV will look for them."""

from collections.abc import Sequence

from support.adapters.inventory.provider import Found, ProviderInventory, places
from support.adapters.inventory.service import NotYet
from support.domain.source import Place

_LOCKED = "locked"


class OvirtInventory(ProviderInventory):
    """The port Inventory for oVirt. Its lists are thin, single objects are whole (forklift.md 5.5)."""

    TYPE, STORES, PARTS = "ovirt", "storagedomains", "disks and NICs"

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

    def _must_be_whole(self, listed: Found) -> None:
        """The disks, too: each is an object of its own, and MTV refuses a machine that it last saw being made."""
        machine = self._one("vms", str(listed["id"]))
        if not (_disks(machine) and _nics(machine)):
            raise NotYet(f"{len(_disks(machine))} disks, {len(_nics(machine))} NICs")
        locked = [disk for disk in _disks(machine) if self._one("disks", disk).get("status") == _LOCKED]
        if locked:
            raise NotYet(f"{len(locked)} disks still locked: {', '.join(locked)}")

    def _disk_count(self, machine: Found) -> int:
        return len(_disks(machine))

    def _addresses_of(self, machine: Found) -> set[str]:
        return {str(each.get("address")) for nic in _nics(machine) for each in nic.get("ipAddress") or ()}


def _nics(machine: Found) -> list[Found]:
    """Lists that Go never filled are null (forklift.md 5.4)."""
    return list(machine.get("nics") or ())


def _disks(machine: Found) -> list[str]:
    """Ids of the disks, in the order of their attachments."""
    return [str(each["disk"]) for each in machine.get("diskAttachments") or ()]
