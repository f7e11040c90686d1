"""The inventory of an OpenStack Provider: which networks and volume types machines use, as MTV will look for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from support.adapters.inventory.provider import Found, ProviderInventory, places
from support.adapters.inventory.service import NotYet
from support.domain.errors import ClusterError
from support.domain.source import Place

_GLANCE = Place(id="", name="glance")
"""Where the disk of an image comes from: no volume type, and no object of the inventory either (forklift.md 1.2)."""


class OpenstackInventory(ProviderInventory):
    """The port Inventory for OpenStack. Its lists are thin, single objects are whole (forklift.md 5.6).

    Its addresses are those that the cloud gave out, which is all that MTV knows.
    """

    TYPE, STORES, PARTS = "openstack", "volumetypes", "volumes and networks"

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """A machine names its networks, in alphabetical order: which NIC came first is not in the inventory."""
        names = [name for machine in self._machines(machine_ids) for name in _addresses(machine)]
        return places(names, _by_name(self._list("networks"), "network", names))

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Volume types; a machine that booted from an image has a disk of none."""
        machines = self._machines(machine_ids)
        volumes = [self._one("volumes", each) for machine in machines for each in _volumes(machine)]
        types = [str(volume.get("volumeType") or "") for volume in volumes]
        found = places(types, _by_name(self._list("volumetypes"), "volume type", types))
        return (_GLANCE, *found) if any(machine.get("imageID") for machine in machines) else found

    def _must_be_whole(self, listed: Found) -> None:
        """A machine seen while it is built may lack its volumes and networks for a poll."""
        machine = self._one("vms", str(listed["id"]))
        volumes, networks = _volumes(machine), _addresses(machine)
        if not networks or not (volumes or machine.get("imageID")):
            raise NotYet(f"{len(volumes)} volumes, {len(networks)} networks")
        self._must_list(volumes, networks)

    def _must_list(self, volumes: Iterable[str], networks: Iterable[str]) -> None:
        """Volumes and networks are objects of their own, which come with lists of their own (forklift.md 5.9)."""
        for volume in volumes:
            self._one("volumes", volume)
        listed = {each.get("name") for each in self._list("networks")}
        missing = [each for each in networks if each not in listed]
        if missing:
            raise NotYet(f"networks {', '.join(missing)} are not listed")

    def _disk_count(self, machine: Found) -> int:
        return len(_volumes(machine)) + bool(machine.get("imageID"))

    def _addresses_of(self, machine: Found) -> set[str]:
        return {str(entry.get("addr")) for each in _addresses(machine).values() for entry in each}


def _volumes(machine: Found) -> list[str]:
    """Ids; the key is a Go name, and left out for a machine without any (forklift.md 5.6)."""
    return [str(each["ID"]) for each in machine.get("attachedVolumes") or ()]


def _addresses(machine: Found) -> dict[str, Sequence[Found]]:
    """What the cloud gave out, by name of the network, in the order of the names."""
    return dict(sorted((machine.get("addresses") or {}).items()))


def _by_name(listed: Iterable[Found], what: str, used: Collection[str]) -> Mapping[str, Found]:
    """Raises ClusterError for a used name that several have: MTV's maps need an id, and names are all that is told."""
    known: dict[str, Found] = {}
    for each in listed:
        name = str(each["name"])
        if name in used and name in known:
            ids = f"{known[name]['id']}, {each['id']}"
            raise ClusterError(f"MTV's inventory lists more than one {what} called {name} ({ids}); rename one")
        known[name] = each
    return known
