"""What the workflow needs from a source platform; an adapter offers the capabilities it has."""

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from support.domain.contents import GuestDisk, GuestFile
from support.domain.names import MachineName
from support.domain.shaping import CloneShape, ExtraDisk, StoreFolder
from support.domain.source import SourceMachine
from support.ports.guest import Login


@runtime_checkable
class SourcePlatform(Protocol):
    """Connection and reading. Reading never changes a machine."""

    def connect(self) -> None:
        """Log in once; raises SourceLoginError or SourceUnreachable. Creates nothing."""
        ...

    def close(self) -> None: ...

    def instance_id(self) -> str:
        """Identity of the platform instance (vCenter instance uuid), for the journal."""
        ...

    def ca_pem(self) -> str | None:
        """PEM that MTV is given: the chain or CA of the API's own endpoint; None when MTV verifies nothing.

        A failed fetch raises SourceError.
        """
        ...

    def describe(self, machine_id: str) -> SourceMachine:
        """Read one machine by platform id, in one request where it can be; raises MachineNotFound when it is gone."""
        ...

    def find(self, name: MachineName) -> str:
        """Platform id of a machine or template; raises MachineNotFound with near names."""
        ...


@runtime_checkable
class ClonesMachines(Protocol):
    """Clone and delete. Starting and waiting are apart, so that the task can be journalled in between."""

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        """Start a full clone with MACs of its own; returns the task id at once.

        Args:
            notes: text for the clone's annotation; starts with the run id.
        """
        ...

    def finish_clone(self, task_id: str, seconds: float) -> str:
        """Wait for a clone; returns the machine id. Raises WaitTimeout after asking the platform to cancel."""
        ...

    def settle_clone(self, task_id: str, clone: MachineName, seconds: float) -> str | None:
        """For cleanup: cancel or await a clone task that may still run, then look by name; None when no machine.

        Args:
            task_id: empty when the answer to the clone request never came: look for a task of that clone name.
        """
        ...

    def delete(self, machine_id: str, seconds: float) -> None:
        """Power off if needed and delete with disks; a machine already gone is success."""
        ...

    def machines_of(self, run_id: str) -> Sequence[tuple[str, str]]:
        """(id, name) of all machines whose name and notes carry the run id: cleanup's independent look."""
        ...


@runtime_checkable
class ShapesClones(Protocol):
    """Platforms on which a clone can differ from its source; all raise SourceError, WaitTimeout."""

    def must_fit(self, wanted: Sequence[tuple[MachineName, CloneShape]]) -> None:
        """Look whether clones of these sources find datastores, room, host and LUNs; all problems in one SourceError.

        Changes nothing on the platform.
        """
        ...

    def start_shaped_clone(self, source: MachineName, clone: MachineName, notes: str, shape: CloneShape) -> str:
        """As `ClonesMachines.start_clone`, where and how the shape says; its extra disks come by `add_disks`."""
        ...

    def must_match(self, machine_id: str, shape: CloneShape) -> None:
        """Look whether a finished clone lies where it should, and its disks are kept so; extra disks do not count."""
        ...

    def add_disks(self, machine_id: str, disks: Sequence[ExtraDisk], seconds: float) -> None:
        """Add disks to a machine that is off, in this order, and look whether they came as asked.

        A disk's folder must be there. A LUN that another machine of a run still maps is waited for.
        """
        ...

    def take_snapshot(self, machine_id: str, name: str, seconds: float) -> None:
        """Without the memory of the machine and without asking its guest."""
        ...

    def strays(self, machine_id: str, seconds: float) -> Sequence[str]:
        """Paths of disks' files that lie in the machine's own folders and are of none of its disks."""
        ...

    def remove_strays(self, machine_id: str, seconds: float) -> None:
        """None there, or no such machine, is success."""
        ...

    def make_folder(self, folder: StoreFolder) -> None:
        """One that is there already is an error."""
        ...

    def has_folder(self, folder: StoreFolder, seconds: float) -> bool: ...

    def remove_folder(self, folder: StoreFolder, seconds: float) -> None:
        """With all that is in it; one already gone is success."""
        ...


@runtime_checkable
class HoldsCopies(Protocol):
    """A platform on which MTV makes things of its own while it copies a machine, and removes them at the end."""

    def await_no_copies(self, machine_id: str, seconds: float) -> Sequence[str]:
        """Wait until they are removed, at most so long; what is left by then, as people call it. Changes nothing."""
        ...


@runtime_checkable
class PowersMachines(Protocol):
    def power_on(self, machine_id: str, seconds: float) -> None:
        """Already on is success."""
        ...

    def power_off(self, machine_id: str, seconds: float) -> None:
        """Graceful where the guest can, else hard; already off is success."""
        ...

    def await_guest(self, machine_id: str, seconds: float) -> SourceMachine:
        """Wait, driven by the platform's events, until guest tools report the network; raises WaitTimeout."""
        ...


@runtime_checkable
class TidiedLate(Protocol):
    """Platforms on which MTV removes its snapshots after the migration has ended, while nobody waits for it."""

    def await_no_other_snapshots(self, machine_id: str, kept: Collection[str], seconds: float) -> None:
        """Wait until a machine has only these snapshots, by id; raises WaitTimeout, MachineNotFound."""
        ...


@runtime_checkable
class TracksChanges(Protocol):
    """Platforms whose machines must keep a record of changed blocks before MTV copies them warm."""

    def track_changes(self, machine_id: str, seconds: float) -> None:
        """Switch it on for a machine that is off, all disks included; already on is success."""
        ...


@runtime_checkable
class OperatesGuests(Protocol):
    """Platforms whose tools run programs in a guest; all raise GuestNotOperable, GuestLoginRefused, SourceError."""

    def await_operable(self, machine_id: str, seconds: float) -> None:
        """Wait, driven by the platform's events, until the guest's tools take orders."""
        ...

    def disks_seen(self, machine_id: str, login: Login, seconds: float) -> tuple[GuestDisk, ...]:
        """The disks as the guest sees them, in its order; writes and removes temporary files.

        A guest that cannot tell is not operable.
        """
        ...

    def write(self, machine_id: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        """Write files, folders included, and bring them to the disks: afterwards even a lost power loses nothing."""
        ...
