"""Disks of an oVirt inventory, each an object of its own, those of templates too."""

from collections.abc import Iterator
from typing import Any

from lab.inventory.ovirt.records import record
from lab.inventory.record import Record
from lab.inventory.sight import Known, sight_of
from lab.kernel.service import Lab
from lab.ovirt.ids import disk_id, disk_profile_id
from lab.world import capacity
from lab.world.model import Disk, Estate


def disks(lab: Lab) -> Iterator[Record]:
    """Of machines as the collector has them stored; templates never change."""
    estate = lab.world.ovirt
    templates = (Known(machine=machine) for machine in estate.machines.values() if machine.template)
    for known in (*templates, *sight_of(lab, "ovirt").machines.values()):
        status = "locked" if known.state == "image_locked" else "ok"
        for disk in known.machine.disks:
            yield record("Disk", disk_id(disk), "", _body(estate, disk) | {"status": status}, name=disk.label)


def _body(estate: Estate, disk: Disk) -> dict[str, Any]:
    """All but its status. The LUN's outer key is Go's own, since nobody gave it another."""
    store = next(store for store in estate.datastores.values() if store.name == disk.datastore)
    return {
        "shared": False,
        "storageDomain": store.id,
        "profile": disk_profile_id(store),
        "provisionedSize": disk.size,
        "actualSize": capacity.occupied(disk),
        "storageType": "image",
        "lunStorage": {"LogicalUnits": {"logicalUnit": None}},
    }
