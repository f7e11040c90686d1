"""What changes something, by method and the names in its path."""

from collections.abc import Mapping

from lab.ovirt.operations import cloning, disks, nics, power, removing, snapshots
from lab.ovirt.requests import Operation, Request

__all__ = ["OPERATIONS", "Request"]

OPERATIONS: Mapping[tuple[str, ...], Operation] = {
    ("POST", "vms"): Operation(run=cloning.add, ids=0, status=202, parameters=frozenset({"clone"})),
    ("DELETE", "vms"): Operation(run=removing.remove, ids=1, parameters=frozenset({"detach_only"})),
    ("POST", "vms", "start"): Operation(run=power.start, ids=1, action=True),
    ("POST", "vms", "stop"): Operation(run=power.stop, ids=1, action=True),
    ("POST", "vms", "shutdown"): Operation(run=power.shut_down, ids=1, action=True),
    ("POST", "vms", "snapshots"): Operation(run=snapshots.add, ids=1, status=202),
    ("DELETE", "vms", "snapshots"): Operation(run=snapshots.remove, ids=2),
    ("POST", "vms", "diskattachments"): Operation(run=disks.add, ids=1, status=202),
    ("DELETE", "vms", "diskattachments"): Operation(run=disks.detach, ids=2, parameters=frozenset({"detach_only"})),
    ("POST", "vms", "nics"): Operation(run=nics.add, ids=1, status=201),
    ("PUT", "vms", "nics"): Operation(run=nics.update, ids=2),
    ("DELETE", "vms", "nics"): Operation(run=nics.remove, ids=2),
    ("DELETE", "disks"): Operation(run=disks.remove, ids=1),
}
