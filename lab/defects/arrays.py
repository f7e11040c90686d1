"""Disks that a storage array should copy are copied otherwise, arrive otherwise, or leave something behind."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault, by_fault

_MIB = 1024**2
_MANY = 3


def _attached(machine: Object) -> tuple[list[Object], list[Object]]:
    spec = machine["spec"]["template"]["spec"]
    return spec["domain"]["devices"]["disks"], spec["volumes"]


def _drop_one_of_many(machine: Object, claims: Sequence[str]) -> None:
    if len(claims) >= _MANY:
        for items in _attached(machine):
            del items[-2]


def _swap_last(machine: Object, _claims: Sequence[str]) -> None:
    for items in _attached(machine):
        items[-2:] = reversed(items[-2:])


def _in_filesystem(claim: Object, _boots: bool) -> None:
    claim["spec"]["volumeMode"] = "Filesystem"


def _for_others(claim: Object, _boots: bool) -> None:
    other = "ReadWriteMany" if claim["spec"]["accessModes"] == ["ReadWriteOnce"] else "ReadWriteOnce"
    claim["spec"]["accessModes"] = [other]


def _truncate(claim: Object, boots: bool) -> None:
    requests = claim["spec"]["resources"]["requests"]
    requests["storage"] = str(int(requests["storage"]) - (0 if boots else _MIB))


ENTRIES = (
    by_fault("offload-by-host", "a host copies what the array should", Fault.HOST_COPIES),
    by_fault("offload-other-plugin", "disks are copied as those of another datastore", Fault.OTHER_PLUGIN),
    by_fault("offload-base-only", "of a disk with snapshots the file below them is copied", Fault.BASE_COPIED),
    by_fault("offload-snapshots-merged", "the source's own snapshots are gone after the move", Fault.SNAPSHOTS_MERGED),
    by_fault("offload-in-turn", "a plan's disks wait until no other plan's are copied", Fault.OFFLOAD_IN_TURN),
    by_fault("offload-secret-left", "the copy of the Provider's credentials stays", Fault.OFFLOAD_SECRET_STAYS),
    by_fault("offload-pods-left", "pods that had the array copy outlive the migration", Fault.OFFLOAD_PODS_STAY),
    by_fault("offload-name-squeezed", "an illegal name loses what should become a dash", Fault.NAME_SQUEEZED),
    by_fault("disk-concerns-lost", "nothing is said of raw and independent disks", Fault.DISK_CONCERNS_LOST),
    Defect(name="offload-disk-missing", tells="one disk of many is not attached", machine=_drop_one_of_many),
    Defect(name="offload-disks-swapped", tells="the last two disks have each other's place", machine=_swap_last),
    Defect(name="offload-in-filesystem", tells="a claim is a filesystem, not a block device", claim=_in_filesystem),
    Defect(name="offload-access-mode", tells="a claim has not the access mode of the map", claim=_for_others),
    Defect(name="offload-truncated", tells="a disk beside the first is a MiB too small", claim=_truncate),
)
