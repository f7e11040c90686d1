"""The engine's event log: words and numbers of its AuditLogMessages.properties and AuditLogType."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lab.kernel.clock import Clock
from lab.world.model import Machine

ENGINE_STARTED, VM_RUN, VM_STOPPED, VM_ADDING, VM_ADDED = 1, 32, 33, 37, 53
SNAPSHOT_ADDING, VM_DOWN, SNAPSHOT_ADDED, SHUTDOWN_BEGUN = 45, 61, 68, 73
DISK_ADDING, DISK_ADDED, VM_REMOVED, VM_STARTED, SNAPSHOT_REMOVING, SNAPSHOT_REMOVED = 78, 97, 113, 153, 342, 356
DISK_REMOVED = 2042
NIC_REMOVED, NIC_ADDED, NIC_UPDATED = 930, 932, 934

_WORDS: Mapping[int, str] = {
    ENGINE_STARTED: "Starting oVirt Engine.",
    VM_RUN: "VM {vm} started on Host {host}",
    VM_STOPPED: "VM {vm} powered off by {user} (Host: {host}).",
    VM_ADDING: "VM {vm} creation was initiated by {user}.",
    VM_ADDED: "VM {vm} creation has been completed.",
    SNAPSHOT_ADDING: "Snapshot '{item}' creation for VM '{vm}' was initiated by {user}.",
    VM_DOWN: "VM {vm} is down. {item}",
    SNAPSHOT_ADDED: "Snapshot '{item}' creation for VM '{vm}' has been completed.",
    SHUTDOWN_BEGUN: "VM shutdown initiated by {user} on VM {vm} (Host: {host}).",
    DISK_ADDING: "Add-Disk operation of {item} was initiated on VM {vm} by {user}.",
    DISK_ADDED: "The disk {item} was successfully added to VM {vm}.",
    VM_REMOVED: "VM {vm} was successfully removed by {user}.",
    VM_STARTED: "VM {vm} was started by {user} (Host: {host}).",
    SNAPSHOT_REMOVING: "Snapshot '{item}' deletion for VM '{vm}' was initiated by {user}.",
    SNAPSHOT_REMOVED: "Snapshot '{item}' deletion for VM '{vm}' has been completed.",
    NIC_REMOVED: "Interface {item} (VirtIO) was removed from VM {vm}. (User: {user})",
    NIC_ADDED: "Interface {item} (VirtIO) was added to VM {vm}. (User: {user})",
    NIC_UPDATED: "Interface {item} (VirtIO) was updated for VM {vm}. (User: {user})",
    DISK_REMOVED: "Disk {item} associated to the VMs {vm} was successfully removed (User {user}).",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: int
    code: int
    text: str
    time: datetime
    machine: str = ""
    """Id."""
    machine_name: str = ""


@dataclass(slots=True)
class Events:
    """Numbered in the order in which they happened; nothing is ever forgotten."""

    clock: Clock
    log: list[Event] = field(default_factory=list)

    def note(self, code: int, machine: Machine | None = None, **words: str) -> None:
        """Add an event; `words` are user, host and item as far as its text needs them."""
        name = "" if machine is None else machine.name
        text = _WORDS[code].format(vm=name, **words)
        known = {} if machine is None else {"machine": machine.id, "machine_name": name}
        self.log.append(Event(id=len(self.log) + 1, code=code, text=text, time=self.clock.now(), **known))
