"""The port implementations one process works with, in one value."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from support.domain.access import GuestAccess
from support.domain.budget import Budgets
from support.domain.errors import SuiteError
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
from support.ports.inventory import Inventory
from support.ports.journal import Journal
from support.ports.nodes import Nodes
from support.ports.source import ClonesMachines, OperatesGuests, PowersMachines, SourcePlatform, TracksChanges
from support.ports.telling import Tells
from support.workflow.waiting import Clock, patience, until

State = TypeVar("State")
Value = TypeVar("Value")


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
    """Where machines arrive; `name` is that of ObjectRef.cluster, `joined` whether somebody has logged in there."""

    name: str
    cluster: ClusterPorts
    guests: Guests
    joined: Callable[[], bool] = _always


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePorts:
    """What the source platform can do; an absent capability is None."""

    platform: SourcePlatform
    clones: ClonesMachines | None = None
    powers: PowersMachines | None = None
    tracks: TracksChanges | None = None
    guests: OperatesGuests | None = None


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
        """The destination of that name; raises SuiteError for one that this process does not know."""
        if not name:
            return Destination(name="", cluster=self.cluster, guests=self.guests)
        if self.remote is None or self.remote.name != name:
            raise SuiteError(f"no {name} cluster is known here, expected the settings remote_cluster_*")
        return self.remote


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that still lacks its budget: `Wait(ports, "Plan a/b", "Ready").within("plan", feed, want)`."""

    ports: Ports
    subject: str
    wanted: str

    def within(
        self,
        budget: str,
        feed: Feed[State],
        want: Callable[[State], Value | None],
        stop: Callable[[State], None] | None = None,
    ) -> Value:
        """`until` with a budget and the clock of these ports; raises as `until` does."""
        how = patience(self.ports.budgets, budget, self.subject, self.wanted)
        return until(feed, want, how, stop, self.ports.clock)
