"""Which collections there are, and what is in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.ovirt import device_view, estate_view, log_view, machine_view
from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.faults import missing
from lab.ovirt.snapshot_view import snapshots
from lab.world.model import Machine

Members = Callable[[Engine, list[str]], list[Doc]]
"""Gets the ids of what the collection belongs to, outermost first."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`root` and `member` are element names."""

    root: str
    member: str
    members: Members


def machine_of(engine: Engine, kind: str, id_: str) -> Machine:
    """A machine or template by id; raises Refused (404)."""
    machine = engine.estate.machines.get(id_)
    if machine is None or machine.template != (kind == "templates"):
        raise missing()
    return machine


def _all(view: Callable[[Engine], list[Doc]]) -> Members:
    return lambda engine, _owners: view(engine)


def _below(kind: str, view: Callable[[Engine, Machine], list[Doc]]) -> Members:
    """A template without disks or NICs, such as Blank, is no machine of the estate."""

    def members(engine: Engine, owners: list[str]) -> list[Doc]:
        if kind == "templates" and owners[0] == machine_view.BLANK:
            return []
        return view(engine, machine_of(engine, kind, owners[0]))

    return members


def _devices_of_nic(engine: Engine, owners: list[str]) -> list[Doc]:
    return device_view.reported_devices(engine, machine_of(engine, "vms", owners[0]), owners[1])


COLLECTIONS: Mapping[tuple[str, ...], Collection] = {
    ("clusters",): Collection("clusters", "cluster", _all(estate_view.clusters)),
    ("clusters", "networks"): Collection("networks", "network", _all(estate_view.networks)),
    ("datacenters",): Collection("data_centers", "data_center", _all(estate_view.datacenters)),
    ("datacenters", "clusters"): Collection("clusters", "cluster", _all(estate_view.clusters)),
    ("datacenters", "networks"): Collection("networks", "network", _all(estate_view.networks)),
    ("datacenters", "storagedomains"): Collection(
        "storage_domains", "storage_domain", lambda engine, owners: estate_view.attached_domains(engine, owners[0])
    ),
    ("disks",): Collection("disks", "disk", _all(device_view.disks)),
    ("events",): Collection("events", "event", _all(log_view.events)),
    ("hosts",): Collection("hosts", "host", _all(estate_view.hosts)),
    ("jobs",): Collection("jobs", "job", _all(log_view.jobs)),
    ("networks",): Collection("networks", "network", _all(estate_view.networks)),
    ("networks", "vnicprofiles"): Collection(
        "vnic_profiles", "vnic_profile", lambda engine, owners: estate_view.profiles(engine, owners[0])
    ),
    ("storagedomains",): Collection("storage_domains", "storage_domain", _all(estate_view.domains)),
    ("templates",): Collection("templates", "template", _all(machine_view.templates)),
    ("templates", "diskattachments"): Collection(
        "disk_attachments", "disk_attachment", _below("templates", device_view.attachments)
    ),
    ("templates", "nics"): Collection("nics", "nic", _below("templates", device_view.nics)),
    ("vms",): Collection("vms", "vm", _all(machine_view.machines)),
    ("vms", "diskattachments"): Collection(
        "disk_attachments", "disk_attachment", _below("vms", device_view.attachments)
    ),
    ("vms", "nics"): Collection("nics", "nic", _below("vms", device_view.nics)),
    ("vms", "nics", "reporteddevices"): Collection("reported_devices", "reported_device", _devices_of_nic),
    ("vms", "reporteddevices"): Collection(
        "reported_devices", "reported_device", _below("vms", device_view.reported_devices)
    ),
    ("vms", "snapshots"): Collection("snapshots", "snapshot", _below("vms", snapshots)),
    ("vnicprofiles",): Collection("vnic_profiles", "vnic_profile", _all(estate_view.profiles)),
}
"""By the names in their path."""


def roots() -> list[str]:
    """The collections of the API's root."""
    return [names[0] for names in COLLECTIONS if len(names) == 1]


@dataclass(frozen=True, slots=True)
class Place:
    """A path below the API's root that names a collection or one of its members."""

    collection: Collection
    names: tuple[str, ...]
    owners: list[str]
    id: str = ""
    """Empty for the collection itself."""


def place(path: str) -> Place | None:
    """Resolve `vms/ID/nics`; None when there is no such collection."""
    parts = path.strip("/").split("/")
    names, ids = tuple(parts[::2]), parts[1::2]
    collection = COLLECTIONS.get(names)
    if collection is None:
        return None
    owners = ids[: len(names) - 1]
    return Place(collection, names, owners, ids[-1] if len(ids) == len(names) else "")


def members(engine: Engine, where: Place) -> list[Doc]:
    """Everything in a collection; raises Refused (404) when what it belongs to is not there."""
    for depth in range(1, len(where.names)):
        outer = Place(COLLECTIONS[where.names[:depth]], where.names[:depth], where.owners, where.owners[depth - 1])
        find(engine, outer)
    return where.collection.members(engine, where.owners)


def find(engine: Engine, where: Place) -> Doc:
    """One member; raises Refused (404)."""
    for doc in members(engine, where):
        if doc["@id"] == where.id:
            return doc
    raise missing()
