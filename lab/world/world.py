"""Everything that exists, in one place, and who is told when it changes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from lab.world.appliances import Export
from lab.world.arrays import StorageArray
from lab.world.cloud import Cloud
from lab.world.consoles import Console
from lab.world.model import (
    Account,
    Datastore,
    Estate,
    Host,
    Lun,
    Machine,
    Network,
    Node,
    RunningGuest,
    Served,
    StorageClass,
    Volume,
)

Listener = Callable[[Machine | None], None]


@dataclass(slots=True, kw_only=True)
class World:
    """Everything that exists before and while a lab runs."""

    vcenter_account: Account
    cluster_account: Account
    vcenter_instance: str
    """Instance uuid of the vCenter."""
    datacenter: str = "DC0"
    source_cluster: str = "Cluster0"
    datastores: dict[str, Datastore] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    luns: list[Lun] = field(default_factory=list)
    consoles: dict[str, Console] = field(default_factory=dict)
    """What hosts show by SSH, by id of the host."""
    arrays: dict[str, StorageArray] = field(default_factory=dict)
    """Storage arrays, by hostname."""
    machines: dict[str, Machine] = field(default_factory=dict)
    ovirt: Estate = field(default_factory=Estate)
    """What the oVirt engine manages."""
    cloud: Cloud = field(default_factory=Cloud)
    """What OpenStack manages."""
    export: Export = field(default_factory=Export)
    """Appliances in OVA files."""
    storage_classes: list[StorageClass] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    volumes: dict[str, Volume] = field(default_factory=dict)
    """What is on the destination's claims, by uid of the PersistentVolumeClaim."""
    running: dict[str, RunningGuest] = field(default_factory=dict)
    """Guests that are up on the destination, by uid of the VirtualMachineInstance."""
    served: dict[str, Served] = field(default_factory=dict)
    """Disks that can be fetched now, by URL; all clusters of a lab reach each other."""
    _listeners: list[Listener] = field(default_factory=list)
    _boots: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Guests that are booting, by machine id."""
    _serials: Iterator[int] = field(default_factory=lambda: count(1001))

    def elsewhere(self, account: Account, classes: Sequence[StorageClass], nodes: Sequence[Node]) -> "World":
        """The same estate seen from another cluster, with an account, storage classes and nodes of its own."""
        return replace(
            self, cluster_account=account, storage_classes=list(classes), nodes=list(nodes), volumes={}, running={}
        )

    def next_serial(self) -> int:
        """A number that was never given out before, for ids and MACs."""
        return next(self._serials)

    def touch(self, machine: Machine | None = None) -> None:
        """Tell all views that a machine (or, with None, anything) changed, appeared or vanished."""
        for listener in tuple(self._listeners):
            listener(machine)

    def booting(self, machine: Machine) -> bool:
        """Whether a machine is on and its guest has not come up yet."""
        return machine.id in self._boots

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def machine_named(self, name: str) -> Machine | None:
        return next((machine for machine in self.machines.values() if machine.name == name), None)
