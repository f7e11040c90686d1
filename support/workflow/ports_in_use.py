"""The port implementations one process works with, in one value."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from support.domain.access import GuestAccess
from support.domain.budget import Budgets
from support.domain.errors import SuiteError
from support.domain.names import REMOTE, SOURCE
from support.ports.cluster import (
    Accounts,
    Cluster,
    Controller,
    Feed,
    Health,
    Namespaces,
    Networks,
    Objects,
    Plans,
    Providers,
    Storage,
    TargetMachines,
)
from support.ports.guest import Guests
from support.ports.host_keys import HostKeys
from support.ports.inventory import Inventory
from support.ports.journal import Journal
from support.ports.nodes import Nodes
from support.ports.source import (
    ClonesMachines,
    HoldsCopies,
    OperatesGuests,
    PowersMachines,
    ShapesClones,
    SourcePlatform,
    TidiedLate,
    TracksChanges,
)
from support.ports.telling import Tells
from support.workflow.waiting import Clock, patience, until

State = TypeVar("State")
Value = TypeVar("Value")


_SAID_BY = {REMOTE: "the settings remote_cluster_*", SOURCE: "a source profile with the api_url of another cluster"}
"""Where a person says which cluster a name stands for."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPorts:
    """Everything on the destination's side; one adapter object may fill several places."""

    login: Cluster
    objects: Objects
    namespaces: Namespaces
    health: Health
    storage: Storage
    controller: Controller
    networks: Networks
    nodes: Nodes
    providers: Providers
    plans: Plans
    targets: TargetMachines
    accounts: Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where machines arrive, or a source that is a cluster, too.

    `name` is that of ObjectRef.cluster, `joined` tells whether somebody has logged in there.
    """

    name: str
    cluster: ClusterPorts
    guests: Guests
    joined: Callable[[], bool] = _always


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHome:
    """What a run makes for its machines on a source that is a cluster itself.

    Attributes:
        network: name of the definition in `namespace` that their second NIC is attached to.
        cluster: None where the source is the cluster MTV runs on.
    """

    namespace: str
    network: str
    cluster: Destination | None = None

    @property
    def cluster_name(self) -> str:
        """As in ObjectRef.cluster."""
        return "" if self.cluster is None else self.cluster.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePorts:
    """What the source platform can do; an absent capability is None, and so is `home` where nothing is needed.

    Attributes:
        copies: where MTV makes things of its own on the platform.
        host_keys: of the ESXi host on which MTV is to clone disks by SSH.
        at_rest: its machines lie in files, where none can ever run: they are moved as they are.
    """

    platform: SourcePlatform
    clones: ClonesMachines | None = None
    shapes: ShapesClones | None = None
    powers: PowersMachines | None = None
    tracks: TracksChanges | None = None
    tidied: TidiedLate | None = None
    guests: OperatesGuests | None = None
    home: SourceHome | None = None
    copies: HoldsCopies | None = None
    host_keys: HostKeys | None = None
    at_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Adapters, journal, listeners and budgets of one process."""

    cluster: ClusterPorts
    source: SourcePorts
    inventory: Inventory
    guests: Guests
    journal: Journal
    tells: Tells
    guest_access: GuestAccess = field(default_factory=GuestAccess)
    remote: Destination | None = None
    """Another cluster than MTV's own, where one is named."""
    budgets: Budgets = field(default_factory=Budgets)
    clock: Clock = time.monotonic

    def at(self, name: str) -> Destination:
        """The cluster of that name; raises SuiteError for one that this process does not know."""
        if not name:
            return Destination(name="", cluster=self.cluster, guests=self.guests)
        home = self.source.home
        others = (self.remote, home.cluster if home is not None else None)
        found = next((each for each in others if each is not None and each.name == name), None)
        if found is None:
            raise SuiteError(f"no {name} cluster is known here, expected {_SAID_BY.get(name, 'a cluster of the run')}")
        return found


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that still lacks its budget: `Wait(ports, "Plan a/b", "Ready").within("plan", feed, want)`.

    `since`: as in Patience.
    """

    ports: Ports
    subject: str
    wanted: str
    since: float | None = None

    def within(
        self,
        budget: str,
        feed: Feed[State],
        want: Callable[[State], Value | None],
        stop: Callable[[State], None] | None = None,
    ) -> Value:
        """`until` with a budget and the clock of these ports; raises as `until` does."""
        how = replace(patience(self.ports.budgets, budget, self.subject, self.wanted), since=self.since)
        return until(feed, want, how, stop, self.ports.clock)
