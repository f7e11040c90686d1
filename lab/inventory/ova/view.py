"""The OVA part of the inventory service: collections, workloads, and the counts of the Provider."""

from collections.abc import Iterator
from typing import Any

from lab.cluster.store import Object
from lab.inventory.ova.machines import KIND, machines
from lab.inventory.ova.resources import disk_keys, network_keys, record
from lab.inventory.providers import root_of
from lab.inventory.questions import ALL, Question
from lab.inventory.record import Record
from lab.inventory.sight import sight_of
from lab.inventory.views import View, ask, by_id, counts, found
from lab.kernel.service import Lab
from lab.world.appliances import Appliance
from lab.world.model import Disk

_COLLECTION_OF = {"VM": "vms", "Network": "networks", "Disk": "disks", "Storage": "storages"}
_COUNTS = {"vmCount": "vms", "networkCount": "networks", "diskCount": "disks", "storageCount": "storages"}


def _networks(lab: Lab) -> Iterator[Record]:
    for network in lab.world.export.networks.values():
        yield record(lab, "Network", network.id, network.name, body=network_keys(network))


def _lying(lab: Lab) -> Iterator[tuple[Appliance, Disk, int]]:
    """Disks of the machines that were scanned, with their numbers in the descriptor."""
    for known in sight_of(lab, KIND).machines.values():
        appliance = lab.world.export.appliances.get(known.machine.id)
        if appliance is not None:
            for number, disk in enumerate(known.machine.disks, 1):
                yield appliance, disk, number


def _disks(lab: Lab) -> Iterator[Record]:
    """Without their units, which the collector asks for by another name than the provider server's."""
    for appliance, disk, number in _lying(lab):
        keys = disk_keys(appliance, disk, number) | {"CapacityAllocationUnits": ""}
        yield record(lab, "Disk", disk.uuid, disk.datastore, body=keys, path=False)


def _storages(lab: Lab) -> Iterator[Record]:
    """One per disk, with its id and the name of its file."""
    for _, disk, _ in _lying(lab):
        yield record(lab, "Storage", disk.uuid, disk.datastore, body={})


_COLLECTIONS = {"vms": machines, "networks": _networks, "disks": _disks, "storages": _storages}


def _answer(lab: Lab, asked: Question, provider: Object) -> Any:
    root = root_of(provider)
    collection, *rest = asked.parts[2:]
    if collection == "workloads" and len(rest) == 1:
        # a machine with another link: nothing of it is expanded, and its path is not set
        shown = found(by_id(machines(lab), rest[0])).shown(ALL, f"{root}/workloads/{rest[0]}")
        return {key: value for key, value in shown.items() if key != "path"}
    return ask(lab, asked, _COLLECTIONS, lambda it: f"{root}/{_COLLECTION_OF[it.kind]}/{it.id}")


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    return {"apiVersion": "", "product": "", **counts(lab, provider, _COLLECTIONS, _COUNTS)}


OVA = View(answer=_answer, facts=_facts)
