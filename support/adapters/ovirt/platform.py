"""RHV/oVirt behind the source ports; the constructor does no I/O, `connect` is the first request."""

from collections.abc import Collection, Sequence

from support.adapters.ovirt import cloning, deleting, finding, powering, recording, snapshots
from support.adapters.ovirt.session import Session
from support.adapters.ovirt.trust import fetch_authority, proved_authority, server_of
from support.domain.access import SourceAccess
from support.domain.errors import SourceError
from support.domain.names import MachineName
from support.domain.source import SourceMachine


class Ovirt:
    """One engine of a profile: SourcePlatform, ClonesMachines (from templates), PowersMachines and TidiedLate."""

    def __init__(self, access: SourceAccess) -> None:
        self._access = access
        self._server = server_of(access.url)
        self._authority = access.ca_pem
        self._session: Session | None = None

    def connect(self) -> None:
        """Log in once; the profile's data centre must be up."""
        if self._session is not None:
            return
        session = Session(self._access, self.ca_pem() if self._access.verify else None)
        session.open()
        self._session = session

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def instance_id(self) -> str:
        """The id of the data centre: an engine has none of its own to tell."""
        return str(self._open.data_center.id)

    def ca_pem(self) -> str:
        """The profile's CA, or the engine's: MTV reads disks with it even where nobody verifies the API."""
        if self._authority is None:
            fetch = proved_authority if self._access.verify else fetch_authority
            self._authority = fetch(self._server)
        return self._authority

    def find(self, name: MachineName) -> str:
        return str(finding.find(self._open, name).id)

    def describe(self, machine_id: str) -> SourceMachine:
        return recording.describe(self._open, machine_id)

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        """Clone a template; the id of the new machine stands for the task."""
        return cloning.start(self._open, source, clone, notes)

    def finish_clone(self, task_id: str, seconds: float) -> str:
        return cloning.finish(self._open, task_id, seconds)

    def settle_clone(self, task_id: str, clone: MachineName, seconds: float) -> str | None:
        return deleting.settle(self._open, task_id, clone, seconds)

    def delete(self, machine_id: str, seconds: float) -> None:
        deleting.delete(self._open, machine_id, seconds)

    def machines_of(self, run_id: str) -> Sequence[tuple[str, str]]:
        return finding.machines_of(self._open, run_id)

    def power_on(self, machine_id: str, seconds: float) -> None:
        powering.switch_on(self._open, machine_id, seconds)

    def power_off(self, machine_id: str, seconds: float) -> None:
        powering.switch_off(self._open, machine_id, seconds)

    def await_guest(self, machine_id: str, seconds: float) -> SourceMachine:
        return powering.await_network(self._open, machine_id, seconds)

    def await_no_other_snapshots(self, machine_id: str, kept: Collection[str], seconds: float) -> None:
        snapshots.await_no_other(self._open, machine_id, kept, seconds)

    @property
    def _open(self) -> Session:
        if self._session is None:
            raise SourceError(f"oVirt engine {self._server}: not connected; call connect first")
        return self._session
