"""Where networks and stores of a move go, and the map objects that tell MTV so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from support.domain.errors import PlanRejected, SuiteError
from support.domain.mapping import Maps, NetworkEntry, StorageEntry
from support.domain.migration import Conditioned
from support.domain.names import ObjectRef, RunId, random_part
from support.domain.release import Patch, patch_of
from support.domain.source import POD_NETWORK, Place, ProviderKind, SourceNic
from support.domain.target import TargetNetwork
from support.ports.cluster import Feed
from support.workflow.blockers import stop_when_rejected
from support.workflow.home import CNI_CONFIG
from support.workflow.move import MachineMove, Move
from support.workflow.offload import storage_entries
from support.workflow.owning import cluster_thing, labels_of, own
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.session import Session

_POD = TargetNetwork(kind="pod")
_POOL_SINCE: Patch = (2, 11, 7)
_LONGEST = 15
"""A network's name ends up as that of a bridge, and Linux knows no longer one (openshift.md 7.5)."""


def nad_name(run: RunId) -> str:
    """A fresh name that begins with the run id; of one too long for a bridge, with the random end of it."""
    random = random_part(5)
    fitting = run if len(run) + 1 + len(random) <= _LONGEST else run.rsplit("-", 1)[-1][: _LONGEST - 1 - len(random)]
    return f"{fitting}-{random}"


def choose_maps(ports: Ports, session: Session, move: Move) -> Maps:
    """One network to the pod network, every other NIC to a NAD; all stores to the run's storage class.

    Creates the NADs, and what a storage array needs.
    Raises SuiteError when the inventory knows no network or store of the machines.
    """
    known = _Known(session, move)
    networks = known.some(ports.inventory.networks_of(move.inventory_ids), "network")
    stores = known.some(ports.inventory.stores_of(move.inventory_ids), "store")
    pod = next((each for each in networks if _fits_pod_network(move, each)), None)
    return Maps(
        networks=tuple(
            NetworkEntry(source=each, target=target)
            for each in networks
            for target in ([_POD] if each is pod else _nads(ports, session, move, each))
        ),
        storage=storage_entries(ports, session, move, stores),
    )


def _nics_on(machine: MachineMove, network: Place) -> list[SourceNic]:
    return [nic for nic in machine.source.nics if nic.network.key == network.key]


def _fits_pod_network(move: Move, network: Place) -> bool:
    """A machine has one NIC there at most, and none that is to keep an address the masquerade would cut off.

    From OpenShift a NIC stays what it is: MTV drops one that would change between pod network and definition
    (forklift.md 3.7).
    """
    if any(machine.source.kind is ProviderKind.OPENSHIFT for machine in move.machines):
        return network == POD_NETWORK
    nics = [_nics_on(machine, network) for machine in move.machines]
    keeps = move.order.options.preserve_static_ips is True
    return all(len(each) < 2 for each in nics) and not (
        keeps and any(nic.static_addresses for each in nics for nic in each)
    )


def _nads(ports: Ports, session: Session, move: Move, network: Place) -> list[TargetNetwork]:
    """As many as a machine has NICs there: MTV gives each of them one of its own (forklift.md 8)."""
    most = max(len(_nics_on(machine, network)) for machine in move.machines)
    number = most if _gives_each_nic_its_own(session.mtv_version) else 1
    return [_create_nad(ports, session, move) for _ in range(max(1, number))]


def _gives_each_nic_its_own(mtv: str | None) -> bool:
    """Older releases send all NICs of a network where its first entry says; an unknown one is taken for new."""
    patch = patch_of(mtv)
    return patch is None or patch >= _POOL_SINCE


@dataclass(frozen=True, slots=True)
class _Known:
    session: Session
    move: Move

    def some(self, places: Sequence[Place], what: str) -> Sequence[Place]:
        if not places:
            names = ", ".join(f"{machine.name} ({machine.inventory_id})" for machine in self.move.machines)
            raise SuiteError(
                f"MTV's inventory knows no {what} of {names}, expected at least one to map; "
                f"compare the machines on the source with the inventory of {self.session.source}"
            )
        return places


def _create_nad(ports: Ports, session: Session, move: Move) -> TargetNetwork:
    # MTV takes NADs from the target namespace or `default` only (forklift.md 7.3).
    place = move.order.arrangements.networks_in or move.target_namespace
    ref = ObjectRef("NetworkAttachmentDefinition", nad_name(session.run), place, move.target)
    labels = labels_of(session.run)
    own(
        ports.journal,
        cluster_thing(ref, move.order.scope),
        lambda: ports.at(move.target).cluster.networks.create_nad(replace(ref, cluster=""), CNI_CONFIG, labels),
    )
    return TargetNetwork(kind="multus", name=ref.name, namespace=ref.namespace)


def create_maps(ports: Ports, session: Session, move: Move, maps: Maps) -> tuple[ObjectRef, ObjectRef]:
    """Create NetworkMap and StorageMap and wait until both are Ready.

    Raises PlanRejected when MTV refuses one (only the map says why) or keeps other entries than it was given, and
    WaitTimeout.
    """
    plans, ends = ports.cluster.plans, (session.source, session.destination)
    network = ObjectRef("NetworkMap", session.name("networks"), session.namespace)
    storage = ObjectRef("StorageMap", session.name("storage"), session.namespace)
    scope = move.order.scope
    own(
        ports.journal,
        cluster_thing(network, scope),
        lambda: plans.create_network_map(network, *ends, maps.networks),
    )
    own(
        ports.journal,
        cluster_thing(storage, scope),
        lambda: plans.create_storage_map(storage, *ends, maps.storage),
    )
    for ref in (network, storage):
        await_ready(ports, ref, plans.follow_map(ref), "map")
    _must_be_kept(storage, maps.storage, plans.stored_entries(storage))
    return network, storage


def _must_be_kept(ref: ObjectRef, wanted: Sequence[StorageEntry], stored: Sequence[StorageEntry]) -> None:
    """An API drops a field that it does not know without a word, and no array would copy (forklift.md 7.2)."""
    found = {entry.source.key: _told(entry) for entry in stored}
    wrong = [
        f"{entry.source.name} ({entry.source.key}): expected {_told(entry)}, got {found.get(entry.source.key, 'none')}"
        for entry in wanted
        if found.get(entry.source.key) != _told(entry)
    ]
    if wrong or len(stored) != len(wanted):
        told = "".join(f"\n  - {each}" for each in wrong)
        raise PlanRejected(f"{ref}: {len(stored)} of {len(wanted)} entries were kept, each as it was given:{told}")


def _told(entry: StorageEntry) -> str:
    modes = f"{entry.access_mode or 'any access'}, {entry.volume_mode or 'any volume mode'}"
    return f"{entry.storage_class} ({modes}), {entry.offload or 'no copy-offload'}"


def await_ready(ports: Ports, ref: ObjectRef, feed: Feed[Conditioned], budget: str) -> Conditioned:
    """A map or plan as it is once MTV calls it Ready; raises PlanRejected with all blockers, or WaitTimeout."""
    stop = stop_when_rejected(ports.budgets.plan_blocked, ports.clock)
    with ports.tells.step(f"{ref} becomes Ready"):
        return Wait(ports, str(ref), "Ready").within(budget, feed, _ready, stop)


def _ready(state: Conditioned) -> Conditioned | None:
    return state if state.observed and state.has("Ready") and not state.blockers else None
