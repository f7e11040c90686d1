"""What faults of guest operations mean for whoever wanted something of a guest (sources 1.17)."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.adapters.vsphere.faults import meaning, translated
from support.adapters.vsphere.sdk import vim
from support.domain.errors import GuestLoginRefused, GuestNotOperable

_NOT_NOW = (
    vim.fault.GuestOperationsUnavailable,
    vim.fault.OperationDisabledByGuest,
    vim.fault.OperationNotSupportedByGuest,
    vim.fault.GuestComponentsOutOfDate,
    vim.fault.InvalidState,
)
"""Nobody is to blame for these: the machine is off or busy, or its tools are not there, too old or told to refuse."""


@contextmanager
def in_guest(subject: str) -> Iterator[None]:
    """As `translated`, and tells a refused login and a guest that takes no orders from everything else."""
    with translated(subject):
        try:
            yield
        except vim.fault.InvalidGuestLogin as fault:
            raise GuestLoginRefused(f"{subject}: the guest refused the login; {_WHERE}") from fault
        except _NOT_NOW as fault:
            raise GuestNotOperable(f"{subject}: {meaning(fault)}") from fault


_WHERE = "check the profile's guest credentials"
