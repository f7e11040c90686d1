"""Which entry of a storage map a disk is copied by; raw mappings look for their array (facts/forklift.md 4.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.offload.vendors import VENDORS
from lab.mtv.plan_view import PlanView
from lab.world.arrays import StorageArray
from lab.world.model import Datastore, Disk
from lab.world.world import World


@dataclass(frozen=True, slots=True)
class Mapped:
    """An entry with a plugin, and the datastore that it is for."""

    entry: Object
    store: Datastore

    @property
    def plugin(self) -> Object:
        return dict(self.entry["offloadPlugin"]["vsphereXcopyConfig"])

    @property
    def destination(self) -> Object:
        return dict(self.entry["destination"])


def all_mapped(view: PlanView) -> list[Mapped]:
    """Entries with a plugin in the order of the map, which is the order in which claims are made."""
    return list(_mapped(view))


def _mapped(view: PlanView) -> Iterator[Mapped]:
    stores = view.lab.world.datastores
    for entry in (view.storage or {"spec": {}})["spec"].get("map") or []:
        name = view.store_named(entry)
        store = next((item for item in stores.values() if item.name == name), None)
        if store is not None and (entry.get("offloadPlugin") or {}).get("vsphereXcopyConfig"):
            yield Mapped(entry, store)


def mapped_for(view: PlanView, disk: Disk) -> Mapped | None:
    """The datastore's; for a raw mapping, from 2.12 on, the one whose datastore is on the array of its LUN.

    As far as MTV knows the LUN's vendor by its name: a PowerFlex's it does not (v2.12.5, rdm_storage.go).
    """
    known = all_mapped(view)
    if disk.lun and view.toolkit.release.finds_array_of_lun:
        of_array = [each for each in known if _same_array(view.lab.world, each, disk)]
        if of_array:
            return next((each for each in of_array if each.store.name == disk.datastore), of_array[0])
    found = next((each for each in known if each.store.name == disk.datastore), None)
    if chosen(view.lab, Fault.OTHER_PLUGIN) and found is not None:
        return next((each for each in known if each is not found), found)
    return found


def _same_array(world: World, mapped: Mapped, disk: Disk) -> bool:
    array = array_of(world, disk.lun)
    if array is None or array.vendor != mapped.plugin["storageVendorProduct"]:
        return False
    known = VENDORS[array.vendor].naa
    return bool(known) and disk.lun.startswith(known) and _on(array, mapped)


def _on(array: StorageArray, mapped: Mapped) -> bool:
    return array.serves(mapped.store.backing)


def array_of(world: World, naa: str) -> StorageArray | None:
    """The array that serves a LUN."""
    return next((array for array in world.arrays.values() if array.serves(naa)), None)
