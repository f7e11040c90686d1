"""What a copy-offload plan has beside any other: a Secret for the storage array, and map entries that name it."""

from collections.abc import Sequence

from support.domain.errors import SuiteError
from support.domain.mapping import StorageEntry
from support.domain.migration import MachineProgress
from support.domain.names import ObjectRef
from support.domain.offload import BLOCK, CopiedBy, OffloadPlugin, StorageArray
from support.domain.source import Place, below_layers
from support.workflow.move import Move
from support.workflow.owning import cluster_thing, own
from support.workflow.ports_in_use import Ports
from support.workflow.session import Session

_USED = "xcopyUsed"
_BY = {"1": CopiedBy.ARRAY, "0": CopiedBy.HOST}
"""What MTV notes about the copy of a disk (forklift.md 4.2)."""


def copied_by(progress: MachineProgress | None) -> dict[str, CopiedBy]:
    """Who copied each disk, by its identity, as far as MTV told; empty in releases that tell nothing."""
    steps = progress.steps if progress is not None else ()
    told = {below_layers(task.name): task.told[_USED] for step in steps for task in step.tasks if _USED in task.told}
    return {disk: _BY[used] for disk, used in told.items() if used in _BY}


def storage_entries(ports: Ports, session: Session, move: Move, stores: Sequence[Place]) -> tuple[StorageEntry, ...]:
    """All stores go to the run's storage class; with copy-offload each of them, on the array or not, names the array.

    MTV refuses a plan in which some disks are offloaded and others are not (forklift.md 4.3). Creates the array's
    Secret. Raises SuiteError for a class that has no raw volumes.
    """
    array, name = move.order.offload, session.storage_class
    if array is None:
        return tuple(StorageEntry(source=store, storage_class=name) for store in stores)
    access, plugin = _access(ports, session, move), _plugin(ports, session, move, array)
    return tuple(
        StorageEntry(source=store, storage_class=name, access_mode=access, volume_mode=BLOCK, offload=plugin)
        for store in stores
    )


def _access(ports: Ports, session: Session, move: Move) -> str:
    if move.target:
        raise SuiteError(f"an array copies to MTV's own cluster only, and the machines go to the {move.target} one")
    access = ports.cluster.storage.block_access(session.storage_class)
    if access is None:
        raise SuiteError(
            f"storage class {session.storage_class!r} has no {BLOCK} volumes as far as CDI knows, and an array "
            f"copies to no others; name another one with the setting storage_class"
        )
    return access


def _plugin(ports: Ports, session: Session, move: Move, array: StorageArray) -> OffloadPlugin:
    """The Secret is beside the source Provider, where MTV looks for it (forklift.md 4.1)."""
    ref = ObjectRef("Secret", session.name("storage-array"), session.source.namespace)
    thing = cluster_thing(ref, move.order.scope)
    own(ports.journal, thing, lambda: ports.cluster.plans.create_storage_secret(ref, array))
    return OffloadPlugin(secret=ref.name, vendor=array.vendor)
