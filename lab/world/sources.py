"""What MTV can see of the source platforms: their machines, networks and stores, whatever each calls them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lab.world.cloud import GLANCE
from lab.world.disk_order import by_controller, disk_uuid, first_file, whole_mib
from lab.world.model import Disk, Machine
from lab.world.world import World


class Named(Protocol):
    """A network, or what disks lie on."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


Reference = Mapping[str, Any]


def by_id_or_name(reference: Reference) -> str:
    """The id wins over the name, which may be an inventory path."""
    return str(reference.get("id") or reference.get("name") or "").rpartition("/")[2]


def with_both(_reference: Reference, known: Named) -> dict[str, Any]:
    """What has no id is known by its name alone."""
    return {"id": known.id, "name": known.name} if known.id else {"name": known.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One platform; every function gives what is there now, by id.

    A machine's NICs name their network, and its disks their store, by name.
    """

    machines: Callable[[], Mapping[str, Machine]]
    networks: Callable[[], Mapping[str, Named]]
    stores: Callable[[], Mapping[str, Named]]
    delete: Callable[[str], None]
    """Remove a machine, as if somebody had done it on the platform."""
    state: Callable[[str], str] = lambda _id: ""
    """What the platform says of a machine while a job has it; empty when its power tells everything."""
    lag: float = 3.0
    """Emulated seconds from a change to MTV's inventory (facts/forklift.md 5.9)."""
    disk_name: Callable[[Disk], str] = first_file
    """What MTV calls a disk, in tasks and on what it becomes (facts/forklift.md 2.4, 3.1)."""
    disk_order: Callable[[Sequence[Disk]], Sequence[Disk]] = by_controller
    """The order in which MTV makes and attaches disks; another platform's own is that of its list."""
    disk_total: Callable[[Disk], int] = whole_mib
    """What a disk counts for in the progress of a step, in MiB (facts/forklift.md 2.4)."""
    key: Callable[[Reference], str] = by_id_or_name
    """How references of maps and Plans are read: an id, or the name by which machines know the thing."""
    resolved: Callable[[Reference, Named], dict[str, Any]] = with_both
    """What a map's status says that a reference stands for."""
    start: Callable[[str], None] | None = None
    """Switch a machine on by its id, where that is not a matter of the world's own levers."""


def _vsphere(world: World) -> Source:
    return Source(
        machines=lambda: world.machines,
        networks=lambda: world.networks,
        stores=lambda: world.datastores,
        delete=world.machines.__delitem__,
    )


def _ovirt(world: World) -> Source:
    estate = world.ovirt
    return Source(
        machines=lambda: {id_: machine for id_, machine in estate.machines.items() if not machine.template},
        networks=lambda: estate.networks,
        stores=lambda: estate.datastores,
        delete=estate.machines.__delitem__,
        state=lambda id_: estate.passing.get(id_, ""),
        lag=10.0,
        disk_name=disk_uuid,
        disk_order=list,
    )


def _openstack(world: World) -> Source:
    cloud = world.cloud
    return Source(
        machines=lambda: {id_: server.machine for id_, server in cloud.servers.items()},
        networks=lambda: cloud.networks,
        stores=lambda: cloud.volume_types | {GLANCE.name: GLANCE},
        delete=cloud.servers.__delitem__,
        lag=10.0,
        disk_name=disk_uuid,
        disk_order=list,
    )


def _ova(world: World) -> Source:
    export = world.export
    return Source(
        machines=export.machines,
        networks=lambda: export.networks,
        stores=export.files,
        delete=export.appliances.__delitem__,
        lag=60.0,
        disk_order=list,
        disk_total=export.task_total,
    )


SOURCES: dict[str, Callable[[World], Source]] = {
    "vsphere": _vsphere,
    "ovirt": _ovirt,
    "openstack": _openstack,
    "ova": _ova,
}
"""By type of the Provider; a platform is a row."""


def source_named(world: World, kind: str) -> Source:
    """The platform of a Provider's type; one that the lab has not has nothing."""
    return SOURCES[kind](world) if kind in SOURCES else _NOTHING


def kind_of(world: World, id_: str) -> str:
    """Type of the Provider whose platform has a machine; empty for one that is nowhere."""
    return next((kind for kind, make in SOURCES.items() if id_ in make(world).machines()), "")


def any_machine(world: World, id_: str) -> Machine | None:
    """A machine of any platform; no two share an id."""
    return source_named(world, kind_of(world, id_)).machines().get(id_)


def _refuse(id_: str) -> None:
    raise KeyError(id_)


_NOTHING = Source(machines=dict, networks=dict, stores=dict, delete=_refuse)
