"""Guests of source machines on a cluster: reached as migrated ones are, by SSH through the cluster's tunnel."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from support.domain.contents import GuestDisk, GuestFile
from support.domain.errors import GuestLoginRefused, GuestNotOperable, SourceError, SuiteError, WaitTimeout
from support.domain.names import ObjectRef
from support.ports.guest import Guests, Login


class ClusterGuests:
    """The port OperatesGuests.

    Args:
        place: the machine of an id; raises MachineNotFound.
        await_up: waits until the guest's agent reports, within seconds.
    """

    def __init__(
        self, guests: Guests, place: Callable[[str], ObjectRef], await_up: Callable[[str, float], object]
    ) -> None:
        self._guests = guests
        self._place = place
        self._await_up = await_up

    def await_operable(self, machine_id: str, seconds: float) -> None:
        try:
            self._await_up(machine_id, seconds)
        except WaitTimeout as late:
            raise GuestNotOperable(str(late)) from late

    def disks_seen(self, machine_id: str, login: Login, seconds: float) -> tuple[GuestDisk, ...]:
        ref = self._place(machine_id)
        with _in_guest(ref):
            return self._guests.contents(ref.namespace, ref.name, login, (), seconds).disks

    def write(self, machine_id: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        ref = self._place(machine_id)
        with _in_guest(ref):
            self._guests.write(ref.namespace, ref.name, login, files, seconds)


@contextmanager
def _in_guest(ref: ObjectRef) -> Iterator[None]:
    """Whatever keeps a guest from doing it is no verdict; but a wrong password is the profile's."""
    try:
        yield
    except (GuestLoginRefused, SourceError):
        raise
    except SuiteError as error:
        raise GuestNotOperable(f"guest of {ref}: {error}") from error
