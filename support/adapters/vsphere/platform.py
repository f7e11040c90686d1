"""vSphere behind the source ports; the constructor does no I/O, `connect` is the first request."""

from collections.abc import Sequence
from ssl import SSLContext

from support.adapters.certificates import unverified, verifying
from support.adapters.vsphere import (
    adding_disks,
    cloning,
    deleting,
    fitting,
    folders,
    guest_operations,
    matching,
    powering,
    recording,
    snapshots,
    strays,
    tracking,
)
from support.adapters.vsphere.finding import Origins, find, machines_of
from support.adapters.vsphere.guest_transfers import Trust
from support.adapters.vsphere.reading import Scanner, moid
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.trust import endpoint_of, fetch_chain
from support.domain.access import SourceAccess
from support.domain.contents import GuestDisk, GuestFile
from support.domain.errors import SourceError
from support.domain.names import MachineName
from support.domain.shaping import CloneShape, ExtraDisk, StoreFolder
from support.domain.source import SourceMachine
from support.ports.guest import Login


class Vsphere:
    """One vCenter of a profile.

    SourcePlatform, ClonesMachines, ShapesClones, PowersMachines, TracksChanges and OperatesGuests.
    """

    def __init__(self, access: SourceAccess) -> None:
        self._access = access
        self._endpoint = endpoint_of(access.url)
        self._chain = access.ca_pem
        self._session: Session | None = None
        self._machines: Scanner | None = None
        self._origins = Origins()

    def connect(self) -> None:
        """Log in once; without a CA in the profile, the endpoint's own chain is trusted from here on."""
        if self._session is not None:
            return
        session = Session(self._endpoint, self._tls(), self._access.username, self._access.password)
        session.open()
        self._machines = Scanner(session, vim.VirtualMachine)
        self._session = session

    def close(self) -> None:
        session, self._session, self._machines = self._session, None, None
        if session is not None:
            session.close()

    def instance_id(self) -> str:
        return str(self._open.content.about.instanceUuid)

    def ca_pem(self) -> str | None:
        """The profile's CA, or the chain that the API's own host and port presents."""
        if not self._access.verify:
            return None
        if self._chain is None:
            self._chain = fetch_chain(self._endpoint)
        return self._chain

    def find(self, name: MachineName) -> str:
        return moid(find(self._open, self._scanner, name))

    def describe(self, machine_id: str) -> SourceMachine:
        return recording.describe(self._open, machine_id)

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        return self.start_shaped_clone(source, clone, notes, CloneShape())

    def start_shaped_clone(self, source: MachineName, clone: MachineName, notes: str, shape: CloneShape) -> str:
        origin = self._origins.find(self._open, self._scanner, source)
        return cloning.start(self._open, origin, cloning.CloneOrder(name=clone, notes=notes, shape=shape))

    def must_fit(self, wanted: Sequence[tuple[MachineName, CloneShape]]) -> None:
        found = [(self._origins.find(self._open, self._scanner, name), shape) for name, shape in wanted]
        fitting.must_fit(self._open, found)

    def must_match(self, machine_id: str, shape: CloneShape) -> None:
        matching.must_match(self._open, self._open.ref(vim.VirtualMachine, machine_id), shape)

    def add_disks(self, machine_id: str, disks: Sequence[ExtraDisk], seconds: float) -> None:
        adding_disks.add(self._open, self._open.ref(vim.VirtualMachine, machine_id), disks, seconds)

    def take_snapshot(self, machine_id: str, name: str, seconds: float) -> None:
        snapshots.take(self._open, self._open.ref(vim.VirtualMachine, machine_id), name, seconds)

    def strays(self, machine_id: str, seconds: float) -> Sequence[str]:
        return strays.find(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def remove_strays(self, machine_id: str, seconds: float) -> None:
        strays.remove(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def make_folder(self, folder: StoreFolder) -> None:
        folders.make(self._open, folder)

    def has_folder(self, folder: StoreFolder, seconds: float) -> bool:
        return folders.exists(self._open, folder, seconds)

    def remove_folder(self, folder: StoreFolder, seconds: float) -> None:
        folders.remove(self._open, folder, seconds)

    def finish_clone(self, task_id: str, seconds: float) -> str:
        return cloning.finish(self._open, task_id, seconds)

    def settle_clone(self, task_id: str, clone: MachineName, seconds: float) -> str | None:
        return deleting.settle(self._open, self._scanner, task_id, clone, seconds)

    def delete(self, machine_id: str, seconds: float) -> None:
        deleting.delete(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def machines_of(self, run_id: str) -> Sequence[tuple[str, str]]:
        return machines_of(self._scanner, run_id)

    def power_on(self, machine_id: str, seconds: float) -> None:
        powering.switch_on(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def power_off(self, machine_id: str, seconds: float) -> None:
        powering.switch_off(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def track_changes(self, machine_id: str, seconds: float) -> None:
        tracking.enable(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def await_guest(self, machine_id: str, seconds: float) -> SourceMachine:
        powering.await_network(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)
        return recording.describe(self._open, machine_id)

    def await_operable(self, machine_id: str, seconds: float) -> None:
        guest_operations.await_operable(self._open, self._open.ref(vim.VirtualMachine, machine_id), seconds)

    def disks_seen(self, machine_id: str, login: Login, seconds: float) -> tuple[GuestDisk, ...]:
        return self._guest(machine_id, login, seconds).disks()

    def write(self, machine_id: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        self._guest(machine_id, login, seconds).write(files)

    def _guest(self, machine_id: str, login: Login, seconds: float) -> guest_operations.Guest:
        machine = self._open.ref(vim.VirtualMachine, machine_id)
        session = self._open
        trust = Trust(
            endpoint=self._endpoint,
            chain=self.ca_pem(),
            host_certificate=lambda: recording.host_certificate(session, machine),
        )
        return guest_operations.guest(session, machine, login, trust, seconds)

    def _tls(self) -> SSLContext:
        chain = self.ca_pem()
        return verifying(chain) if chain is not None else unverified()

    @property
    def _open(self) -> Session:
        if self._session is None:
            raise SourceError(f"vCenter {self._endpoint}: not connected; call connect first")
        return self._session

    @property
    def _scanner(self) -> Scanner:
        if self._machines is None:
            raise SourceError(f"vCenter {self._endpoint}: not connected; call connect first")
        return self._machines
