"""OpenStack behind the source ports; the constructor does no I/O, `connect` is the first request."""

from collections.abc import Sequence

from support.adapters.openstack import cloning, copies, deleting, powering
from support.adapters.openstack.describing import machine_from
from support.adapters.openstack.faults import translated
from support.adapters.openstack.finding import find, machines_of
from support.adapters.openstack.reading import look
from support.adapters.openstack.session import Session
from support.domain.access import SourceAccess
from support.domain.errors import SourceError
from support.domain.names import MachineName
from support.domain.source import SourceMachine


class Openstack:
    """One project of a profile's cloud: SourcePlatform, ClonesMachines, PowersMachines and HoldsCopies."""

    def __init__(self, access: SourceAccess) -> None:
        self._session = Session(access)
        self._connected = False
        self._begun: dict[str, cloning.Begun] = {}

    def connect(self) -> None:
        """Log in once; without a CA in the profile, the endpoint's own chain is trusted from here on."""
        if not self._connected:
            self._session.open()
            self._connected = True

    def close(self) -> None:
        self._connected = False
        self._session.close()

    def instance_id(self) -> str:
        """Project and region: what the account sees of the cloud, and all that a run can touch there."""
        return self._session.instance_id

    def ca_pem(self) -> str | None:
        return self._session.ca_pem()

    def find(self, name: MachineName) -> str:
        return str(find(self._session, name).id)

    def describe(self, machine_id: str) -> SourceMachine:
        """One server with its flavor, volumes and ports, from four services. Raises MachineNotFound when it is gone."""
        with translated(f"server {machine_id}: reading it"):
            return machine_from(look(self._session, machine_id))

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        """Ask for snapshots; a cloud has no task that stands for a whole clone, so the task id is the clone's name."""
        order = cloning.CloneOrder(name=clone, notes=notes)
        self._begun[clone] = cloning.start(self._session, self.find(source), order)
        return clone

    def finish_clone(self, task_id: str, seconds: float) -> str:
        begun = self._begun.pop(task_id, None)
        if begun is None:
            raise SourceError(f"clone {task_id}: not begun by this process, expected `start_clone` first")
        return cloning.finish(self._session, begun, seconds)

    def settle_clone(self, task_id: str, clone: MachineName, seconds: float) -> str | None:
        self._begun.pop(task_id, None)
        return deleting.settle(self._session, clone, seconds)

    def delete(self, machine_id: str, seconds: float) -> None:
        deleting.delete(self._session, machine_id, seconds)

    def machines_of(self, run_id: str) -> Sequence[tuple[str, str]]:
        return machines_of(self._session, run_id)

    def power_on(self, machine_id: str, seconds: float) -> None:
        powering.switch_on(self._session, machine_id, seconds)

    def power_off(self, machine_id: str, seconds: float) -> None:
        powering.switch_off(self._session, machine_id, seconds)

    def await_no_copies(self, machine_id: str, seconds: float) -> Sequence[str]:
        return copies.await_none(self._session, machine_id, seconds)

    def await_guest(self, machine_id: str, seconds: float) -> SourceMachine:
        """OpenStack hears nothing from guests: a machine counts as up once the cloud has it on its networks."""
        powering.await_network(self._session, machine_id, seconds)
        return self.describe(machine_id)
