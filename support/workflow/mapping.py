"""Where networks and stores of a move go, and the map objects that tell MTV so."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from support.domain.errors import SuiteError
from support.domain.mapping import Maps, NetworkEntry, StorageEntry
from support.domain.migration import Conditioned
from support.domain.names import ObjectRef
from support.domain.source import Place
from support.domain.target import TargetNetwork
from support.ports.cluster import Feed
from support.workflow.blockers import stop_when_rejected
from support.workflow.move import Move
from support.workflow.owning import cluster_thing, labels_of, own
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.session import Session

_BRIDGE = "cnv-bridge"
_CNI_CONFIG = json.dumps({"cniVersion": "0.3.1", "type": _BRIDGE, "bridge": _BRIDGE})
_POD = TargetNetwork(kind="pod")


def choose_maps(ports: Ports, session: Session, move: Move) -> Maps:
    """First network to the pod network, every other to a NAD of its own; all stores to the run's storage class.

    Creates the NADs. Raises SuiteError when the inventory knows no network or store of the machines.
    """
    known = _Known(session, move)
    networks = known.some(ports.inventory.networks_of(move.inventory_ids), "network")
    stores = known.some(ports.inventory.stores_of(move.inventory_ids), "store")
    targets = [_POD, *(_create_nad(ports, session, move) for _ in networks[1:])]
    return Maps(
        networks=tuple(NetworkEntry(source=s, target=t) for s, t in zip(networks, targets, strict=True)),
        storage=tuple(StorageEntry(source=store, storage_class=session.storage_class) for store in stores),
    )


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
    ref = ObjectRef("NetworkAttachmentDefinition", session.name("nad"), move.target_namespace)
    labels = labels_of(session.run)
    own(
        ports.journal,
        cluster_thing(ref, move.order.scope),
        lambda: ports.cluster.networks.create_nad(ref, _CNI_CONFIG, labels),
    )
    return TargetNetwork(kind="multus", name=ref.name, namespace=ref.namespace)


def create_maps(ports: Ports, session: Session, move: Move, maps: Maps) -> tuple[ObjectRef, ObjectRef]:
    """Create NetworkMap and StorageMap and wait until both are Ready.

    Raises PlanRejected when MTV refuses one (only the map says why), WaitTimeout.
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
    return network, storage


def await_ready(ports: Ports, ref: ObjectRef, feed: Feed[Conditioned], budget: str) -> None:
    """Wait until MTV calls a map or plan Ready; raises PlanRejected with all blockers, or WaitTimeout."""
    stop = stop_when_rejected(ports.budgets.plan_blocked, ports.clock)
    with ports.tells.step(f"{ref} becomes Ready"):
        Wait(ports, str(ref), "Ready").within(budget, feed, _ready, stop)


def _ready(state: Conditioned) -> bool | None:
    return (state.observed and state.has("Ready") and not state.blockers) or None
