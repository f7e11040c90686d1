"""What a run changes on objects that are not its own, shared with other runs and given back by the last of them."""

from collections.abc import Mapping

from support.domain.journal import OpenThing
from support.domain.migration import OperatorState
from support.domain.names import ObjectRef, RunId
from support.workflow.health import await_health
from support.workflow.host_keys import HOST_KEY, give_back
from support.workflow.marking import NODE, unmark
from support.workflow.owning import cluster_thing
from support.workflow.ports_in_use import Ports, Wait

PROFILE_NEEDING_HELP = "nfs"
"""CDI's own profile of `nfs` offers shared access first, which a single machine's disk must not ask for."""
_PROFILE_WANTED: Mapping[str, object] = {
    "claimPropertySets": [{"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"}]
}
_HOLDER, _JOINED = "holder", "joined"
_CONTROLLER = "ForkliftController"


def hold_profile(ports: Ports, run: RunId, storage_class: str) -> None:
    """Give a storage class that needs it the access mode of a single machine's disk."""
    if storage_class != PROFILE_NEEDING_HELP:
        return
    profile = ObjectRef("StorageProfile", storage_class)
    key = ports.journal.patching(cluster_thing(profile, "", {_HOLDER: run}))
    original = ports.cluster.storage.hold_profile(profile.name, _PROFILE_WANTED, run)
    ports.journal.noted(key, original)
    ports.journal.patched(key)


def hold_precopy_interval(ports: Ports, run: RunId, minutes: int) -> None:
    """Set the time between precopies and wait until MTV works with it; a value that fits already is left alone.

    Raises StartError naming the run that holds another value, WaitTimeout.
    """
    controller = ports.cluster.controller
    ref = controller.ref()
    with ports.tells.step(f"{minutes} min between precopies"):
        before = _await_rest(ports)
        key = ports.journal.patching(cluster_thing(ref, "", {_HOLDER: run}))
        held = controller.hold_precopy_interval(minutes, run)
        ports.journal.noted(key, held)
        ports.journal.patched(key)
        # Joining another run's hold changes nothing the operator would react to.
        if held and _JOINED not in held:
            _await_rest(ports, before)
            await_health(ports, ref.namespace)


def _await_rest(ports: Ports, before: OperatorState | None = None) -> OperatorState:
    """The operator at rest; after a change, by another reconciliation than the one before it."""

    def rested(state: OperatorState) -> OperatorState | None:
        again = before is not None and state.mark == before.mark
        return state if state.at_rest and not again else None

    controller = ports.cluster.controller
    wanted = "reconciled" if before is not None else "at rest"
    return Wait(ports, str(controller.ref()), wanted).within("pods", controller.follow(), rested)


def release(ports: Ports, run: RunId, thing: OpenThing) -> None:
    """Give one shared object back; the original returns with its last holder."""
    holder = thing.details.get(_HOLDER, run)
    if thing.thing.kind == NODE:
        unmark(ports, thing)
    elif thing.thing.kind == HOST_KEY:
        give_back(ports, thing)
    elif thing.thing.kind == _CONTROLLER:
        ports.cluster.controller.release_precopy_interval(holder)
    else:
        ports.cluster.storage.release_profile(thing.thing.name, holder)
    ports.journal.restored(thing.key)
