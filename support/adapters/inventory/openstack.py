"""The inventory of an OpenStack Provider: which networks and volume types machines use, as MTV will look for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from support.adapters.inventory.looking import PAUSE, Found, Look, places
from support.adapters.inventory.service import InventoryService, NotYet
from support.domain.errors import ClusterError
from support.domain.names import MachineName
from support.domain.source import Place

_GLANCE = Place(id="", name="glance")
"""Where the disk of an image comes from: no volume type, and no object of the inventory either (forklift.md 1.2)."""


class OpenstackInventory:
    """The port Inventory for OpenStack. Its lists are thin, single objects are whole (forklift.md 5.6)."""

    def __init__(self, service: InventoryService, pause: float = PAUSE) -> None:
        self._service = service
        self._pause = pause
        self._base = ""

    def open(self, provider_uid: str, seconds: float) -> None:
        """Wait until the collections answer. Raises WaitTimeout with the last answer, ClusterError."""
        self._base = f"providers/openstack/{provider_uid}"
        look = Look(f"inventory of Provider {provider_uid}", "loaded", "provider", seconds)
        look.until(lambda: self._list("volumetypes"), self._pause)

    def await_machine(self, name: MachineName, seconds: float) -> str:
        """Wait for the machine, its volumes and its networks: one seen while it is built may lack them for a poll."""
        look = Look(f"machine {name}", "in MTV's inventory with its volumes and networks", "inventory", seconds)
        return look.until(lambda: self._id_of(name), self._pause)

    def await_addresses(self, machine_id: str, addresses: Collection[str], seconds: float) -> None:
        """Those that the cloud gave out, which is all that MTV knows."""
        look = Look(f"machine {machine_id}", "in MTV's inventory with its addresses", "inventory", seconds)
        look.until(lambda: self._knows(machine_id, addresses), self._pause)

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

    def _id_of(self, name: str) -> str:
        found = [each for each in self._list("vms", name=name) if each.get("name") == name]
        if len(found) > 1:
            ids = ", ".join(str(each["id"]) for each in found)
            raise ClusterError(f"MTV's inventory knows {len(found)} machines called {name} ({ids}), expected one")
        if not found:
            raise NotYet("not there")
        machine = self._one("vms", str(found[0]["id"]))
        volumes, networks = _volumes(machine), _addresses(machine)
        if not networks or not (volumes or machine.get("imageID")):
            raise NotYet(f"{len(volumes)} volumes, {len(networks)} networks")
        self._must_list(volumes, networks)
        return str(machine["id"])

    def _must_list(self, volumes: Iterable[str], networks: Iterable[str]) -> None:
        """Volumes and networks are objects of their own, which come with lists of their own (forklift.md 5.9)."""
        for volume in volumes:
            self._one("volumes", volume)
        listed = {each.get("name") for each in self._list("networks")}
        missing = [each for each in networks if each not in listed]
        if missing:
            raise NotYet(f"networks {', '.join(missing)} are not listed")

    def _knows(self, machine_id: str, addresses: Collection[str]) -> None:
        told = _addresses(self._one("vms", machine_id)).values()
        known = {str(entry.get("addr")) for each in told for entry in each}
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
