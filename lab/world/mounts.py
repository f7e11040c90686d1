"""Which hosts mount which datastores."""

from lab.world.model import Datastore
from lab.world.world import World


def mounts(store: Datastore, host: str) -> bool:
    """Whether a host, by its id, sees a datastore."""
    return not store.hosts or host in store.hosts


def stores_of(world: World, host: str) -> list[Datastore]:
    """What a host mounts, in the order of the estate."""
    return [store for store in world.datastores.values() if mounts(store, host)]


def hosts_of(world: World, store: Datastore) -> list[str]:
    """Ids of the hosts that mount a datastore."""
    return [host for host in world.hosts if mounts(store, host)]


def named(world: World, datastore: str) -> Datastore:
    """The datastore of this name."""
    return next(store for store in world.datastores.values() if store.name == datastore)
