"""A cluster with MTV and a source in memory, enough for a whole run; any one request to them can be made to fail."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from unittest.mock import MagicMock

from support.domain.access import SourceAccess
from support.domain.errors import AlreadyExists, ClusterError, MachineNotFound
from support.domain.machine import GIB, Address, Bytes, Cpu, IpOrigin, Mac, Power
from support.domain.mapping import StorageEntry
from support.domain.migration import Condition, Conditioned, MachineProgress, PlanState, ProviderState
from support.domain.names import MachineName, ObjectRef, RoleName, RunId
from support.domain.request import MachineRequest, PlanOptions
from support.domain.secret import Secret
from support.domain.source import Place, ProviderKind, SourceDisk, SourceMachine, SourceNic
from support.ports.cluster import Arrival, Created, Feed, PlanParts
from support.ports.journal import Journal
from support.workflow.move import MachineOrder, MoveOrder
from support.workflow.ports_in_use import ClusterPorts, Ports, SourcePorts
from support.workflow.session import SessionRequest
from tests.workflow.feeds import Clock, Live
from tests.workflow.world import World

RUN = RunId("auto-ab12")
SCOPE = "cold.feature:5"
Value = TypeVar("Value")
ACCESS = SourceAccess(
    profile="lab",
    kind=ProviderKind.VSPHERE,
    version="8.0.3",
    url="https://vcenter/sdk",
    username="u",
    password=Secret("p"),
)
REQUEST = SessionRequest(run=RUN, mtv_namespace="openshift-mtv", storage_class="block", access=ACCESS)
RHEL = MachineOrder(request=MachineRequest(role=RoleName("RHEL 8"), power=Power.ON), origin=MachineName("rhel8"))
WINDOWS = MachineOrder(request=MachineRequest(role=RoleName("Windows"), power=Power.OFF), origin=MachineName("win"))
ORDER = MoveOrder(machines=(RHEL, WINDOWS), options=PlanOptions(), scope=SCOPE)


@dataclass
class Trouble:
    """Lets the request of one number fail: refused before anything happened, or done with its answer lost."""

    at: int = 0
    lost: bool = False
    requests: list[str] = field(default_factory=list)
    _one_by_one: threading.Lock = field(default_factory=threading.Lock)

    def around(self, what: str, deed: Callable[[], Value]) -> Value:
        with self._one_by_one:
            self.requests.append(what)
            number = len(self.requests)
        if number != self.at:
            return deed()
        if self.lost:
            deed()
        raise ClusterError(f"{what}: no answer")


def condition(kind: str, category: str = "", message: str = "") -> Condition:
    return Condition(type=kind, status=True, category=category, message=message)


READY = (condition("Ready", "Required"),)


@dataclass
class Landscape:
    """What a run sees of the outside; fields are what a test may change beforehand."""

    world: World = field(default_factory=World)
    clock: Clock = field(default_factory=Clock)
    trouble: Trouble = field(default_factory=Trouble)
    pods: dict[str, str] = field(default_factory=lambda: {"forklift-controller-1": "Running"})
    classes: list[str] = field(default_factory=lambda: ["block", "nfs"])
    networks: tuple[Place, ...] = (Place(id="network-1", name="VM Network"), Place(id="network-2", name="DMZ"))
    stores: tuple[Place, ...] = (Place(id="datastore-1", name="ds"),)
    states: dict[str, tuple[Condition, ...]] = field(default_factory=dict)
    """Conditions by kind, Ready when absent."""
    outcome: str = "Succeeded"
    """What becomes of a migration; "" when it goes on for ever."""
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)
    powers: dict[str, Power] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    nics: int = 2
    static: bool = False
    """Running guests tell a static address of each NIC."""
    kind: ProviderKind = ProviderKind.VSPHERE
    progress: tuple[MachineProgress, ...] = ()
    parts: PlanParts | None = None
    entries: dict[ObjectRef, tuple[StorageEntry, ...]] = field(default_factory=dict)
    """Of the StorageMaps that were made."""
    concerns: dict[str, str] = field(default_factory=dict)
    """Of each machine in MTV's inventory."""
    block_access: str | None = "ReadWriteMany"
    offload_switch: bool | None = None

    def __post_init__(self) -> None:
        self.clock.due = []

    def feed(self, look: Callable[[], Value | None]) -> Feed[Value]:
        return Live(look, self.clock)

    # cluster

    def create(self, ref: ObjectRef, *_parts: object) -> Created:
        return self.trouble.around(f"create {ref.kind}", lambda: self._created(ref))

    def _created(self, ref: ObjectRef) -> Created:
        if ref in self.world.objects:
            raise AlreadyExists(f"{ref}: already exists")
        return self.world.put_ours(ref, RUN)

    def create_storage_map(self, ref: ObjectRef, _source: ObjectRef, _goal: ObjectRef, entries: Any) -> Created:
        self.entries[ref] = tuple(entries)
        return self.create(ref)

    def create_plan(self, ref: ObjectRef, parts: PlanParts) -> Created:
        self.parts = parts
        return self.create(ref)

    def create_migration(self, ref: ObjectRef, plan: ObjectRef, _cutover: object = None) -> Created:
        return self.trouble.around("create Migration", lambda: self._migrated(self._created(ref), plan))

    def _migrated(self, migration: Created, plan: ObjectRef) -> Created:
        assert self.parts is not None
        standing = condition(self.outcome) if self.outcome else condition("Executing")
        for identity, name in self.parts.machines:
            self.progress += (
                MachineProgress(id=identity, name=name, target_name=name, phase="Completed", conditions=(standing,)),
            )
            for kind in ("VirtualMachine", "PersistentVolumeClaim"):
                made = ObjectRef(kind, name, self.parts.target_namespace)
                self.world.put(made, migration=migration.uid, plan=self.world.uid_of(plan) or "")
            self.arrivals[name] = Arrival(
                exists=True,
                printable_status="Running" if self.powers[identity] is Power.ON else "Stopped",
                wants_to_run=self.powers[identity] is Power.ON,
            )
        self.world.conditions[plan.name] = [standing.type]
        return migration

    def conditioned(self, ref: ObjectRef) -> Conditioned | None:
        if ref not in self.world.objects:
            return None
        return Conditioned(ref=ref, uid="u", observed=True, conditions=self.states.get(ref.kind, READY))

    def provider(self, ref: ObjectRef) -> ProviderState | None:
        if ref not in self.world.objects:
            return None
        return ProviderState(ref=ref, uid="u", observed=True, conditions=self.states.get("Provider", READY))

    def plan_state(self, ref: ObjectRef) -> PlanState | None:
        if ref not in self.world.objects:
            return None
        standing = tuple(condition(each) for each in self.world.conditions.get(ref.name, []))
        conditions = (*self.states.get("Plan", READY), *standing)
        return PlanState(ref=ref, uid="u", observed=True, conditions=conditions, machines=self.progress)

    def hold_profile(self, name: str, _wanted: object, holder: str) -> Mapping[str, str]:
        def hold() -> Mapping[str, str]:
            self.world.holders.add(holder)
            return {"original": "{}"}

        return self.trouble.around(f"hold {name}", hold)

    # source

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        def begin() -> str:
            task = f"task-{len(self.tasks) + 1}"
            self.tasks[task] = (clone, notes)
            return task

        if source not in ("rhel8", "win"):
            raise MachineNotFound(f"no machine or template {source!r}")
        return self.trouble.around("start clone", begin)

    def finish_clone(self, task: str, _seconds: float) -> str:
        return self.trouble.around("finish clone", lambda: self._finished(task))

    def _finished(self, task: str) -> str:
        name, notes = self.tasks.pop(task)
        identity = f"vm-{len(self.world.machines) + 10}-{task}"
        self.world.machines[identity] = (name, notes)
        self.powers[identity] = Power.OFF
        return identity

    def settle_clone(self, task: str, clone: MachineName, seconds: float) -> str | None:
        """A known task is canceled; without one, whatever still runs under the name is awaited."""
        self.tasks.pop(task, None)
        for running in [each for each, (name, _notes) in self.tasks.items() if name == clone]:
            self._finished(running)
        return self.world.settle_clone(task, clone, seconds)

    def switch(self, wanted: Power) -> Callable[[str, float], None]:
        def switched(identity: str, _seconds: float) -> None:
            self.trouble.around(f"switch {wanted.value}", lambda: self.powers.update({identity: wanted}))

        return switched

    def describe(self, identity: str) -> SourceMachine:
        name, _notes = self.world.machines[identity]
        places = [self.networks[min(number, len(self.networks) - 1)] for number in range(self.nics)]
        return SourceMachine(
            kind=self.kind,
            id=identity,
            name=name,
            uuid=None,
            power=self.powers[identity],
            cpu=Cpu(sockets=1, cores=2),
            memory=Bytes(GIB),
            firmware=None,
            secure_boot=None,
            nics=tuple(
                SourceNic(
                    label=f"nic {number}",
                    mac=Mac(f"00:50:56:00:00:0{number}"),
                    network=place,
                    addresses=self._addresses(identity, number),
                )
                for number, place in enumerate(places)
            ),
            disks=(SourceDisk(label="disk", identity="[ds] a.vmdk", size=Bytes(GIB), store=self.stores[0], index=0),),
            captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    def _addresses(self, identity: str, number: int) -> tuple[Address, ...]:
        if not self.static or self.powers[identity] is not Power.ON:
            return ()
        return (Address(address=f"192.0.2.{number}", prefix=24, origin=IpOrigin.STATIC),)

    def await_guest(self, identity: str, _seconds: float) -> SourceMachine:
        return self.trouble.around("await guest", lambda: self.describe(identity))

    def await_addresses(self, identity: str, addresses: Collection[str], _seconds: float) -> None:
        self.trouble.around(
            f"inventory knows {len(addresses)} addresses of {self.powers[identity].value}", lambda: None
        )

    def await_machine(self, name: MachineName, _seconds: float) -> str:
        return next(identity for identity, (known, _notes) in self.world.machines.items() if known == name)

    # everything

    def ports(self, journal: Journal) -> Ports:
        """Ports onto this landscape; what no test asks for is a mock that would stand out."""
        return Ports(
            cluster=self._cluster(),
            source=self._source(),
            inventory=cast("Any", self._inventory()),
            guests=MagicMock(),
            journal=journal,
            tells=MagicMock(),
            clock=self.clock,
        )

    def _cluster(self) -> ClusterPorts:
        login, namespaces, health, storage = MagicMock(), MagicMock(), MagicMock(), MagicMock()
        networks, providers, plans, targets = MagicMock(), MagicMock(), MagicMock(), MagicMock()
        accounts, controller = MagicMock(), MagicMock()
        controller.offload_switch.side_effect = lambda: self.offload_switch
        login.cluster_uid.side_effect = lambda: self.world.uid
        login.mtv_version.return_value = "2.12.5"
        namespaces.create.side_effect = lambda name, _labels: self.create(ObjectRef("Namespace", name))
        health.pods.side_effect = lambda _namespace, _prefix: self.feed(lambda: dict(self.pods))
        storage.storage_classes.side_effect = lambda: self.classes
        storage.storage_class_exists.side_effect = lambda name: name in self.classes
        storage.hold_profile, storage.release_profile = self.hold_profile, self.world.release_profile
        networks.create_nad = self.create
        providers.create_secret = providers.create_source = providers.create_local_destination = self.create
        providers.follow.side_effect = lambda ref: self.feed(lambda: self.provider(ref))
        plans.create_network_map = plans.create_storage_secret = self.create
        plans.create_storage_map = self.create_storage_map
        plans.stored_entries.side_effect = lambda ref: self.entries[ref]
        storage.block_access.side_effect = lambda _name: self.block_access
        plans.create_plan, plans.create_migration = self.create_plan, self.create_migration
        plans.follow_map.side_effect = lambda ref: self.feed(lambda: self.conditioned(ref))
        plans.follow_plan.side_effect = lambda ref: self.feed(lambda: self.plan_state(ref))
        plans.cancel, plans.archive = self.world.cancel, self.world.archive
        targets.made_by, targets.volumes_of = self.world.made_by, self.world.volumes_of
        targets.follow.side_effect = lambda _place, name: self.feed(lambda: self.arrivals.get(name, _NOT_THERE))
        targets.follow_made.side_effect = lambda _place, _uid: self.feed(frozenset)
        return ClusterPorts(
            login=login,
            objects=cast("Any", self.world),
            namespaces=namespaces,
            health=health,
            storage=storage,
            controller=controller,
            networks=networks,
            nodes=self.world.nodes,
            accounts=accounts,
            providers=providers,
            plans=plans,
            targets=targets,
        )

    def _source(self) -> SourcePorts:
        platform, clones, powers = MagicMock(), MagicMock(), MagicMock()
        platform.instance_id.return_value = "source-1"
        platform.describe.side_effect = self.describe
        platform.ca_pem.return_value = "PEM"
        clones.start_clone, clones.finish_clone, clones.settle_clone = (
            self.start_clone,
            self.finish_clone,
            self.settle_clone,
        )
        clones.delete, clones.machines_of = self.world.delete_machine, self.world.machines_of
        powers.await_guest = MagicMock(side_effect=self.await_guest)
        powers.power_on, powers.power_off = self.switch(Power.ON), self.switch(Power.OFF)
        return SourcePorts(platform=platform, clones=clones, powers=powers)

    def _inventory(self) -> MagicMock:
        inventory = MagicMock()
        inventory.await_machine.side_effect = self.await_machine
        inventory.await_concerns.side_effect = lambda _id, _seconds: dict(self.concerns)
        inventory.await_addresses.side_effect = self.await_addresses
        inventory.networks_of.side_effect = lambda _ids: self.networks
        inventory.stores_of.side_effect = lambda _ids: self.stores
        return inventory


_NOT_THERE = Arrival(exists=False)


def asking(order: MoveOrder, **options: Any) -> MoveOrder:
    """An order with other plan options."""
    return replace(order, options=replace(order.options, **options))
